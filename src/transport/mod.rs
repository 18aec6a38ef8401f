//! The way of every call of both APIs to its service and back.
//!
//! A generated call hands its request to [`Core::call`], which authenticates it ([`credentials`]),
//! sends it within limits (`exchange`), repeats it where that does no harm (`retry`), and makes
//! one [`Error`](crate::Error) of whatever is no success.
//!
//! [`credentials`]: crate::credentials

mod answer;
mod call;
mod exchange;
mod http;
#[allow(dead_code, reason = "not every API has such parameters")]
pub(crate) mod lists;
pub(crate) mod operation;
mod proxy;
pub(crate) mod retry;
mod runtime;

pub(crate) use answer::HttpResponse;
pub(crate) use call::{Core, Finished, Settings, LONGEST};
pub(crate) use exchange::{exchange, Fault, Limits, Reason};
pub(crate) use http::{is_on_this_machine, Http};
pub(crate) use operation::{encode_path, OperationInfo};
use reqwest::header::{HeaderValue, CONTENT_TYPE};
use reqwest::Request;
pub(crate) use runtime::on_runtime;

/// The header in which both vendors name a request.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// Gives a request a JSON body.
pub(crate) fn set_json(request: &mut Request, body: &serde_json::Value) {
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *request.body_mut() = Some(body.to_string().into());
}
