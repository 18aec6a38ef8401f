//! Compares our signatures with a file of test vectors. Prints those that differ, and then exits
//! with code 1.
//!
//! Run it with `cargo run --example sign_vectors tests/vectors/huawei-sdk-hmac-sha256.json`.

use std::path::Path;
use std::process::ExitCode;

use cloudfn::functiongraph::signature::{Signature, ToSign, CONTENT_HASH, UNSIGNED_PAYLOAD};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A file of test vectors.
#[derive(Debug, Deserialize)]
pub struct Vectors {
    /// The test vectors.
    pub vectors: Vec<Vector>,
}

/// A request and its known signature.
#[derive(Debug, Deserialize)]
pub struct Vector {
    /// Its name.
    pub name: String,
    input: Input,
    /// The expected parts, by name.
    #[serde(flatten)]
    known: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct Input {
    method: String,
    host: String,
    path: String,
    #[serde(default)]
    query: Vec<(String, Value)>,
    #[serde(default)]
    headers: Map<String, Value>,
    body: Option<String>,
    access_key: String,
    secret_key: String,
    x_sdk_date: String,
}

/// Reads a file of test vectors.
///
/// # Errors
///
/// The file cannot be read, has another format, or has no vectors. The message says where.
pub fn read(file: &Path) -> Result<Vectors, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    // Some editors write a byte order mark first.
    let mut reader = serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
    let vectors: Vectors = serde_path_to_error::deserialize(&mut reader)
        .map_err(|e| format!("{}: {}: {}", file.display(), e.path(), e.inner()))?;
    if vectors.vectors.is_empty() {
        return Err(format!("{}: there are no vectors", file.display()));
    }
    Ok(vectors)
}

impl Vector {
    /// The expected parts that our signature does not match.
    pub fn differences(&self) -> Vec<String> {
        let Input { access_key, secret_key, .. } = &self.input;
        let signature = self.sign(secret_key);
        let hash = signature.string_to_sign.rsplit('\n').next().unwrap_or_default().to_owned();
        let ours = [
            ("signed_headers", signature.signed_headers.clone()),
            ("authorization", signature.authorization(access_key)),
            ("canonical_request", signature.canonical_request),
            ("canonical_request_sha256", hash),
            ("string_to_sign", signature.string_to_sign),
            ("signature", signature.signature),
        ];
        if !self.known.contains_key("signature") {
            return vec!["signature: the vector has none".to_owned()];
        }
        let mut differences = Vec::new();
        for (part, ours) in ours {
            match self.known.get(part) {
                Some(known) if *known != Value::String(ours.clone()) => {
                    differences.push(format!("{part}: ours is {ours:?}, not {known}"));
                }
                _ => {}
            }
        }
        differences
    }

    fn sign(&self, secret_key: &str) -> Signature {
        let input = &self.input;
        let mut headers: Vec<(String, String)> =
            input.headers.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        let mut complete = |name: &str, value: &str| {
            if !headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name)) {
                headers.push((name.to_owned(), value.to_owned()));
            }
        };
        complete("X-Sdk-Date", &input.x_sdk_date);
        // One of the official signers does not sign the host.
        let signed = self.known.get("signed_headers").and_then(Value::as_str);
        if signed.is_none_or(|signed| signed.split(';').any(|name| name == "host")) {
            complete("Host", &input.host);
        }
        let content_type = input.headers.get("Content-Type").map(text);
        if content_type.is_some_and(|content_type| !Signature::covers_body(&content_type)) {
            complete(CONTENT_HASH, UNSIGNED_PAYLOAD);
        }
        let request = ToSign {
            method: &input.method,
            path: &input.path,
            query: input.query.iter().flat_map(pairs).collect(),
            headers,
            body: input.body.as_deref().unwrap_or_default().as_bytes(),
        };
        Signature::new(&request, &secret_key.into())
    }
}

/// A name and its value, or its values.
fn pairs((name, value): &(String, Value)) -> Vec<(String, String)> {
    let values = match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    };
    values.into_iter().map(|value| (name.clone(), value)).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[allow(dead_code, reason = "the tests take the rest of this file")]
fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(file), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: sign_vectors FILE");
        return ExitCode::from(2);
    };
    let vectors = match read(Path::new(&file)) {
        Ok(vectors) => vectors.vectors,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let mut differing = 0;
    for vector in &vectors {
        let differences = vector.differences();
        differing += usize::from(!differences.is_empty());
        for difference in differences {
            println!("{}: {difference}", vector.name);
        }
    }
    println!("{} of {} vectors differ", differing, vectors.len());
    ExitCode::from(u8::from(differing > 0))
}
