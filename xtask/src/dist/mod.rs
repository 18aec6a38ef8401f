//! `cargo xtask dist`: the package that is published, as the folder `target/dist/cloudfn`.
//!
//! It contains the generated code instead of the generator, and the crate `cloudfn-schema` as a
//! module, so that it is built without a build script and as one package.

mod consumer;
mod manifest;
mod oldest;

pub use self::consumer::crates;

use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::generate;

use crate::files::{copy_changed, failed, names_in, read, write_changed};
use crate::process;
use crate::project::Project;

/// What the package has unchanged from the project's folder.
const UNCHANGED: [&str; 5] =
    ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "examples"];

/// What only the project's own unit tests need, below `src`.
const FOR_TESTS: [&str; 2] = ["names.rs", "probe"];

/// The test program that reads the project's own source files.
const OF_PROJECT: &str = "public_types.rs";

/// Makes the package, and checks what it depends on and that the oldest Rust compiles it. Without
/// `only`, also runs the project's tests against it, and lets cargo check it.
pub fn run(project: &Project, only: bool) -> Result<(), String> {
    let dist = Dist::of(project);
    let generated = dist.generated()?;
    let package = dist.make_package(&generated)?;
    println!("package: {}", package.display());
    consumer::has_dependencies(&dist)?;
    oldest::compiles(&dist, &package)?;
    if only {
        return Ok(());
    }
    dist.cargo(&package, &["build", "--features", "cli", "--bin", "cloudfn"])?;
    let binary = dist.folder.join("bin/cloudfn");
    copy_binary(&project.target.join("debug/cloudfn"), &binary)?;
    let suite = dist.make_suite(&generated)?;
    dist.cargo(&suite, &["test", "--quiet", "--config", &bin_exe(&binary)])?;
    consumer::runs(&dist)?;
    dist.cargo(&package, &["doc", "--no-deps", "--features", "mock,schemars"])?;
    dist.cargo(&package, &["publish", "--dry-run", "--allow-dirty", "--features", "cli"])
}

/// Only makes the package. Returns its folder.
pub fn make(project: &Project) -> Result<PathBuf, String> {
    let dist = Dist::of(project);
    dist.make_package(&dist.generated()?)
}

/// The setting that tells tests where the binary is.
fn bin_exe(binary: &Path) -> String {
    format!("env.CARGO_BIN_EXE_cloudfn={:?}", binary.display().to_string())
}

fn copy_binary(from: &Path, to: &Path) -> Result<(), String> {
    let folder = to.parent().unwrap_or(to);
    let copied = std::fs::create_dir_all(folder).and_then(|()| std::fs::copy(from, to));
    copied.map(drop).map_err(|e| failed(to, &e))
}

/// The generated code of each API.
type Generated = Vec<(String, String)>;

struct Dist<'p> {
    project: &'p Project,
    folder: PathBuf,
}

impl<'p> Dist<'p> {
    fn of(project: &'p Project) -> Self {
        Self { project, folder: project.target.join("dist") }
    }

    fn make_package(&self, generated: &Generated) -> Result<PathBuf, String> {
        let root = &self.project.root;
        let package = self.folder.join("cloudfn");
        for name in UNCHANGED {
            copy_changed(&root.join(name), &package.join(name), &|text| text)?;
        }
        let source = package.join("src");
        for name in names_in(&root.join("src"))? {
            let edit: &dyn Fn(String) -> String = match name.as_str() {
                name if FOR_TESTS.contains(&name) => continue,
                "bin" => &of_program,
                "lib.rs" => &|text| of_root(of_library(text)),
                _ => &of_library,
            };
            copy_changed(&root.join("src").join(&name), &source.join(&name), edit)?;
        }
        copy_changed(&root.join("schema/src"), &source.join("schema"), &of_schema)?;
        for (api, code) in generated {
            let file = source.join("generated").join(format!("{api}.rs"));
            write_changed(&file, &of_library(code.clone()))?;
        }
        let schema = read(&root.join("schema/Cargo.toml"))?;
        let manifest = manifest::of_package(&self.manifest()?, &schema)?;
        write_changed(&package.join("Cargo.toml"), &manifest)?;
        self.with_lock_file(&package)?;
        Ok(package)
    }

    /// A package with the project's tests, and with the package as its dependency.
    fn make_suite(&self, generated: &Generated) -> Result<PathBuf, String> {
        let root = &self.project.root;
        let suite = self.folder.join("suite");
        for name in ["codegen/tests", "examples", "openapi", "README.md"] {
            copy_changed(&root.join(name), &suite.join(name), &|text| text)?;
        }
        for name in names_in(&root.join("tests"))? {
            if name != OF_PROJECT {
                copy_changed(
                    &root.join("tests").join(&name),
                    &suite.join("tests").join(&name),
                    &of_test,
                )?;
            }
        }
        for (api, code) in generated {
            write_changed(&suite.join("generated").join(format!("{api}.rs")), code)?;
        }
        write_changed(&suite.join("src/lib.rs"), "")?;
        write_changed(&suite.join("Cargo.toml"), &manifest::of_suite(&self.manifest()?, root)?)?;
        self.with_lock_file(&suite)?;
        Ok(suite)
    }

    fn generated(&self) -> Result<Generated, String> {
        let contract = Contract::load(&self.project.root).map_err(|e| e.to_string())?;
        let clients = generate::clients(&contract);
        let clients = clients.map(|client| client.map(|(spec, code)| (spec.api.clone(), code)));
        clients.collect::<Result<_, _>>().map_err(|e| e.to_string())
    }

    /// Pins the versions that the project is tested with.
    fn with_lock_file(&self, folder: &Path) -> Result<(), String> {
        let lock = "Cargo.lock";
        copy_changed(&self.project.root.join(lock), &folder.join(lock), &|text| text)
    }

    fn manifest(&self) -> Result<String, String> {
        read(&self.project.root.join("Cargo.toml"))
    }

    fn cargo(&self, folder: &Path, arguments: &[&str]) -> Result<(), String> {
        println!("== cargo {} in {}", arguments.join(" "), folder.display());
        let mut command = self.project.cargo(arguments);
        command.current_dir(folder).env("CARGO_TARGET_DIR", &self.project.target);
        let failure = format!("cargo {} failed in {}", arguments.join(" "), folder.display());
        process::must_succeed(&mut command, &failure)
    }
}

/// A file of the library: the crate `cloudfn-schema` is a module, and generated code a file.
fn of_library(text: String) -> String {
    let text = text.replace("::cloudfn_schema", "crate::schema");
    let text = text.replace("cloudfn_schema", "crate::schema");
    text.replace("env!(\"OUT_DIR\")", "\"../generated\"")
}

/// The root of the library: it has the module `schema`, and none that only tests need.
fn of_root(text: String) -> String {
    let for_tests = |name: &str| format!("#[cfg(all(test, feature = \"mock\"))]\nmod {name};\n");
    let text = text.replace(&for_tests("names"), "").replace(&for_tests("probe"), "");
    let schema = "mod retry;\n#[doc(hidden)]\n#[path = \"schema/lib.rs\"]\npub mod schema;\n";
    text.replace("mod retry;\n", schema)
}

/// A file of `cloudfn-schema`.
fn of_schema(text: String) -> String {
    text.replace("crate::", "crate::schema::")
}

/// A file of the binary.
fn of_program(text: String) -> String {
    text.replace("cloudfn_schema", "cloudfn::schema")
}

/// A file of the tests.
fn of_test(text: String) -> String {
    let generated = "concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/generated\")";
    text.replace("env!(\"OUT_DIR\")", generated)
}
