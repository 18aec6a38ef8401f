//! Tells each difference once.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::shape::{Documented, Operation, Response};
use super::walk::{differences, Finding};
use super::{Drift, DriftKind};
use crate::error::shown::{self, Secrets};
use crate::transport::without_mark;

/// Most differences that a client tells; a service that differs in more has another API.
const MOST: usize = 10_000;

/// Whoever wants to know of differences.
pub(crate) struct Observer {
    documented: &'static Documented,
    tell: Box<dyn Fn(&Drift) + Send + Sync>,
    told: Mutex<HashSet<Key>>,
}

/// What makes two differences the same: all but which item of an array it is, and by how much a
/// limit is missed.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    operation: &'static str,
    status: u16,
    kind: DriftKind,
    member: String,
    place: String,
    /// The value that is not in a list, or the type that is another.
    found: Option<String>,
}

impl Key {
    fn of(drift: &Drift) -> Self {
        let is_by_value = matches!(drift.kind, DriftKind::Value | DriftKind::Type);
        let digit = |c: char| c.is_ascii_digit();
        Self {
            operation: drift.operation,
            status: drift.status,
            kind: drift.kind,
            member: drift.member.split('[').map(|part| part.trim_start_matches(digit)).collect(),
            place: drift.place.clone(),
            found: is_by_value.then(|| drift.found.clone()),
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer").field("api", &self.documented.api).finish_non_exhaustive()
    }
}

impl Observer {
    pub(crate) fn new(
        documented: &'static Documented,
        tell: Box<dyn Fn(&Drift) + Send + Sync>,
    ) -> Self {
        Self { documented, tell, told: Mutex::default() }
    }

    /// Holds an answer against the documents.
    pub(crate) fn observe(&self, operation: &str, status: u16, body: &[u8], secrets: &Secrets) {
        let Some(operation) = self.documented.operation(operation) else { return };
        let response = operation.response(status);
        for finding in held(operation, status, response, body) {
            let drift = self.drift(operation, status, response, finding, secrets);
            if self.is_new(&drift) {
                (self.tell)(&drift);
            }
        }
    }

    fn is_new(&self, drift: &Drift) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < MOST && told.insert(Key::of(drift))
    }

    fn drift(
        &self,
        operation: &'static Operation,
        status: u16,
        response: Option<&'static Response>,
        finding: Finding,
        secrets: &Secrets,
    ) -> Drift {
        let answer = format!("response.{}", response.map_or("", |response| response.status));
        let mut claims: Vec<String> = finding.claims.iter().map(|claim| (*claim).into()).collect();
        claims.retain(|claim| is_about(claim, operation, &answer));
        if claims.is_empty() {
            claims =
                operation.prefixes.iter().map(|prefix| format!("{prefix}::{answer}")).collect();
        }
        Drift {
            api: self.documented.api,
            operation: operation.id,
            status,
            kind: finding.kind,
            member: finding.member,
            documented: finding.documented,
            found: shown::text(&secrets.hide(&finding.found)),
            place: finding.place,
            claims,
        }
    }
}

/// Whether a claim is about an operation, and if it is about the body of an answer, about this.
/// What operations and answers share has claims of all of them.
fn is_about(claim: &str, operation: &Operation, answer: &str) -> bool {
    operation.prefixes.iter().any(|prefix| {
        let of_operation = claim.strip_prefix(prefix).and_then(|rest| rest.strip_prefix("::"));
        of_operation.is_some_and(|rest| {
            let is_of_other_body = rest.starts_with("response.") || rest.starts_with("request/");
            rest.starts_with(answer) || !is_of_other_body
        })
    })
}

/// The differences of an answer.
fn held(
    operation: &'static Operation,
    status: u16,
    response: Option<&'static Response>,
    body: &[u8],
) -> Vec<Finding> {
    let Some(Response { shape, .. }) = response else {
        let known: Vec<&str> = operation.responses.iter().map(|r| r.status).collect();
        return vec![Finding {
            kind: DriftKind::Status,
            member: String::new(),
            documented: known.join(", "),
            found: status.to_string(),
            place: "/responses".to_owned(),
            claims: operation.statuses,
        }];
    };
    let Some(shape) = shape else { return Vec::new() };
    match serde_json::from_slice::<Value>(without_mark(body)) {
        Ok(value) => differences(shape, &value),
        Err(_) => vec![Finding {
            kind: DriftKind::Type,
            member: String::new(),
            documented: "JSON".to_owned(),
            found: if body.is_empty() { "nothing" } else { "no JSON" }.to_owned(),
            place: shape.place.to_owned(),
            claims: &[],
        }],
    }
}
