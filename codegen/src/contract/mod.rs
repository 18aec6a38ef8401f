//! The contract: all specs, all ledgers, and what is wrong between them.

pub mod answer;
#[cfg(feature = "checks")]
mod broken;
#[cfg(feature = "checks")]
mod check;
#[cfg(feature = "checks")]
mod contradiction;
#[cfg(feature = "checks")]
mod coverage;
mod finding;
#[cfg(feature = "checks")]
mod rule;
#[cfg(feature = "checks")]
mod sample;

use std::collections::BTreeSet;
use std::path::Path;

pub use self::finding::{Finding, Kind};
use crate::error::{Error, Result};
use crate::ledger::{Claim, Page, Sample};
use crate::model::{Operation, Spec};
use crate::supported;

/// All specs and ledgers of a project.
#[derive(Debug)]
pub struct Contract {
    /// The specs.
    pub specs: Vec<Spec>,
    /// The ledgers, each with its claims.
    pub ledgers: Vec<Ledger>,
    /// What is wrong between them.
    pub findings: Vec<Finding>,
}

/// A page with its claims.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The page.
    pub page: Page,
    /// Index of the spec that has the page's operation.
    pub spec: usize,
    /// What ids of claims begin with: `functiongraph::create_function_version`.
    pub prefix: String,
    /// Its claims, deviations applied.
    pub claims: Vec<Claim>,
}

impl Ledger {
    /// The id of a claim of this page, unique in the contract.
    pub fn id(&self, claim: &Claim) -> String {
        let same = |other: &&Claim| other.local_id() == claim.local_id();
        let place = match self.claims.iter().filter(same).count() {
            0 | 1 => claim.place.to_string(),
            _ => claim.place.to_string().replacen('/', &format!("({})/", claim.uses.join(",")), 1),
        };
        format!("{}::{place}::{}", self.prefix, claim.statement)
    }

    /// The claims that are about the same place and state `statement`.
    pub fn beside<'l>(
        &'l self,
        claim: &'l Claim,
        statement: &'l str,
    ) -> impl Iterator<Item = &'l Claim> {
        let is_beside =
            move |other: &&Claim| other.place == claim.place && other.statement == statement;
        self.claims.iter().filter(is_beside)
    }

    /// The documented samples as the spec has them: deviations applied.
    pub fn samples(&self) -> impl Iterator<Item = Sample> + '_ {
        self.page.samples.iter().filter_map(|sample| {
            let is_its = |claim: &&Claim| claim.local_id() == format!("{}::value", sample.id());
            let claim = self.claims.iter().find(is_its)?;
            let value = serde_json::from_str(claim.expected()).ok()?;
            Some(Sample { value, ..sample.clone() })
        })
    }

    /// Something that is wrong in this ledger.
    fn finding(
        &self,
        kind: Kind,
        local_id: &str,
        line: usize,
        message: impl Into<String>,
    ) -> Finding {
        let page = &self.page;
        Finding {
            kind,
            claim: format!("{}::{local_id}", self.prefix),
            ledger: format!("{}, line {line}", page.file.display()),
            page: format!("{} ({})", page.title, page.language),
            spec: String::new(),
            message: message.into(),
            remedy: String::new(),
        }
    }
}

impl Contract {
    /// Reads `openapi/` of the project in `root` and compares what is in it.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or is malformed.
    #[cfg(feature = "checks")]
    pub fn load(root: &Path) -> Result<Self> {
        let folder = root.join("openapi");
        let specs = Spec::load_all(&folder)?;
        let pages = Page::load_all(&folder.join("ledger"))?;
        let sources = sources(&folder.join("SOURCES.md"))?;
        Self::new(specs, pages, &sources)
    }

    /// Compares `pages` with `specs`; `sources` are the names that sources may have.
    ///
    /// # Errors
    ///
    /// A page is of no operation, or of the same as another in the same language.
    #[cfg(feature = "checks")]
    pub fn new(specs: Vec<Spec>, pages: Vec<Page>, sources: &BTreeSet<String>) -> Result<Self> {
        Self::of_pages(specs, pages, sources, None)
    }

    /// The same. If one page was `changed`, only what its change can make wrong: of the other pages
    /// whether they are contradicted, of its rules those that are not what they were.
    #[cfg(feature = "checks")]
    pub(crate) fn of_pages(
        specs: Vec<Spec>,
        pages: Vec<Page>,
        sources: &BTreeSet<String>,
        changed: Option<&Page>,
    ) -> Result<Self> {
        let mut contract = Self::unchecked(specs, &pages)?;
        let mut findings = std::mem::take(&mut contract.findings);
        findings.extend(contract.check(sources, changed));
        findings.sort_by_key(|finding| finding.kind);
        contract.findings = findings;
        Ok(contract)
    }

