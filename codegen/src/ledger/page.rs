//! What one ledger file holds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::api::Api;
use super::entry::{Contradiction, Deviation, Line, Rule, Sample, Section};
use super::list;
use super::place::Place;
use super::scope::Scope;
use crate::error::{Error, Result};
use crate::model::{PageTitle, Spec};

/// What one page of a vendor says.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The ledger file.
    pub file: PathBuf,
    /// The operation that the page describes.
    pub operation: String,
    /// HTTP method, in capitals.
    pub method: String,
    /// Path template.
    pub path: String,
    /// Documented statuses.
    pub statuses: Vec<String>,
    /// Where method and path come from, if not from the page.
    pub url_source: Option<String>,
    /// Title of the page.
    pub title: String,
    /// Language of the page.
    pub language: String,
    /// Line of title and language.
    pub title_line: usize,
    /// Who operates the service that the page is about, if it is not the vendor.
    pub operator: Option<String>,
    /// Line of the operator.
    pub operator_line: usize,
    /// The lines that are still `TODO`.
    pub todos: Vec<usize>,
    /// The tables.
    pub sections: Vec<Section>,
    /// The documented samples.
    pub samples: Vec<Sample>,
    /// Where the spec differs from the page on purpose.
    pub deviations: Vec<Deviation>,
    /// Where the page differs from itself or from another page.
    pub contradictions: Vec<Contradiction>,
    /// Statements that OpenAPI cannot express.
    pub rules: Vec<Rule>,
    /// What is true of all operations of the API.
    pub api: Option<Arc<Api>>,
}

impl Page {
    /// The page with what is true of its API, and with its rules, unless it has these itself.
    pub fn with_api(mut self, api: Arc<Api>) -> Self {
        self.rules.retain(|rule| rule.scope.is_none());
        let is_new = |rule: &&Rule| self.rules.iter().all(|own| own.name != rule.name);
        let shared = api.rules.iter().filter(|rule| self.has(rule, &api)).filter(is_new);
        for mut rule in shared.cloned().collect::<Vec<_>>() {
            rule.broken_by.retain(|name| self.samples.iter().any(|sample| sample.id() == *name));
            self.rules.push(rule);
        }
        self.api = Some(api);
        self
    }

    /// Whether an entry of an API applies to its operation.
    pub fn is_in(&self, scope: &Option<Scope>) -> bool {
        let operator = self.operator.as_deref();
        scope.as_ref().is_some_and(|scope| scope.covers(&self.operation, operator))
    }

    /// Whether an entry of an API names its operation, so that it has to apply to it.
    pub fn is_named_by(&self, scope: &Option<Scope>) -> bool {
        scope.as_ref().is_some_and(|scope| scope.names(&self.operation))
    }

    /// Whether a rule of `api` applies to it: the rule is about something with a table here, or
    /// names the operation.
    pub fn has(&self, rule: &Rule, api: &Api) -> bool {
        let mut sections = self.sections.iter().chain(self.sections_of(api));
        self.is_in(&rule.scope)
            && (self.is_named_by(&rule.scope) || sections.any(|section| section.place == rule.on))
    }

    /// The sections of an API that apply to its operation: bodies only of statuses that it has.
    pub fn sections_of<'a>(&'a self, api: &'a Api) -> impl Iterator<Item = &'a Section> {
        api.sections.iter().filter(|section| {
            let status = section.place.strip_prefix("response.");
            let status = status.map(|rest| rest.strip_suffix(".header").unwrap_or(rest));
            self.is_in(&section.scope) && status.is_none_or(|status| self.has_status(status, api))
        })
    }

    /// Whether it documents a status, or a deviation adds that.
    fn has_status(&self, status: &str, api: &Api) -> bool {
        let id = format!("{}::present", Place::Status(status.to_owned()));
        let shared = api.deviations.iter().filter(|deviation| self.is_in(&deviation.scope));
        let mut deviations = self.deviations.iter().chain(shared);
        self.statuses.iter().any(|other| other == status)
            || deviations.any(|d| d.claims.iter().any(|reference| reference.claim == id))
    }

    /// Title, language and operator.
    pub fn name(&self) -> String {
        let (title, language) = (self.title.clone(), self.language.clone());
        PageTitle { title, language, operator: self.operator.clone() }.to_string()
    }

    /// A cell of values, spelled out if it names a list of the API.
    ///
    /// # Errors
    ///
    /// There is no such list.
    pub fn values<'p>(&'p self, cell: &'p str) -> Result<&'p str, String> {
        list::spelled_out(self.api.as_ref().map_or(&[], |api| &api.lists), cell)
    }

    /// The file that a line is in.
    pub fn file_of(&self, line: Line) -> &Path {
        match &self.api {
            Some(api) if line.of_api => &api.file,
            _ => &self.file,
        }
    }

    /// File and number of a line.
    pub fn at(&self, line: Line) -> String {
        format!("{}, line {}", self.file_of(line).display(), line.number)
    }

    /// A line of the page itself.
    pub fn line(&self, number: usize) -> Line {
        Line { of_api: false, number }
    }

    /// The file's name without its ending.
    pub fn stem(&self) -> &str {
        self.file.file_stem().and_then(|s| s.to_str()).unwrap_or_default()
    }
}

/// Gives each page what is true of its API.
///
/// # Errors
///
/// Two files are about the same API, or one about an API that no spec is of.
pub fn share(pages: &mut [Page], apis: Vec<Api>, specs: &[Spec]) -> Result<()> {
    let mut known = BTreeSet::new();
    for api in apis {
        let wrong = |message: String| Error::new(&api.file, "line 1", message);
        let Some(spec) = specs.iter().find(|spec| spec.api == api.name) else {
            let names: Vec<&str> = specs.iter().map(|spec| spec.api.as_str()).collect();
            let message =
                format!("no spec is called `{}`; there are {}", api.name, names.join(", "));
            return Err(wrong(message));
        };
        if !known.insert(api.name.clone()) {
            return Err(wrong(format!("another file is about the API `{}`", api.name)));
        }
        let api = Arc::new(api);
        let prefix = format!("{}-", api.name);
        let of_api = pages.iter_mut().filter(|page| {
            match specs.iter().find(|spec| spec.operation(&page.operation).is_some()) {
                Some(owner) => owner.api == spec.api,
                None => page.stem().starts_with(&prefix),
            }
        });
        of_api.for_each(|page| *page = std::mem::take(page).with_api(api.clone()));
    }
    Ok(())
}
