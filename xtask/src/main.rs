//! temporary
use cloudfn_codegen::ledger::Contract;
fn main() {
    match Contract::load(std::path::Path::new(".")) {
        Err(e) => { eprintln!("error: {e}"); std::process::exit(1) }
        Ok(c) => { for f in &c.findings { println!("{f}\n"); } println!("{} claims {} findings", c.claims().count(), c.findings.len()); }
    }
}
