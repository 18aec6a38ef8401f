//! Signatures: the client's signer and a second, independent one agree on every request.
//!
//! An input is the method and the path, then headers, an empty line and the body. A header `?` is a
//! name and a value of the query, and `key` is the secret key.

use cloudfn::functiongraph::signature::{Signature, ToSign};

use super::text;
use crate::mutation::Form;
use crate::second_signer::{self, Request};
use crate::Target;

/// Signs a request twice.
pub const TARGET: Target = Target {
    name: "signatures",
    run,
    seeds,
    form: Form::Text,
    words: &[
        "%2F",
        "%2f",
        "%",
        "%zz",
        "%25",
        "/",
        "//",
        "/./",
        "..",
        ":",
        "!",
        "*",
        "~",
        "+",
        "%20",
        " ",
        "é",
        "\n? ",
        "\n? =",
        "\nhost: ",
        "\nX-Sdk-Date: ",
        "\nx_y: ",
        "\n\n",
        "一",
        "\nX-Sdk-Content-Sha256: UNSIGNED-PAYLOAD",
        "\nkey: ",
    ],
    longest: 1024,
};

fn run(input: &[u8]) {
    let Some(input) = text(input) else { return };
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
}

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

fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        "PUT /v2/p/fgs/functions/urn:fss:r:p:function:default:f:latest/async-invoke-config\n\
         Host: functiongraph.cn-north-4.myhuaweicloud.com\nX-Sdk-Date: 20240115T083000Z\n\
         Content-Type: application/json\nX-Project-Id: p\nkey: sk+/0\n\n{\"a\": 1}",
        "GET /v2/p/fgs/functions\nX-Sdk-Date: 20240115T083000Z\n? func_name=一 (&=?!#%.*)\n\
         ? path=/tmp/1+2~3\n? multi=b\n? multi=a\n? empty=\nhost: h",
        "POST /a%2Fb%3A\nX-Sdk-Date: 20240115T083000Z\nx_y: 1\nx-custom:   a   b \n\
         X-Sdk-Content-Sha256: UNSIGNED-PAYLOAD\n\nbody",
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