    /// Holds `ledgers`, which are those of the operations of `spec`, against it; their rules are
    /// taken to hold.
    #[cfg(feature = "checks")]
    pub(crate) fn of_statements(spec: Spec, ledgers: Vec<Ledger>) -> Result<Self> {
        supported::check(&spec)?;
        let mut contract = Self { specs: vec![spec], ledgers, findings: Vec::new() };
        contract.findings = contract.check_statements(&|_| true);
        Ok(contract)
    }

    /// The claims of `pages`, not yet held against `specs`.
    ///
    /// # Errors
    ///
    /// A spec has what the client does not support; a page is of no operation, or of the same as another in the same language.
    pub fn unchecked(specs: Vec<Spec>, pages: &[Page]) -> Result<Self> {
        specs.iter().try_for_each(supported::check)?;
        let mut ledgers: Vec<Ledger> = Vec::new();
        let mut faults = Vec::new();
        for page in pages {
            let spec = find_operation(&specs, page)?;
            let several = pages.iter().filter(|p| p.operation == page.operation).count() > 1;
            let suffix = match several {
                true => format!("[{}]", page.language),
                false => String::new(),
            };
            let prefix = format!("{}::{}{suffix}", specs[spec].api, page.operation);
            if let Some(other) = ledgers.iter().find(|other| other.prefix == prefix) {
                let message = format!("{} is a ledger of the same page", other.page.file.display());
                return Err(Error::new(&page.file, "", message));
            }
            let (claims, wrong) = page.deviating_claims()?;
            faults.extend(wrong.into_iter().map(|fault| (ledgers.len(), fault)));
            ledgers.push(Ledger { page: page.clone(), spec, prefix, claims });
        }
        let mut contract = Self { specs, ledgers, findings: Vec::new() };
        for (ledger, fault) in faults {
            let ledger = &contract.ledgers[ledger];
            let spec = contract.specs[ledger.spec].file.display().to_string();
            let remedy = "read the page again; correct the deviation or remove it";
            let finding = ledger.finding(Kind::Deviation, &fault.claim, fault.line, fault.message);
            let finding = Finding { spec, ..finding.remedied(remedy) };
            contract.findings.push(finding);
        }
        Ok(contract)
    }

    /// The operation of a ledger.
    pub fn operation(&self, ledger: &Ledger) -> &Operation {
        let operation = self.specs[ledger.spec].operation(&ledger.page.operation);
        operation.expect("a ledger is only made for an operation of its spec")
    }

    /// Every claim with its ledger; what a page is silent about is not a claim.
    pub fn claims(&self) -> impl Iterator<Item = (&Ledger, &Claim)> {
        self.ledgers
            .iter()
            .flat_map(|ledger| ledger.claims.iter().map(move |claim| (ledger, claim)))
            .filter(|(_, claim)| !claim.is_silent())
    }

    /// The ids of the claims about the statement at `pointer` of a spec.
    pub fn claims_at(&self, pointer: &str) -> Vec<String> {
        let at = |(ledger, claim): &(&Ledger, &Claim)| {
            let operation = self.operation(ledger);
            let spec = &self.specs[ledger.spec];
            let answer = claim.place.answer(spec, operation, &claim.statement);
            answer.is_some_and(|answer| answer.pointer == pointer)
        };
        let found = self.claims().filter(at);
        found.map(|(ledger, claim)| ledger.id(claim)).collect()
    }
}

/// The index of the spec that has the operation of a page.
fn find_operation(specs: &[Spec], page: &Page) -> Result<usize> {
    let with: Vec<usize> = specs
        .iter()
        .enumerate()
        .filter(|(_, spec)| spec.operation(&page.operation).is_some())
        .map(|(index, _)| index)
        .collect();
    match with[..] {
        [spec] => Ok(spec),
        [] => {
            let operations = specs.iter().flat_map(|spec| &spec.operations);
            let known: Vec<&str> = operations.map(|operation| operation.id.as_str()).collect();
            let message = format!(
                "no spec has an operation `{}`; there are {}",
                page.operation,
                known.join(", ")
            );
            Err(Error::new(&page.file, "line 1", message))
        }
        _ => {
            let message = format!("more than one spec has an operation `{}`", page.operation);
            Err(Error::new(&page.file, "line 1", message))
        }
    }
}

/// The names of the first column of the table in `file`.
///
/// # Errors
///
/// The file cannot be read or has no table.
pub fn sources(file: &Path) -> Result<BTreeSet<String>> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Error::new(file, "", format!("cannot be read: {e}")))?;
    let rows = text.lines().filter(|line| line.starts_with('|')).skip(2);
    let names: BTreeSet<String> =
        rows.filter_map(|row| row.split('|').nth(1)).map(|name| name.trim().to_owned()).collect();
    if names.is_empty() {
        return Err(Error::new(file, "", "there is no table of sources"));
    }
    Ok(names)
}
