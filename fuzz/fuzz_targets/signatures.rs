//! Signatures: the client's signer and a second, independent one agree on every request.
//!
//! An input is the method and the path, then headers, an empty line and the body. A header `?` is a
//! name and a value of the query, and `key` is the secret key.

#![no_main]

#[path = "../../tests/support/second_signer.rs"]
mod second_signer;

use cloudfn::functiongraph::signature::{Signature, ToSign};
use libfuzzer_sys::fuzz_target;
use second_signer::Request;

fuzz_target!(init: cloudfn_fuzz::report_overflows(), |input: &str| {
    let (head, body) = input.split_once("\n\n").unwrap_or((input, ""));
    let (first, lines) = head.split_once('\n').unwrap_or((head, ""));
    let (method, path) = first.split_once(' ').unwrap_or(("GET", first));
    let lines: Vec<(&str, &str)> = lines.lines().filter_map(|line| line.split_once(": ")).collect();
    let query = lines.iter().filter(|(name, _)| *name == "?");
    let query = query.map(|(_, pair)| pair.split_once('=').unwrap_or((pair, "")));
    let query: Vec<(String, String)> =
        query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let headers = lines.iter().filter(|(name, value)| is_header(name, value));
    let headers: Vec<(String, String)> =
        headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let key = lines.iter().find(|(name, _)| *name == "key").map_or("", |(_, key)| key);

    let method = method.to_ascii_uppercase();
    let second =
        second_signer::sign(&request(&method, path, &query, &headers, body), key.as_bytes());
    let to_sign = ToSign { method: &method, path, query, headers, body: body.as_bytes() };
    let first = Signature::new(&to_sign, &key.into());

    assert_eq!(first.canonical_request, String::from_utf8_lossy(&second.canonical_request));
    assert_eq!(first.signed_headers, second.signed_headers);
    assert_eq!(first.signature, second.signature);
    assert!(!format!("{to_sign:?}{first:?}").contains(&first.signature), "a signature is shown");
});

/// Whether a header is valid.
fn is_header(name: &str, value: &str) -> bool {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty()
        && name.chars().all(token)
        && !value.contains(|c: char| c.is_control() && c != '\t')
}

fn request(
    method: &str,
    path: &str,
    query: &[(String, String)],
    headers: &[(String, String)],
    body: &str,
) -> Request {
    let bytes = |text: &String| text.clone().into_bytes();
    Request {
        method: method.to_owned(),
        path: path.as_bytes().to_vec(),
        query: query.iter().map(|(name, value)| (bytes(name), bytes(value))).collect(),
        headers: headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        body: body.as_bytes().to_vec(),
    }
}
