//! The differences of one response.

use super::shape::{Documented, Operation, Response};
use super::walk::{differences, Finding};
use super::{Drift, DriftKind};
use crate::error::shown::{self, Secrets};

/// Holds the response with `status` to `operation` against the documents.
pub(crate) fn of_response(
    documented: &'static Documented,
    operation: &str,
    status: u16,
    body: &[u8],
    secrets: &Secrets,
) -> Vec<Drift> {
    let Some(operation) = documented.operation(operation) else { return Vec::new() };
    let response = operation.response(status);
    let held = held(operation, status, response, body).into_iter();
    let api = documented.api;
    held.map(|finding| drift(api, operation, status, response, finding, secrets)).collect()
}

fn drift(
    api: &'static str,
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
        claims = operation.prefixes.iter().map(|prefix| format!("{prefix}::{answer}")).collect();
    }
    Drift {
        api,
        operation: operation.id,
        status,
        kind: finding.kind,
        member: shown::text(&finding.member),
        documented: finding.documented,
        found: shown::text(&secrets.hide(&finding.found)),
        place: finding.place,
        claims,
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
    differences(shape, body)
}
