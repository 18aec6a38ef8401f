//! A difference, and its text.

use std::fmt;

use cloudfn_schema::{message, Operation, Options, ViolationKind};
use reqwest::header::HeaderMap;
use serde::Serialize;

use super::response::{claims, violations};
use crate::shown::Secrets;

/// A difference between a response and the documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// The API.
    pub api: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The HTTP status of the response, or the status in the body if the vendor puts one there.
    pub status: u16,
    /// The kind of difference.
    pub kind: ViolationKind,
    /// The path to the member, such as `func_mounts[0].mount_type`, or `header X-Request-Id`; empty for
    /// the whole response.
    pub member: String,
    /// What is documented.
    pub documented: String,
    /// What was found. The only text from the response is an undocumented value of an enumeration,
    /// without any secrets that were sent.
    pub found: String,
    /// The statement in the spec, as a JSON pointer.
    pub place: String,
    /// The IDs of the claims of the vendor's pages that do not hold; of an exception, those that
    /// state it.
    pub claims: Vec<String>,
    /// The documented exception that the value is within.
    pub exception: Option<&'static str>,
}

impl Drift {
    /// Compares the response of `operation` with `status` with the documents.
    pub(crate) fn of_response(
        operation: &'static Operation,
        status: u16,
        answer: (&HeaderMap, &[u8]),
        secrets: &Secrets,
    ) -> Vec<Self> {
        let found = violations(operation, status, answer, secrets, &Options::default()).into_iter();
        let drift = found.map(|violation| Self {
            api: operation.api,
            operation: operation.id,
            status,
            kind: violation.kind,
            claims: claims(operation, status, &violation),
            member: violation.path,
            documented: violation.documented,
            found: violation.found,
            place: violation.pointer,
            exception: violation.exception,
        });
        drift.collect()
    }

    /// Replaces this and all later differences, after `max` were reported.
    pub(super) fn and_more(self, max: usize) -> Self {
        Self {
            operation: "",
            status: 0,
            kind: ViolationKind::Limit,
            member: String::new(),
            documented: format!("the {max} differences that are reported"),
            found: "more".to_owned(),
            place: String::new(),
            claims: Vec::new(),
            exception: None,
            ..self
        }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api, operation, status, member, .. } = self;
        write!(f, "{api} {operation} {status}: ")?;
        if !member.is_empty() {
            write!(f, "{member}: ")?;
        }
        f.write_str(&message(self.kind, &self.documented, &self.found))?;
        if let Some(exception) = self.exception {
            write!(f, ", a documented exception: {exception}")?;
        }
        if !self.claims.is_empty() {
            write!(f, " [{}]", self.claims.join(", "))?;
        }
        Ok(())
    }
}
