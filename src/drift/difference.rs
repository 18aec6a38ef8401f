//! A difference, and how it is told.

use std::fmt;

use cloudfn_schema::{message, Operation, Options, ViolationKind};
use serde::Serialize;

use super::response::{claims, violations};
use crate::error::shown::Secrets;

/// A difference between an answer and the documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// The API.
    pub api: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The HTTP status of the answer; where the vendor puts a status in the body, that one.
    pub status: u16,
    /// What kind of difference it is.
    pub kind: ViolationKind,
    /// The members that lead to it, as in `func_mounts[0].mount_type`; empty for the whole answer.
    pub member: String,
    /// What is documented.
    pub documented: String,
    /// What there is instead. No text of the answer but an undocumented value of a list, and this
    /// without the secrets that were sent.
    pub found: String,
    /// The statement in the spec, as a JSON pointer.
    pub place: String,
    /// The claims of the vendor's pages that do not hold, by their ids.
    pub claims: Vec<String>,
}

impl Drift {
    /// Holds the response with `status` to `operation` against the documents.
    pub(crate) fn of_response(
        operation: &'static Operation,
        status: u16,
        body: &[u8],
        secrets: &Secrets,
    ) -> Vec<Self> {
        let found = violations(operation, status, body, secrets, &Options::default()).into_iter();
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
        });
        drift.collect()
    }

    /// What is told in the place of this and of all later ones, since `max` were told.
    pub(super) fn and_more(self, max: usize) -> Self {
        Self {
            operation: "",
            status: 0,
            kind: ViolationKind::Limit,
            member: String::new(),
            documented: format!("the {max} differences that are told"),
            found: "more".to_owned(),
            place: String::new(),
            claims: Vec::new(),
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
        if !self.claims.is_empty() {
            write!(f, " [{}]", self.claims.join(", "))?;
        }
        Ok(())
    }
}
