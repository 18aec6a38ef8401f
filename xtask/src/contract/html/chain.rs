//! The chain from the vendors' pages to their services, with its figures.

use std::collections::BTreeSet;

use super::super::figures::Figures;
use super::Inputs;

/// A link of the chain.
pub struct Link {
    /// Its title.
    pub name: &'static str,
    /// Its description.
    pub what: &'static str,
    /// Its figures.
    pub figures: Vec<(usize, &'static str)>,
}

/// The links, from page to service.
pub fn links(inputs: &Inputs<'_>) -> Vec<Link> {
    let link = |name, what, figures| Link { name, what, figures };
    let contract = inputs.contract;
    let total = |column: &str| total(inputs.figures, column);
    let languages: BTreeSet<_> = contract.ledgers.iter().map(|l| &l.page.language).collect();
    let operations = contract.specs.iter().map(|spec| spec.operations.len()).sum();
    let verdicts = inputs.verdicts;
    vec![
        link(
            "Page",
            "what the vendor documents",
            vec![(contract.ledgers.len(), "pages"), (languages.len(), "languages")],
        ),
        link(
            "Ledger",
            "each statement of the page, and each cell as a claim",
            vec![
                (total("statements"), "statements of the pages"),
                (total("claims"), "claims"),
                (total("prose"), "that constrain nothing"),
                (total("rules"), "rules"),
                (total("samples"), "samples"),
                (total("contradictions"), "contradictions"),
            ],
        ),
        link(
            "Spec",
            "OpenAPI, written by hand",
            vec![
                (contract.specs.len(), "specs"),
                (operations, "operations"),
                (total("deviations"), "claims deviate"),
            ],
        ),
        link(
            "Generated client",
            "the outcome of each constraint in lowering",
            vec![
                (total("carried"), "carried"),
                (total("documented only"), "documented only"),
                (total("relaxed"), "relaxed"),
                (total("generator alone drops"), "the generator alone would drop"),
            ],
        ),
        link(
            "Wire",
            "the contract suite, run on the client",
            match verdicts.ran {
                true => {
                    vec![(verdicts.passed.len(), "tests passed"), (verdicts.failed.len(), "failed")]
                }
                false => vec![(verdicts.failed.len(), "findings; the suite was not run")],
            },
        ),
        link("Service", "not contacted: no test sends anything to a vendor", Vec::new()),
    ]
}

fn total(figures: &Figures, column: &str) -> usize {
    figures.totals().find(|(name, _)| *name == column).map_or(0, |(_, figure)| figure)
}
