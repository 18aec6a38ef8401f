//! Lowers each spec of `openapi/` and generates its client into `OUT_DIR`.

use std::path::{Path, PathBuf};

use cloudfn_codegen::{error::Result, generate, spec::Spec};

fn main() {
    println!("cargo::rerun-if-changed=openapi");
    if let Err(error) = run() {
        println!("cargo::error={error}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    for spec in Spec::load_all(Path::new("openapi"))? {
        let file = out.join(format!("{}.rs", spec.api));
        std::fs::write(&file, generate::generate(&spec)?)
            .map_err(|e| spec.error("", format!("{} cannot be written: {e}", file.display())))?;
    }
    Ok(())
}
