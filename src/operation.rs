//! What is known of an operation when it is called.

use reqwest::{Method, Url};

use crate::encoding::path_parameter;

/// What is known of an operation when it is called.
#[derive(Debug)]
pub(crate) struct OperationInfo {
    /// The operationId.
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// Path template.
    pub(crate) path: &'static str,
    /// The media types that it asks for.
    pub(crate) accepts: Option<&'static str>,
    /// The media type of its body.
    pub(crate) sends: Option<&'static str>,
    /// Whether it takes credentials.
    pub(crate) authenticated: bool,
    /// Whether its success is JSON.
    pub(crate) answers_json: bool,
    /// The documented statuses of success.
    pub(crate) successes: &'static [u16],
    /// The headers that it returns typed, as the members of an object.
    pub(crate) headers: Option<&'static cloudfn_schema::Schema>,
    /// What is documented of it.
    pub(crate) table: &'static cloudfn_schema::Operation,
}

/// Credentials are checked without calling an operation, in no project.
pub(crate) static AUTHENTICATE: OperationInfo = OperationInfo::authenticate("");
/// Credentials are checked without calling an operation, in the client's project.
pub(crate) static AUTHENTICATE_IN_PROJECT: OperationInfo =
    OperationInfo::authenticate("/{project_id}");

impl OperationInfo {
    const fn authenticate(path: &'static str) -> Self {
        const TABLE: cloudfn_schema::Operation = cloudfn_schema::Operation {
            api: "",
            id: "authenticate",
            prefixes: &[],
            statuses: &[],
            parameters: &[],
            request: None,
            responses: &[],
        };
        Self {
            id: TABLE.id,
            method: Method::GET,
            path,
            accepts: None,
            sends: None,
            authenticated: true,
            answers_json: false,
            successes: &[],
            headers: None,
            table: &TABLE,
        }
    }

    /// The value of the path parameter `name` in a URL of this operation.
    pub(crate) fn path_parameter(&self, name: &str, url: &Url) -> Option<String> {
        path_parameter(self.path, url.path(), name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: OperationInfo = OperationInfo::authenticate("/v2/{project_id}/x/{name}");

    #[test]
    fn parameters_are_read_from_the_end_of_the_path() {
        let url = Url::parse("https://host/v2/base/v2/p%20q/x/a%2Fb?x={name}").unwrap();
        let read = |name: &str| OPERATION.path_parameter(name, &url);
        assert_eq!(read("project_id").as_deref(), Some("p q"));
        assert_eq!(read("name").as_deref(), Some("a/b"));
        assert_eq!(read("other"), None);
    }
}
