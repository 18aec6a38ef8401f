//! The project's own contract, and what holds for any contract.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use cloudfn_codegen::contract::Contract;
use cloudfn_codegen::error::Error;
use cloudfn_codegen::ledger::Page;
use cloudfn_codegen::model::Spec;

/// The project's own specs, ledgers and names of sources.
pub struct Own {
    /// The specs, and a small one with every kind of statement.
    pub specs: Vec<Spec>,
    /// The ledgers.
    pub pages: Vec<Page>,
    /// The valid names of sources.
    pub sources: BTreeSet<String>,
}

/// Read once, since each input is compared with them.
pub static OWN: LazyLock<Own> = LazyLock::new(|| {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let contract = Contract::load(root).expect("the project's own contract can be read");
    let pages: Vec<Page> = contract.ledgers.iter().map(|ledger| ledger.page.clone()).collect();
    let deviations = pages.iter().flat_map(|page| &page.deviations);
    let sources = deviations.map(|deviation| deviation.source.clone()).collect();
    let mut specs = contract.specs;
    specs.extend(Spec::load(&root.join("codegen/tests/probe.yaml")));
    Own { specs, pages, sources }
});

/// Joins specs and ledgers, and runs all checks on them.
pub fn joined(specs: Vec<Spec>, pages: Vec<Page>) {
    let contract = match Contract::new(specs, pages, &OWN.sources) {
        Ok(contract) => contract,
        Err(error) => return has_place(&error),
    };
    for finding in &contract.findings {
        assert!(!finding.message.is_empty(), "{finding}");
        assert!(!finding.ledger.is_empty() || !finding.spec.is_empty(), "no place: {finding}");
    }
    for (ledger, claim) in contract.claims() {
        assert!(!claim.local_id().is_empty());
        let _ = (&contract.operation(ledger).id, claim.expected());
    }
}

/// Checks an error of a reader.
pub fn has_place(error: &Error) {
    assert!(!error.message.is_empty(), "nothing is said: {error}");
    let of_all = ["is empty", "has no table", "is an object"];
    let is_of_all = of_all.iter().any(|end| error.message.ends_with(end));
    // Some errors concern the whole file.
    assert!(!error.place.is_empty() || is_of_all, "no place is named: {error}");
}
