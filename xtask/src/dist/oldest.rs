//! The oldest Rust that the package supports.

use std::path::Path;
use std::process::Command;

use super::manifest::parsed;
use super::Dist;
use crate::files::read;
use crate::process;

/// All that the library has, but for TLS, of which it has no code.
const FEATURES: &str = "functiongraph,authing,mock,schemars";

/// Checks that the oldest Rust compiles the library, if that version is installed by rustup or
/// as Debian's packages rustc-web and cargo-web.
pub(super) fn compiles(dist: &Dist<'_>, package: &Path) -> Result<(), String> {
    let version = declared(package)?;
    let Some(mut cargo) = cargo_of(&version) else {
        println!("SKIPPED Rust {version}: run rustup toolchain install {version}");
        return Ok(());
    };
    println!("== cargo check with Rust {version} in {}", package.display());
    cargo.args(["check", "--lib", "--no-default-features", "--features", FEATURES]);
    cargo.current_dir(package).env("CARGO_TARGET_DIR", dist.folder.join("oldest"));
    process::must_succeed(&mut cargo, &format!("Rust {version} does not compile the package"))
}

/// The version that the manifest of the package declares.
fn declared(package: &Path) -> Result<String, String> {
    let manifest = parsed(&read(&package.join("Cargo.toml"))?)?;
    let version = manifest["package"]["rust-version"].as_str();
    version.map(str::to_owned).ok_or_else(|| "Cargo.toml: rust-version is missing".to_owned())
}

/// Cargo with the compiler of a `version`, if there is one.
fn cargo_of(version: &str) -> Option<Command> {
    if is_version(version, &["rustup", "run", version, "rustc"]) {
        let mut cargo = Command::new("rustup");
        cargo.args(["run", version, "cargo"]);
        Some(cargo)
    } else if is_version(version, &["/usr/bin/rustc"]) {
        let mut cargo = Command::new("/usr/bin/cargo");
        cargo.env("RUSTC", "/usr/bin/rustc");
        Some(cargo)
    } else {
        None
    }
}

/// Whether a compiler that is called so has this `version`.
fn is_version(version: &str, compiler: &[&str]) -> bool {
    let said = process::outcome(Command::new(compiler[0]).args(&compiler[1..]).arg("--version"));
    said.is_ok_and(|(succeeds, text)| succeeds && text.starts_with(&format!("rustc {version}.")))
}
