//! What is true of all operations of an API, or of many.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::list::List;
use super::page::{Contradiction, Deviation, Page, Rule, Section};
use super::place::Place;
use crate::error::{Error, Result};
use crate::model::Spec;

/// What one file says of an API: `functiongraph.api.md`.
#[derive(Clone, Debug)]
pub struct Api {
    /// The file.
    pub file: PathBuf,
    /// The name of the API.
    pub name: String,
    /// Security, base URLs, headers, bodies of responses and prose.
    pub sections: Vec<Section>,
    /// Statements that OpenAPI cannot express.
    pub rules: Vec<Rule>,
    /// Lists of values.
    pub lists: Vec<List>,
    /// Who else than the vendor operates the service.
    pub operators: Vec<Operator>,
    /// Where the spec differs from pages on purpose.
    pub deviations: Vec<Deviation>,
    /// Where pages differ from themselves or from other sources.
    pub contradictions: Vec<Contradiction>,
}

/// Who operates a service of the vendor's, with pages of their own.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Line of its heading.
    pub line: usize,
    /// Its name.
    pub name: String,
    /// What its service and its pages are.
    pub what: String,
}

/// What a header of a request is, besides a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A credential of a security scheme.
    Credential,
    /// The media type of the body.
    MediaType,
}

impl Role {
    /// As a cell has it.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "credential" => Some(Self::Credential),
            "media type" => Some(Self::MediaType),
            _ => None,
        }
    }

    /// Why a header that pages require is not required.
    pub fn why(self) -> &'static str {
        match self {
            Self::Credential => "it is one of several ways to authenticate",
            Self::MediaType => "without a body, it is not sent",
        }
    }
}

impl Api {
    /// The sections that apply to the operation of `page`: bodies only of statuses that it has.
    pub fn sections_of<'a>(&'a self, page: &'a Page) -> impl Iterator<Item = &'a Section> {
        self.sections.iter().filter(|section| {
            let status = section.place.strip_prefix("response.");
            let status = status.map(|rest| rest.strip_suffix(".header").unwrap_or(rest));
            section.applies_to(page) && status.is_none_or(|status| self.has_status(page, status))
        })
    }

    /// Whether the file has an operator of this name.
    pub fn has_operator(&self, name: &str) -> bool {
        self.operators.iter().any(|operator| operator.name == name)
    }

    /// Whether the page documents a status, or a deviation adds it.
    fn has_status(&self, page: &Page, status: &str) -> bool {
        let id = format!("{}::present", Place::Status(status.to_owned()));
        let shared = self.deviations.iter().filter(|deviation| deviation.applies_to(page));
        page.statuses.iter().any(|other| other == status) || {
            page.deviations.iter().chain(shared)
        }
        .flat_map(|deviation| &deviation.claims)
        .any(|reference| reference.claim == id)
    }

    /// The lines of what should apply to at least one operation, with what it is.
    pub fn lines(&self) -> impl Iterator<Item = (usize, String)> + '_ {
        let sections = self.sections.iter().map(|section| (section.line, section.place.clone()));
        let deviations = self.deviations.iter().flat_map(|deviation| {
            let name = format!("deviation/{}", deviation.name);
            deviation.claims.iter().map(move |reference| (reference.line, name.clone()))
        });
        let contradictions = self.contradictions.iter();
        let contradictions = contradictions.map(|c| (c.line, format!("contradiction/{}", c.name)));
        let rules = self.rules.iter().map(|rule| (rule.line, format!("rule/{}", rule.name)));
        let operators = self.operators.iter();
        let operators = operators.map(|o| (o.line, format!("operator/{}", o.name)));
        sections.chain(deviations).chain(contradictions).chain(rules).chain(operators)
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
