//! Lowers each spec of `openapi/` and generates its client into `OUT_DIR`, with the table of its
//! documented limits.

use std::path::{Path, PathBuf};

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::{error::Result, generate, model::Spec};

/// Made-up specs with features that no vendor's page uses yet. Their clients are only for unit tests
/// of this crate.
const MADE_UP: [&str; 2] = ["src/probe/probe.yaml", "codegen/tests/names.yaml"];

/// Made-up ledgers for them.
const MADE_UP_PAGES: [&str; 2] = ["src/probe/rules.md", "src/probe/responses.md"];

fn main() {
    println!("cargo::rerun-if-changed=openapi");
    MADE_UP
        .iter()
        .chain(&MADE_UP_PAGES)
        .for_each(|file| println!("cargo::rerun-if-changed={file}"));
    if let Err(error) = run() {
        println!("cargo::error={error}");
        std::process::exit(1);
    }
}

fn run() -> Result<()> {
    let specs = Spec::load_all(Path::new("openapi"))?;
    let pages = Page::load_all(Path::new("openapi/ledger"), &specs)?;
    generate_all(specs, &pages)?;
    if std::env::var_os("CARGO_FEATURE_MOCK").is_some() {
        let specs: Result<Vec<Spec>> = MADE_UP.iter().map(|f| Spec::load(Path::new(f))).collect();
        let pages: Result<Vec<Page>> =
            MADE_UP_PAGES.iter().map(|f| Page::load(Path::new(f))).collect();
        generate_all(specs?, &pages?)?;
    }
    Ok(())
}

fn generate_all(specs: Vec<Spec>, pages: &[Page]) -> Result<()> {
    let contract = Contract::unchecked(specs, pages)?;
    for client in generate::clients(&contract) {
        let (spec, code) = client?;
        write(spec, &code)?;
    }
    Ok(())
}

fn write(spec: &Spec, code: &str) -> Result<()> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let file = out.join(format!("{}.rs", spec.api));
    std::fs::write(&file, code)
        .map_err(|e| spec.error("", format!("{} cannot be written: {e}", file.display())))
}
