//! The headers that carry credentials, by the security of an operation.

use cloudfn_codegen::model::{Operation, Scheme, Spec};

/// A header that a security scheme asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name as the spec spells it.
    pub name: String,
    /// Whether its value is a bearer token.
    pub is_bearer: bool,
}

/// The headers of each alternative of an operation's security.
pub fn alternatives(spec: &Spec, operation: &Operation) -> Vec<Vec<Header>> {
    let header = |scheme: &String| header_of(spec.scheme(scheme)?);
    operation.security.iter().map(|schemes| schemes.iter().filter_map(header).collect()).collect()
}

fn header_of(scheme: &Scheme) -> Option<Header> {
    match (scheme.kind.as_str(), scheme.location.as_deref(), &scheme.key) {
        ("apiKey", Some("header"), Some(name)) => {
            Some(Header { name: name.clone(), is_bearer: false })
        }
        ("http" | "oauth2", ..) => Some(Header { name: "Authorization".into(), is_bearer: true }),
        _ => None,
    }
}
