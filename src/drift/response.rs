//! The differences of one response.

use cloudfn_schema::{check_json_with, Operation, Options, Violation, ViolationKind};

use reqwest::header::HeaderMap;

use crate::shown::{self, Secrets};

/// The documented response, by operation and status.
#[derive(Clone)]
pub(crate) struct Documented {
    pub(crate) operation: &'static Operation,
    pub(crate) status: u16,
    /// The secrets in the request.
    pub(crate) secrets: Secrets,
}

impl Documented {
    /// The differences between a response and the documents, sorted by path.
    pub(crate) fn differences(&self, headers: &HeaderMap, body: &[u8]) -> Vec<Violation> {
        let Self { operation, status, secrets } = self;
        let options = Options { max_found: 60, ..Options::default() };
        let mut found = violations(operation, *status, (headers, body), secrets, &options);
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }
}

/// Compares the response of `operation` with `status` with the documents. Violations that quote the
/// response contain none of `secrets`.
pub(super) fn violations(
    operation: &'static Operation,
    status: u16,
    (headers, body): (&HeaderMap, &[u8]),
    secrets: &Secrets,
    options: &Options,
) -> Vec<Violation> {
    let Some(response) = operation.response(status) else {
        let known: Vec<&str> = operation.responses.iter().map(|r| r.status).collect();
        return vec![Violation {
            kind: ViolationKind::Status,
            path: String::new(),
            keyword: "responses",
            documented: known.join(", "),
            found: status.to_string(),
            pointer: "/responses".to_owned(),
            claims: operation.statuses.to_vec(),
            exception: None,
        }];
    };
    let place = format!("response.{}", response.status);
    let options = options.about(operation.response_part(response));
    let mut found = crate::headers::violations(response, headers, body, &options);
    let schema = response.body.filter(|_| !crate::headers::is_text(response, headers, body));
    found.extend(schema.into_iter().flat_map(|schema| check_json_with(&options, schema, body)));
    for violation in &mut found {
        violation.claims.retain(|claim| is_about(claim, operation, &place));
        violation.path = shown::text(&violation.path);
        violation.found = shown::text(&secrets.hide(&violation.found));
    }
    found
}

/// Whether a claim is about this operation, and, if about a response body, about this response.
/// Needed because shared schemas have the claims of all their operations and responses.
fn is_about(claim: &str, operation: &Operation, place: &str) -> bool {
    operation.prefixes.iter().any(|prefix| {
        let of_operation = claim.strip_prefix(prefix).and_then(|rest| rest.strip_prefix("::"));
        of_operation.is_some_and(|rest| {
            let is_of_other_body = rest.starts_with("response.") || rest.starts_with("request/");
            rest.starts_with(place) || !is_of_other_body
        })
    })
}

/// The claims of a violation, or else the tables of the response.
pub(super) fn claims(operation: &Operation, status: u16, violation: &Violation) -> Vec<String> {
    if !violation.claims.is_empty() {
        return violation.claims.iter().map(|claim| (*claim).to_owned()).collect();
    }
    let status = operation.response(status).map_or("", |response| response.status);
    let prefixes = operation.prefixes.iter();
    prefixes.map(|prefix| format!("{prefix}::response.{status}")).collect()
}
