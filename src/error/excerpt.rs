//! What is shown of a body that does not give its reason in a sentence.

use std::fmt;

use reqwest::header::{HeaderMap, HeaderName, CONTENT_ENCODING, CONTENT_TYPE};

use crate::http_response::HttpResponse;
use crate::shown::{self, Secrets};

/// The beginning of a body, and what it says of its own spelling if that is not plain UTF-8.
#[derive(Debug)]
pub(crate) struct Excerpt {
    begin: String,
    encoding: Option<String>,
    charset: Option<String>,
}

impl Excerpt {
    pub(crate) fn of(answer: &HttpResponse, secrets: &Secrets) -> Self {
        let is_plain = std::str::from_utf8(&answer.body).is_ok_and(|text| !text.contains('\0'));
        let charset = charset(&answer.headers).filter(|_| !is_plain);
        Self {
            begin: shown::excerpt(&answer.body, secrets),
            encoding: encoding(&answer.headers).map(|encoding| shown::text(&encoding)),
            charset: charset.map(|charset| shown::text(&charset)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.begin.is_empty()
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.encoding, &self.charset) {
            _ if self.is_empty() => f.write_str("the body is empty"),
            (Some(encoding), _) => {
                write!(f, "the body is encoded as {encoding}, which was not asked for")
            }
            (None, Some(charset)) => write!(
                f,
                "the body says that it is {charset}, and is read as UTF-8; it begins with: {}",
                self.begin
            ),
            (None, None) => write!(f, "the body begins with: {}", self.begin),
        }
    }
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
}

/// The content coding of a body, other than none.
fn encoding(headers: &HeaderMap) -> Option<String> {
    let encoding = header(headers, CONTENT_ENCODING)?;
    (!encoding.is_empty() && !encoding.eq_ignore_ascii_case("identity")).then_some(encoding)
}

/// The charset of a body, other than UTF-8.
fn charset(headers: &HeaderMap) -> Option<String> {
    let content_type = header(headers, CONTENT_TYPE)?;
    let mut parameters = content_type.split(';').skip(1).filter_map(|part| part.split_once('='));
    let (_, charset) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let charset = charset.trim().trim_matches('"');
    let is_utf8 = ["utf-8", "utf8"].iter().any(|utf8| charset.eq_ignore_ascii_case(utf8));
    (!is_utf8 && !charset.is_empty()).then(|| charset.to_owned())
}
