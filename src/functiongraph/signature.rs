//! Request signatures: SDK-HMAC-SHA256, as checked by Huawei Cloud's gateway.

use std::borrow::Cow;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{percent_decode_str, percent_encode, AsciiSet};
use reqwest::header::HeaderName;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::encoding::RESERVED;

/// Name of the algorithm.
const ALGORITHM: &str = "SDK-HMAC-SHA256";
/// The header with the date of a signature in UTC, such as `20240115T083000Z`.
pub(super) const DATE: HeaderName = HeaderName::from_static("x-sdk-date");
/// The header with the value to sign instead of the body's hash.
pub const CONTENT_HASH: &str = "x-sdk-content-sha256";
/// The value of [`CONTENT_HASH`] for an unsigned body.
pub const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// A request to sign.
#[derive(Clone)]
pub struct ToSign<'a> {
    /// HTTP method, in capitals.
    pub method: &'a str,
    /// Path as sent, with or without percent-encoding.
    pub path: &'a str,
    /// Names and values of the query, decoded.
    pub query: Vec<(String, String)>,
    /// Names and values of the headers to sign, in any order and case, including `X-Sdk-Date`. Names
    /// with `_` are left out, since gateways drop such headers.
    pub headers: Vec<(String, String)>,
    /// Body, empty if there is none.
    pub body: &'a [u8],
}

/// A signature and its intermediate values.
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    /// The canonical form of the request.
    pub canonical_request: String,
    /// The names of the signed headers in lower case, sorted and joined by `;`.
    pub signed_headers: String,
    /// What is signed: algorithm, date and hash of the canonical request.
    pub string_to_sign: String,
    /// The signature, in hexadecimal.
    pub signature: String,
}

/// Hides the values of headers, since one may be a security token.
impl fmt::Debug for ToSign<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToSign")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Hides the signature, since anyone who has it can use it.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature")
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}

impl Signature {
    /// Signs `request` with a secret key.
    pub fn new(request: &ToSign<'_>, secret_key: &SecretString) -> Self {
        let headers = canonical_headers(&request.headers);
        let header = |name: &str| {
            headers.iter().find(|(header, _)| *header == name).map(|(_, value)| *value)
        };
        let names: Vec<&str> = headers.iter().map(|(name, _)| &**name).collect();
        let signed_headers = names.join(";");
        let stated = header(CONTENT_HASH).filter(|hash| !hash.is_empty());
        let hash = match stated.filter(|_| !request.body.is_empty()) {
            Some(hash) => hash.to_owned(),
            None => hex(&Sha256::digest(request.body)),
        };
        let mut canonical_request = format!(
            "{}\n{}\n{}\n",
            request.method,
            canonical_path(request.path),
            canonical_query(&request.query)
        );
        for (name, value) in &headers {
            canonical_request.extend([&**name, ":", value, "\n"]);
        }
        canonical_request.extend(["\n", &signed_headers, "\n", &hash]);
        let string_to_sign = format!(
            "{ALGORITHM}\n{}\n{}",
            header(DATE.as_str()).unwrap_or_default(),
            hex(&Sha256::digest(&canonical_request))
        );
        let signature = sign(&string_to_sign, secret_key);
        Self { canonical_request, signed_headers, string_to_sign, signature }
    }

    /// Whether bodies of this media type are signed. For others, the official SDKs set
    /// [`CONTENT_HASH`] to [`UNSIGNED_PAYLOAD`].
    pub fn covers_body(content_type: &str) -> bool {
        ["application/json", "application/bson"].iter().any(|json| content_type.starts_with(json))
    }

    /// The value of `Authorization` for the access key `id`.
    pub fn authorization(&self, id: &str) -> String {
        let Self { signed_headers, signature, .. } = self;
        format!("{ALGORITHM} Access={id}, SignedHeaders={signed_headers}, Signature={signature}")
    }
}

fn sign(text: &str, secret_key: &SecretString) -> String {
    let key = secret_key.expose_secret().as_bytes();
    // HMAC accepts keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    hex(&mac.finalize().into_bytes())
}

/// Decodes and encodes all but slashes, and adds a trailing one.
fn canonical_path(path: &str) -> String {
    const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');
    let decoded = Cow::from(percent_decode_str(path));
    let mut canonical = percent_encode(&decoded, RESERVED_IN_PATH).to_string();
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

/// Sorts by name and value, then encodes.
fn canonical_query(query: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = query.iter().collect();
    sorted.sort();
    let encode = |text: &str| percent_encode(text.as_bytes(), RESERVED).to_string();
    let pairs =
        sorted.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Names in lower case, values trimmed, sorted.
fn canonical_headers(headers: &[(String, String)]) -> Vec<(Cow<'_, str>, &str)> {
    let mut canonical: Vec<_> = headers
        .iter()
        .filter(|(name, _)| !name.contains('_'))
        .map(|(name, value)| (lower_case(name), value.trim()))
        .collect();
    canonical.sort();
    canonical
}

fn lower_case(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}
