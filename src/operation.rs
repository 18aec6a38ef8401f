//! What is known of an operation when it is called.

use reqwest::Url;

use crate::encoding::path_parameter;
use crate::error::Error;

/// What is known of an operation when it is called.
#[derive(Debug)]
pub(crate) struct OperationInfo {
    /// The operationId.
    pub(crate) id: &'static str,
    /// Path template.
    pub(crate) path: &'static str,
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
            path,
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

    /// Refuses a URL that lost a segment: URLs cannot hold `.` and `..` as segments, and an empty
    /// one would name something else.
    pub(crate) fn check(&self, base: &Url, url: &Url) -> Result<(), Error> {
        let base = base.path().trim_end_matches('/');
        let path = url.path().get(base.len()..).unwrap_or_default();
        if Slashes::of(path) != Slashes::of(self.path) {
            return Err(Error::invalid(format!(
                "a parameter in the path {} is empty, `.` or `..`, which no URL can hold",
                self.path
            )));
        }
        Ok(())
    }
}

/// The slashes of a path, by which it has as many segments as another one, and as many empty ones.
#[derive(PartialEq, Eq)]
struct Slashes {
    all: usize,
    adjacent: usize,
    is_last: bool,
}

impl Slashes {
    fn of(path: &str) -> Self {
        let mut slashes = Self { all: 0, adjacent: 0, is_last: false };
        for byte in path.bytes() {
            let is_slash = byte == b'/';
            slashes.all += usize::from(is_slash);
            slashes.adjacent += usize::from(is_slash && slashes.is_last);
            slashes.is_last = is_slash;
        }
        slashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: OperationInfo = OperationInfo::authenticate("/v2/{project_id}/x/{name}");

    #[test]
    fn a_url_has_all_segments_of_its_path() {
        let base = Url::parse("https://host/base/").unwrap();
        let check = |name: &str| {
            let url = format!("https://host/base/v2/p/x/{name}");
            OPERATION.check(&base, &Url::parse(&url).unwrap()).is_ok()
        };
        assert!(check("name") && check("...") && check("a%2Fb") && check("%20"));
        for lost in ["", ".", "..", "%2e", "%2E%2e", "a/b"] {
            assert!(!check(lost), "{lost:?}");
        }
    }

    #[test]
    fn parameters_are_read_from_the_end_of_the_path() {
        let url = Url::parse("https://host/v2/base/v2/p%20q/x/a%2Fb?x={name}").unwrap();
        let read = |name: &str| OPERATION.path_parameter(name, &url);
        assert_eq!(read("project_id").as_deref(), Some("p q"));
        assert_eq!(read("name").as_deref(), Some("a/b"));
        assert_eq!(read("other"), None);
    }
}
