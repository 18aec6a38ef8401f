//! A second implementation of SDK-HMAC-SHA256, to compare with the client's signer. It was written
//! only from the vendor's description and the test vectors.

#![allow(dead_code, reason = "each test takes a part of this")]

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// The path as sent.
    pub path: Vec<u8>,
    /// Names and values of the query, decoded.
    pub query: Vec<(Vec<u8>, Vec<u8>)>,
    /// Names and values of the headers; those with `_` in their name are not signed.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub canonical_request: Vec<u8>,
    pub signed_headers: String,
    pub signature: String,
}

/// The header with the date of the signature.
const DATE: &str = "x-sdk-date";
/// The header that marks an unsigned payload.
const CONTENT_HASH: &str = "x-sdk-content-sha256";

/// Signs `request` with a secret key.
pub fn sign(request: &Request, secret_key: &[u8]) -> Signed {
    let headers = headers(&request.headers);
    let header = |name: &str| headers.iter().find(|(found, _)| found == name).map(|(_, v)| &**v);
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let signed_headers = names.join(";");

    let mut canonical = request.method.to_ascii_uppercase().into_bytes();
    canonical.push(b'\n');
    canonical.extend(uri(&request.path));
    canonical.push(b'\n');
    canonical.extend(query(&request.query));
    canonical.push(b'\n');
    for (name, value) in &headers {
        canonical.extend(name.as_bytes());
        canonical.push(b':');
        canonical.extend(value.as_bytes());
        canonical.push(b'\n');
    }
    canonical.push(b'\n');
    canonical.extend(signed_headers.as_bytes());
    canonical.push(b'\n');
    // The official signer trusts the header, but always hashes an empty body.
    match header(CONTENT_HASH).filter(|value| !value.is_empty() && !request.body.is_empty()) {
        Some(word) => canonical.extend(word.as_bytes()),
        None => canonical.extend(hash(&request.body).into_bytes()),
    }

    let date = header(DATE).unwrap_or_default();
    let to_sign = format!("SDK-HMAC-SHA256\n{date}\n{}", hash(&canonical));
    let signature = keyed_hash(secret_key, to_sign.as_bytes());
    Signed { canonical_request: canonical, signed_headers, signature }
}

fn uri(path: &[u8]) -> Vec<u8> {
    let mut uri = Vec::new();
    for byte in decoded(path) {
        match byte {
            b'/' => uri.push(b'/'),
            other => encode(other, &mut uri),
        }
    }
    if uri.last() != Some(&b'/') {
        uri.push(b'/');
    }
    uri
}

fn query(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let mut pairs: Vec<_> = pairs.to_vec();
    pairs.sort();
    let mut text = Vec::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push(b'&');
        }
        name.iter().for_each(|byte| encode(*byte, &mut text));
        text.push(b'=');
        value.iter().for_each(|byte| encode(*byte, &mut text));
    }
    text
}

/// Lower-case names with trimmed values, sorted.
fn headers(given: &[(String, String)]) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    for (name, value) in given {
        if !name.contains('_') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    headers.sort();
    headers
}

pub fn decoded(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| (*byte as char).to_digit(16));
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    bytes
}

fn encode(byte: u8, text: &mut Vec<u8>) {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => text.push(byte),
        _ => text.extend(format!("%{byte:02X}").into_bytes()),
    }
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn keyed_hash(key: &[u8], bytes: &[u8]) -> String {
    // HMAC hashes a key that is longer than a block, so any key is valid.
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(bytes);
            hex(&mac.finalize().into_bytes())
        }
        Err(_) => String::new(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
