//! The headers that carry credentials, by the security of an operation.

use cloudfn_codegen::spec::{Operation, Spec};
use serde_json::Value;

/// A header that a security scheme asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name as the spec spells it.
    pub name: String,
    /// Whether its value is a bearer token.
    pub is_bearer: bool,
}

/// The headers of each alternative of an operation's security.
pub fn alternatives(spec: &Spec, operation: &Operation<'_>) -> Vec<Vec<Header>> {
    let header = |scheme: &String| {
        let scheme = &spec.document["components"]["securitySchemes"][scheme.as_str()];
        header_of(scheme)
    };
    let alternatives = spec.security(operation);
    alternatives.iter().map(|schemes| schemes.iter().filter_map(header).collect()).collect()
}

fn header_of(scheme: &Value) -> Option<Header> {
    match (scheme["type"].as_str()?, scheme["in"].as_str(), scheme["name"].as_str()) {
        ("apiKey", Some("header"), Some(name)) => {
            Some(Header { name: name.to_owned(), is_bearer: false })
        }
        ("http" | "oauth2", ..) => Some(Header { name: "Authorization".into(), is_bearer: true }),
        _ => None,
    }
}
