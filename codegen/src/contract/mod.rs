//! The contract: all specs, all ledgers, and what is wrong between them.

pub mod answer;
mod broken;
mod check;
mod contradiction;
mod coverage;
mod finding;
pub mod sample;
mod shared;

use std::collections::BTreeSet;
use std::path::Path;

pub(crate) use self::check::Pair;
pub use self::finding::{Finding, Kind};
use crate::error::{Error, Result};
use crate::ledger::{Claim, Fault, Line, Page, Place, Rule, Sample};
use crate::model::{Operation, Spec};
use crate::supported;

/// All specs and ledgers of a project.
#[derive(Debug, Default)]
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
    /// What the page says that constrains nothing.
    pub prose: Vec<Claim>,
    /// The lines of the file about the API that apply to it.
    pub used: BTreeSet<usize>,
}

impl Ledger {
    /// The ledger of a page, and what is wrong with its deviations. The operation of the page is in
    /// `spec`, which is the one at `index`.
    pub(crate) fn of(
        page: Page,
        index: usize,
        spec: &Spec,
        prefix: String,
    ) -> Result<(Self, Vec<Finding>)> {
        let (claims, applied) = page.deviating_claims()?;
        let (prose, claims) = claims.into_iter().partition(Claim::is_prose);
        let mut page = page;
        page.deviations.retain(|deviation| deviation.scope.is_none());
        page.deviations.extend(applied.deviations);
        page.contradictions.retain(|contradiction| contradiction.scope.is_none());
        page.contradictions.extend(applied.contradictions);
        let ledger = Self { page, spec: index, prefix, claims, prose, used: applied.used };
        let finding = |fault: Fault| {
            let remedy = "read the page again; correct the deviation or remove it";
            let finding = ledger.finding(Kind::Deviation, &fault.claim, fault.line, fault.message);
            Finding { spec: spec.file.display().to_string(), ..finding.remedied(remedy) }
        };
        let findings = applied.faults.into_iter().map(finding).collect();
        Ok((ledger, findings))
    }

    /// The id of a rule.
    pub fn rule_id(&self, rule: &Rule) -> String {
        format!("{}::rule/{}", self.prefix, rule.name)
    }

    /// The id of a claim of this page, unique in the contract.
    pub fn id(&self, claim: &Claim) -> String {
        let same =
            |other: &&Claim| (&other.statement, &other.place) == (&claim.statement, &claim.place);
        let place = match self.all().filter(same).count() {
            0 | 1 => claim.place.to_string(),
            _ => claim.place.to_string().replacen('/', &format!("({})/", claim.uses.join(",")), 1),
        };
        format!("{}::{place}::{}", self.prefix, claim.statement)
    }

    /// The claims and the prose.
    pub fn all(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().chain(&self.prose)
    }

    /// How many statements of the page are in this ledger: claims, prose and rules.
    pub fn statements(&self) -> usize {
        self.all().filter(|claim| claim.is_of_page()).count() + self.page.rules.len()
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
            let place = Place::Sample(sample.place.clone(), sample.name.clone());
            let is_its = |claim: &&Claim| claim.statement == "value" && claim.place == place;
            let claim = self.claims.iter().find(is_its)?;
            let value = serde_json::from_str(claim.expected()).ok()?;
            Some(Sample { value, ..sample.clone() })
        })
    }

    /// Something that is wrong with a claim, which the spec has at the place `spec`.
    fn finding_of(
        &self,
        kind: Kind,
        claim: &Claim,
        spec: String,
        message: impl Into<String>,
    ) -> Finding {
        Finding { claim: self.id(claim), spec, ..self.finding(kind, "", claim.line, message) }
    }

    /// Something that is wrong in this ledger.
    fn finding(
        &self,
        kind: Kind,
        local_id: &str,
        line: Line,
        message: impl Into<String>,
    ) -> Finding {
        let page = &self.page;
        Finding {
            kind,
            claim: format!("{}::{local_id}", self.prefix),
            ledger: page.at(line),
            page: page.name(),
            spec: String::new(),
            message: message.into(),
            remedy: String::new(),
        }
    }
}

impl Contract {
    /// Reads `openapi/` of the project in `root` and compares what is in it.
    pub fn load(root: &Path) -> Result<Self> {
        let folder = root.join("openapi");
        let specs = Spec::load_all(&folder)?;
        let pages = Page::load_all(&folder.join("ledger"), &specs)?;
        let sources = sources(&folder.join("SOURCES.md"))?;
        Self::new(specs, pages, &sources)
    }

    /// Compares `pages` with `specs`; `sources` are the names that sources may have.
    ///
    /// # Errors
    ///
    /// A page is of no operation, or of the same as another in the same language.
    pub fn new(specs: Vec<Spec>, pages: Vec<Page>, sources: &BTreeSet<String>) -> Result<Self> {
        let mut contract = Self::unchecked(specs, &pages)?;
        contract.findings.extend(contract.check(sources));
        contract.findings.sort_by_key(|finding| finding.kind);
        Ok(contract)
    }

    /// The claims of `pages`, not yet held against `specs`.
    ///
    /// # Errors
    ///
    /// A spec has what the client does not support; a page is of no operation, or of the same as another in the same language.
    pub fn unchecked(mut specs: Vec<Spec>, pages: &[Page]) -> Result<Self> {
        specs.iter().try_for_each(supported::check)?;
        let mut ledgers: Vec<Ledger> = Vec::new();
        let mut findings = Vec::new();
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
            let (ledger, wrong) = Ledger::of(page.clone(), spec, &specs[spec], prefix)?;
            findings.extend(wrong);
            add_rules(&mut specs[spec], &ledger);
            ledgers.push(ledger);
        }
        Ok(Self { specs, ledgers, findings })
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

/// Lets instances of a spec's schemas keep the rules of a ledger.
fn add_rules(spec: &mut Spec, ledger: &Ledger) {
    let Some(operation) = spec.operation(&ledger.page.operation).cloned() else { return };
    for rule in ledger.page.rules.iter().filter(|rule| rule.widens.is_none()) {
        let found = answer::holder(spec, &operation, &rule.on);
        if let (Some(found), Some(check)) = (found, &rule.check) {
            let pointer = found.pointer.clone();
            spec.add_rule(&pointer, check, &rule.holds);
        }
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
                "no spec has an operation `{}`; there are {}; `cargo xtask draft {}` drafts it",
                page.operation,
                known.join(", "),
                page.file.display()
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
