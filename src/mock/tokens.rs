//! The tokens that the mock server issues.

use http::Method;
use serde_json::{json, Value};

use super::answer::Answer;
use super::received::Received;

/// The token that the server issues in place of IAM.
pub(super) const IAM_TOKEN: &str = "token";
/// The token that the server issues in place of Authing: `{"alg":"none"}` and
/// `{"scoped_userpool_id":"pool"}`.
pub(super) const MANAGEMENT_TOKEN: &str =
    "eyJhbGciOiJub25lIn0.eyJzY29wZWRfdXNlcnBvb2xfaWQiOiJwb29sIn0.";

/// The response to a request for an IAM token or an Authing management token.
pub(super) fn issue(request: &Received) -> Option<Answer> {
    let management = format!(
        r#"{{"statusCode":200,"message":"","data":{{"access_token":"{MANAGEMENT_TOKEN}","expires_in":7200}}}}"#
    );
    let path = request.uri.path();
    if request.method != Method::POST {
        None
    } else if path.ends_with("/api/v3/get-management-token") {
        Some(Answer::json(200, management))
    } else if path.ends_with("/v3/auth/tokens") {
        Some(Answer::json(201, iam(&request.body)).header("x-subject-token", IAM_TOKEN))
    } else {
        None
    }
}

/// The body of IAM's response: it names the user and the project of the request.
fn iam(request: &[u8]) -> String {
    let request: Value = serde_json::from_slice(request).unwrap_or_default();
    let auth = &request["auth"];
    let user = &auth["identity"]["password"]["user"];
    json!({ "token": {
        "issued_at": "2020-01-04T09:05:22.701000Z",
        "expires_at": "2020-01-05T09:05:22.701000Z",
        "user": { "name": user["name"], "domain": user["domain"] },
        "project": { "id": auth["scope"]["project"]["id"] },
    } })
    .to_string()
}
