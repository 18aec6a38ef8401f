//! What is true of all operations of an API, or of many.

use std::path::PathBuf;

use super::entry::{Contradiction, Deviation, Rule, Section};
use super::list::List;

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
    /// Whether the file has an operator of this name.
    pub fn has_operator(&self, name: &str) -> bool {
        self.operators.iter().any(|operator| operator.name == name)
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
