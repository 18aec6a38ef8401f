//! Checks requests against the documents.

use cloudfn_schema::{check_json_with, Options, ViolationKind};
use percent_encoding::percent_decode_str;

use super::received::Received;
use super::tokens::{IAM_TOKEN, MANAGEMENT_TOKEN};
use crate::encoding::path_segment;
use crate::registry::{Operation, Parameter};

/// What is refused besides what violates the limits.
#[derive(Clone, Copy)]
pub(super) struct Refused {
    /// Undocumented parts.
    pub(super) unknown_members: bool,
    /// What breaks a rule.
    pub(super) rules: bool,
}

/// Refuses a request that violates the documents of `operation`, or has what is `refused`.
/// The message says where.
pub(super) fn check(
    operation: &Operation,
    request: &Received,
    refused: Refused,
) -> Result<(), String> {
    for parameter in operation.parameters {
        texts(operation, parameter, request)
            .and_then(|given| check_parameter(parameter, &given))
            .map_err(|e| format!("{}: {e}", parameter.name))?;
    }
    if refused.unknown_members {
        check_query(operation, request)?;
    }
    check_body(operation, request, refused)
}

/// Whether a request satisfies an alternative of the operation's security, with a token that this
/// server issued or a signature, which is not verified. GenAuth's names of headers are accepted in
/// place of Authing's.
pub(super) fn has_credentials(operation: &Operation, request: &Received) -> bool {
    let is_accepted = |name: &str| {
        let genauth = name.replacen("x-authing-", "x-genauth-", 1);
        let value = request.headers.get(name).or_else(|| request.headers.get(genauth));
        let value = value.and_then(|value| value.to_str().ok());
        match (name, value.unwrap_or_default()) {
            ("x-auth-token", token) => token == IAM_TOKEN,
            ("authorization", value) => {
                value.strip_prefix("Bearer ") == Some(MANAGEMENT_TOKEN)
                    || value.starts_with("SDK-HMAC-SHA256 Access=")
            }
            (_, value) => !value.is_empty(),
        }
    };
    let mut alternatives = operation.security.iter();
    operation.security.is_empty()
        || alternatives.any(|headers| headers.iter().all(|name| is_accepted(name)))
}

fn check_parameter(parameter: &Parameter, given: &[String]) -> Result<(), String> {
    let check = |text: &str| parameter.check(text).map(|_| ());
    match given {
        [] if parameter.required => Err("is required".to_owned()),
        [] => Ok(()),
        _ if parameter.rust_type.starts_with("Vec<") => parameter.check_items(given).map(|_| ()),
        [one] => check(one),
        _ => Err("is given more than once".to_owned()),
    }
}

/// The decoded values of a parameter.
pub(super) fn texts(
    operation: &Operation,
    parameter: &Parameter,
    request: &Received,
) -> Result<Vec<String>, String> {
    let given: Vec<String> = match parameter.location {
        "path" => {
            let path = request.uri.path();
            let segment = path_segment(operation.path, path, parameter.name);
            segment.into_iter().map(str::to_owned).collect()
        }
        "query" => in_query(request, parameter.name),
        _ => in_headers(request, parameter.name),
    };
    values(parameter, given)
}

/// The decoded values of a parameter as sent. A delimited list is split into its items.
fn values(parameter: &Parameter, given: Vec<String>) -> Result<Vec<String>, String> {
    let is_encoded = parameter.location != "header";
    let decoded = |text: &str| match is_encoded {
        true => percent_decode_str(text).decode_utf8_lossy().into_owned(),
        false => text.trim().to_owned(),
    };
    match (parameter.delimiter, &given[..]) {
        (None, given) => Ok(given.iter().map(|text| decoded(text)).collect()),
        (Some(delimiter), [one]) => {
            // An encoded comma is part of an item.
            let separated = match delimiter {
                "," => one.clone(),
                other => one.replace(&format!("%{:02X}", other.as_bytes()[0]), other),
            };
            Ok(separated.split(delimiter).map(decoded).collect())
        }
        (Some(_), []) => Ok(Vec::new()),
        (Some(_), _) => Err("is given more than once; its items belong in one value".to_owned()),
    }
}

/// The values of a query parameter as sent, with spaces as `%20`.
pub(super) fn in_query(request: &Received, name: &str) -> Vec<String> {
    let pairs = query(request).into_iter();
    pairs.filter(|(key, _)| key == name).map(|(_, value)| value).collect()
}

/// The decoded names of the query parameters, and their values as sent, with spaces as `%20`.
fn query(request: &Received) -> Vec<(String, String)> {
    let query = request.uri.query().unwrap_or_default().replace('+', "%20");
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let name = |key: &str| percent_decode_str(key).decode_utf8_lossy().into_owned();
    pairs.map(|(key, value)| (name(key), value.to_owned())).collect()
}

/// Refuses an undocumented query parameter.
fn check_query(operation: &Operation, request: &Received) -> Result<(), String> {
    let is_known = |name: &str| {
        let mut parameters = operation.parameters.iter();
        parameters.any(|parameter| parameter.location == "query" && parameter.name == name)
    };
    match query(request).into_iter().find(|(name, _)| !is_known(name)) {
        Some((name, _)) => Err(format!("{name}: is not a documented query parameter")),
        None => Ok(()),
    }
}

fn in_headers(request: &Received, name: &str) -> Vec<String> {
    let values = request.headers.get_all(name).iter();
    values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
}

fn check_body(operation: &Operation, request: &Received, refused: Refused) -> Result<(), String> {
    let Some(body) = &operation.table.request else {
        return match refused.unknown_members && !request.body.is_empty() {
            true => Err("the operation takes no body".to_owned()),
            false => Ok(()),
        };
    };
    if request.body.is_empty() {
        return match body.required {
            true => Err("the body is missing".to_owned()),
            false => Ok(()),
        };
    }
    if crate::headers::says_json(&request.headers) == Some(false) {
        return Err("the body's Content-Type is not application/json".to_owned());
    }
    let options = Options::request().about(operation.table.request_part());
    let options = Options { unknown_members: refused.unknown_members, ..options };
    let mut found = check_json_with(&options, body.schema, &request.body);
    found.retain(|violation| refused.rules || violation.kind != ViolationKind::Rule);
    match found.is_empty() {
        true => Ok(()),
        false => Err(cloudfn_schema::on_one_line(&found)),
    }
}
