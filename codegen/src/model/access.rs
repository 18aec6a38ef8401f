//! Who may call, and where: security schemes and base URLs.

/// A base URL.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its JSON pointer.
    pub pointer: String,
    /// The URL, a template.
    pub url: String,
    /// What is put into it.
    pub variables: Vec<Variable>,
}

/// A variable of a base URL.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its JSON pointer.
    pub pointer: String,
    /// The values that it may have, if these are listed.
    pub values: Option<Vec<String>>,
}

/// A security scheme.
#[derive(Clone, Debug)]
pub struct Scheme {
    /// Its name in the spec.
    pub name: String,
    /// Its JSON pointer.
    pub pointer: String,
    /// Its `type`.
    pub kind: String,
    /// Where its value goes, of an API key.
    pub location: Option<String>,
    /// The name of the header, of an API key.
    pub key: Option<String>,
    /// The scheme of HTTP authentication.
    pub scheme: Option<String>,
}

impl Scheme {
    /// The header that it goes into, in lower case.
    pub fn header(&self) -> Option<String> {
        match (self.location.as_deref(), &self.key) {
            (Some("header"), Some(name)) => Some(name.to_lowercase()),
            (None, _) => Some("authorization".to_owned()),
            _ => None,
        }
    }
}
