//! The operations, with the pages that describe them.

use cloudfn_codegen::contract::Ledger;
use cloudfn_codegen::ledger::{Contradiction, Deviation, Rule};
use cloudfn_codegen::model::Spec;

use super::super::figures::COLUMNS;
use super::super::suite::alone;
use super::super::verdicts::Verdict;
use super::claims::{sections, Fates, Section};
use super::Inputs;

/// An operation.
pub struct Operation {
    /// Its name.
    pub id: String,
    /// The API.
    pub api: String,
    /// HTTP method and path.
    pub request: String,
    /// Its place in the spec.
    pub pointer: String,
    /// Its figures, except zeros.
    pub figures: Vec<(usize, &'static str)>,
    /// The pages.
    pub pages: Vec<Page>,
}

/// A page of a vendor.
pub struct Page {
    /// The prefix of its claims.
    pub prefix: String,
    /// The prefix of the anchors of its rows.
    pub anchor: String,
    /// Its title.
    pub title: String,
    /// Its language.
    pub language: String,
    /// The number of its statements.
    pub statements: usize,
    /// The ledger.
    pub file: String,
    /// The spec.
    pub spec: String,
    /// The ledger's rows with their claims.
    pub sections: Vec<Section>,
    /// Statements that OpenAPI cannot express.
    pub rules: Vec<RuleRow>,
    /// The documented samples.
    pub samples: Vec<SampleRow>,
    /// Where the spec intentionally differs from the page.
    pub deviations: Vec<Deviation>,
    /// Where pages differ.
    pub contradictions: Vec<ContradictionRow>,
}

impl Page {
    /// Whether the language is a valid HTML language code.
    pub fn has_language(&self) -> bool {
        self.language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    }
}

/// A rule, and how it is checked.
pub struct RuleRow {
    /// The rule.
    pub rule: Rule,
    /// How it is checked.
    pub checked: String,
    /// The result of its test, if it has one.
    pub test: Option<(Verdict, String)>,
}

/// A documented sample.
pub struct SampleRow {
    /// Its name, with its place.
    pub id: String,
    /// Line in the ledger.
    pub line: usize,
    /// Where it comes from.
    pub source: String,
    /// The sample, pretty-printed.
    pub json: String,
}

/// A contradiction and its test.
pub struct ContradictionRow {
    /// The contradiction.
    pub listed: Contradiction,
    /// The result of its test.
    pub verdict: Verdict,
    /// The command that runs it alone.
    pub alone: String,
}

/// Every operation, in the order of the specs.
pub fn operations(inputs: &Inputs<'_>) -> Vec<Operation> {
    let mut found = Vec::new();
    for (index, spec) in inputs.contract.specs.iter().enumerate() {
        let fates = fates(inputs, spec);
        for operation in &spec.operations {
            let ledgers = inputs.contract.ledgers.iter();
            let of_operation =
                ledgers.filter(|l| l.spec == index && l.page.operation == operation.id);
            found.push(Operation {
                id: operation.id.to_owned(),
                api: spec.api.clone(),
                request: format!("{} {}", operation.method, operation.path),
                figures: figures(inputs, found.len()),
                pages: of_operation.map(|ledger| page(inputs, ledger, spec, &fates)).collect(),
                pointer: format!("{}#{}", spec.file.display(), operation.pointer),
            });
        }
    }
    found
}

fn fates<'f>(inputs: &Inputs<'f>, spec: &Spec) -> Fates<'f> {
    let of_spec = inputs.figures.fates.iter().filter(|(api, _)| *api == spec.api);
    let fates = of_spec.flat_map(|(_, fates)| fates);
    fates.map(|(constraint, fate)| (constraint.pointer.as_str(), fate)).collect()
}

/// The figures in a row of the table.
fn figures(inputs: &Inputs<'_>, row: usize) -> Vec<(usize, &'static str)> {
    let figures = inputs.figures.rows.get(row).map(|row| row.figures).unwrap_or_default();
    figures.into_iter().zip(COLUMNS[1..].iter().copied()).filter(|(f, _)| *f > 0).collect()
}

fn page(inputs: &Inputs<'_>, ledger: &Ledger, spec: &Spec, fates: &Fates<'_>) -> Page {
    let page = &ledger.page;
    Page {
        prefix: ledger.prefix.clone(),
        anchor: page.stem().to_owned(),
        title: page.title.clone(),
        language: page.language.clone(),
        statements: ledger.statements(),
        file: page.file.display().to_string(),
        spec: spec.file.display().to_string(),
        sections: sections(inputs, ledger, fates),
        rules: page.rules.iter().map(|rule| rule_row(inputs, ledger, rule)).collect(),
        samples: samples(inputs, ledger),
        deviations: page.deviations.clone(),
        contradictions: contradictions(inputs, ledger),
    }
}

fn rule_row(inputs: &Inputs<'_>, ledger: &Ledger, rule: &Rule) -> RuleRow {
    let checked = match (&rule.unchecked, inputs.contract.is_exercised(ledger, rule)) {
        (Some(reason), _) => format!("not checkable: {reason}"),
        (None, true) if rule.broken_by.is_empty() => "on its examples and the samples".into(),
        (None, true) => format!("broken by {}", rule.broken_by.join(", ")),
        (None, false) => "on its examples; no sample has its members".into(),
    };
    let name = ledger.rule_id(rule);
    let test = rule.check.is_some().then(|| (inputs.verdicts.get(&name), alone(&name)));
    RuleRow { rule: rule.clone(), checked, test }
}

fn samples(inputs: &Inputs<'_>, ledger: &Ledger) -> Vec<SampleRow> {
    let text = inputs.texts.get(&ledger.page.file).map_or("", String::as_str);
    let samples = ledger.page.samples.iter();
    samples
        .map(|sample| SampleRow {
            id: sample.id(),
            line: sample.line,
            source: sample.source.clone().unwrap_or_else(|| "sample".to_owned()),
            json: as_it_stands(text, sample.line).unwrap_or_else(|| format!("{:#}", sample.value)),
        })
        .collect()
}

/// The fenced block below a line, with its members in the page's order. `None` if it has only one
/// line.
fn as_it_stands(text: &str, line: usize) -> Option<String> {
    let fence = |line: &&str| line.starts_with("```");
    let below = text.lines().skip(line).skip_while(|line| !fence(line)).skip(1);
    let block: Vec<&str> = below.take_while(|line| !fence(line)).collect();
    (block.len() > 1).then(|| block.join("\n"))
}

fn contradictions(inputs: &Inputs<'_>, ledger: &Ledger) -> Vec<ContradictionRow> {
    let listed = ledger.page.contradictions.iter();
    listed
        .map(|listed| {
            let name = format!("{}::contradiction/{}", ledger.prefix, listed.name);
            let verdict = inputs.verdicts.get(&name);
            ContradictionRow { listed: listed.clone(), verdict, alone: alone(&name) }
        })
        .collect()
}
