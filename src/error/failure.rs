//! Reads what a service says of a failure, in whichever of the vendors' shapes it says it.
//!
//! As much is read as can be: of a body that breaks off, is nested without end or is not UTF-8,
//! what stands before or around that.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::http_response::HttpResponse;
use crate::json::{Text, UNREADABLE};
use crate::shown::Secrets;

/// What a service says of a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The status in the body, where the vendor puts one.
    pub(crate) status: Word<u16>,
    /// The vendor's code.
    pub(crate) code: Option<String>,
    /// The vendor's message.
    pub(crate) message: Option<String>,
    /// The ID of the request.
    pub(crate) request_id: Option<String>,
    /// Whether the body was read to its end.
    pub(crate) is_whole: bool,
}

/// What is said in some member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Word<T> {
    /// Nothing.
    #[default]
    None,
    /// This.
    Said(T),
    /// Something of another type.
    Other,
}

impl<T> Word<T> {
    pub(crate) fn said(self) -> Option<T> {
        match self {
            Self::Said(said) => Some(said),
            Self::None | Self::Other => None,
        }
    }
}

/// Members with the vendor's code, the first one first: FunctionGraph and its gateway, IAM,
/// Authing.
pub(crate) const CODES: [&str; 4] = ["error_code", "errorCode", "code", "apiCode"];
/// Members with the vendor's message.
pub(crate) const MESSAGES: [&str; 4] = ["error_msg", "errorMsg", "message", "title"];
/// Members with the ID of the request.
pub(crate) const REQUEST_IDS: [&str; 2] = ["request_id", "requestId"];
/// The member with Authing's status.
pub(crate) const STATUS: &str = "statusCode";
/// The member that says more than the message: problem details (RFC 9457) and OAuth.
const DETAILS: [&str; 2] = ["detail", "error_description"];
/// The member that IAM puts all of it into.
const NESTED: &str = "error";

impl Failure {
    /// Reads a body; `None` when it is not an object.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let text = Text::of(body);
        let mut said = Said::default();
        let mut reader = serde_json::Deserializer::from_str(text.as_str());
        let is_read = reader.deserialize_map(SaidVisitor(&mut said, true)).is_ok();
        said.is_object.then(|| Self {
            status: said.status,
            code: said.codes.into_iter().flatten().next(),
            message: message(said.messages.into_iter().flatten().next(), said.details),
            request_id: said.request_ids.into_iter().flatten().next(),
            is_whole: is_read && reader.end().is_ok(),
        })
    }

    /// The status in a body; `None` when it is not an object.
    pub(crate) fn status_in(body: &[u8]) -> Option<Word<u16>> {
        let leading = leading_status(body).map(Word::Said);
        leading.or_else(|| Self::read(body).map(|said| said.status))
    }

    /// The ID of a request: that in the header of its response, or else that in the body, which
    /// this is of.
    pub(crate) fn request_id_of(
        &self,
        response: &HttpResponse,
        secrets: &Secrets,
    ) -> Option<String> {
        let in_body = || self.request_id.as_deref().map(|id| secrets.hide(id));
        secrets.request_id(&response.headers).or_else(in_body)
    }

    /// Whether the body gives its reason in a sentence.
    pub(crate) fn is_told(&self) -> bool {
        self.is_whole && self.message.is_some()
    }
}

/// The vendor's message, with what says more than it.
fn message(message: Option<String>, details: [Option<String>; DETAILS.len()]) -> Option<String> {
    let details = details.into_iter().flatten().filter(|more| Some(more) != message.as_ref());
    let parts: Vec<String> = message.iter().cloned().chain(details).collect();
    (!parts.is_empty()).then(|| parts.join(": "))
}

/// The status that a body begins with, if nothing after it can be another one. So need not be read on.
fn leading_status(body: &[u8]) -> Option<u16> {
    let body = after(std::str::from_utf8(body).ok()?, "{")?;
    let value = after(after(body, "\"statusCode\"")?, ":")?.trim_start_matches(' ');
    let (digits, rest) = value.split_at(value.find(|c: char| !c.is_ascii_digit())?);
    let is_number = rest.starts_with([',', '}']) && !digits.starts_with('0');
    let may_be_another = rest.contains(STATUS) || rest.contains(r"\u");
    digits.parse().ok().filter(|_| is_number && !may_be_another)
}

/// What follows a token of JSON.
fn after<'t>(text: &'t str, token: &str) -> Option<&'t str> {
    text.trim_start_matches([' ', '\t', '\n', '\r']).strip_prefix(token)
}

/// What is said, in the order in which it counts.
#[derive(Default)]
struct Said {
    is_object: bool,
    status: Word<u16>,
    codes: [Option<String>; CODES.len()],
    messages: [Option<String>; MESSAGES.len()],
    details: [Option<String>; DETAILS.len()],
    request_ids: [Option<String>; REQUEST_IDS.len()],
}

/// Reads an object into [`Said`]; the outer one, or the one nested in it.
struct SaidVisitor<'s>(&'s mut Said, bool);

impl<'de> Visitor<'de> for SaidVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(said, is_outer) = self;
        said.is_object = true;
        while let Some(name) = members.next_key::<Cow<'_, str>>()? {
            let at = |names: &[&str]| names.iter().position(|known| *known == name);
            if let Some(index) = at(&CODES) {
                keep(&mut said.codes[index], members.next_value()?);
            } else if let Some(index) = at(&MESSAGES) {
                keep(&mut said.messages[index], members.next_value()?);
            } else if let Some(index) = at(&DETAILS) {
                keep(&mut said.details[index], members.next_value()?);
            } else if let Some(index) = at(&REQUEST_IDS) {
                keep(&mut said.request_ids[index], members.next_value()?);
            } else if name == STATUS && is_outer {
                said.status = status(members.next_value()?);
            } else if name == NESTED && is_outer {
                members.next_value_seed(Nested(said))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// What stands in the member [`NESTED`]: an object, or the reason in a word.
struct Nested<'s>(&'s mut Said);

impl<'de> DeserializeSeed<'de> for Nested<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! nothing_said {
    ($($visit:ident($type:ty))*) => {$(
        fn $visit<E>(self, _: $type) -> Result<(), E> {
            Ok(())
        }
    )*};
}

impl<'de> Visitor<'de> for Nested<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        SaidVisitor(self.0, false).visit_map(members)
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.details[0] = Some(text.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    nothing_said!(visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64));
}

/// A scalar, as text.
fn word(value: &RawValue) -> Word<Cow<'_, str>> {
    match value.get().as_bytes() {
        b"null" => Word::None,
        [b'"', ..] => serde_json::from_str(value.get()).map_or(Word::Other, Word::Said),
        [b'[' | b'{', ..] => Word::Other,
        _ => Word::Said(Cow::Borrowed(value.get())),
    }
}

fn keep(place: &mut Option<String>, value: &RawValue) {
    let is_told = |text: &Cow<'_, str>| !text.trim().is_empty() && !text.contains(UNREADABLE);
    if let Some(text) = word(value).said().filter(is_told) {
        *place = Some(text.into_owned());
    }
}

/// A status, which may stand there as a number or as a text.
fn status(value: &RawValue) -> Word<u16> {
    match word(value) {
        Word::None => Word::None,
        Word::Other => Word::Other,
        Word::Said(text) => {
            let number = text.parse::<f64>().ok().filter(|number| number.fract() == 0.0);
            match number.filter(|number| (0.0..=f64::from(u16::MAX)).contains(number)) {
                Some(number) => Word::Said(number as u16),
                None => Word::Other,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Word<u16>, String) {
        let said = Failure::read(body.as_bytes());
        assert_eq!(Failure::status_in(body.as_bytes()), said.as_ref().map(|said| said.status));
        let said = said.unwrap_or_default();
        let parts = [said.code, said.message, said.request_id];
        (said.status, parts.map(Option::unwrap_or_default).join("|"))
    }

    #[test]
    fn every_shape_is_read() {
        for (body, status, said) in [
            (r#"{"error_code":"FSS.1","error_msg":"m"}"#, Word::None, "FSS.1|m|"),
            (r#"{"error_msg":"m","error_code":"A","request_id":"r"}"#, Word::None, "A|m|r"),
            (r#"{"error":{"code":401,"message":"m","title":"t"}}"#, Word::None, "401|m|"),
            (r#"{"error":"why","code":"c"}"#, Word::None, "c|why|"),
            (
                r#"{"error":"invalid_client","error_description":"no"}"#,
                Word::None,
                "|invalid_client: no|",
            ),
            (r#"{"error_code":"c","error_msg":{"en":"m"}}"#, Word::None, "c||"),
            (r#"{"title":"t","detail":"d","status":403}"#, Word::None, "|t: d|"),
            (r#"{"detail":"d"}"#, Word::None, "|d|"),
            (r#"{"message":"m","detail":"m"}"#, Word::None, "|m|"),
            (r#"{"message":" ","error_code":1.50}"#, Word::None, "1.50||"),
            (r#"{"message":"cut \ud83d","statusCode":403}"#, Word::Said(403), "|cut \u{fffd}|"),
            (r#"{"code":1e999,"x":1e999,"message":"m"}"#, Word::None, "1e999|m|"),
            (r#"{"error":{"code":1,"message":"m""#, Word::None, "1|m|"),
            (r#"{"errorCode":"c","errorMsg":"m"}"#, Word::None, "c|m|"),
            (
                r#"{"statusCode":403,"apiCode":2224,"message":"m","requestId":"r"}"#,
                Word::Said(403),
                "2224|m|r",
            ),
            (r#"{"statusCode":"403","message":null}"#, Word::Said(403), "||"),
            (r#"{ "statusCode" : 200 }"#, Word::Said(200), "||"),
            (r#"{"statusCode":200,"data":{"statusCode":500}}"#, Word::Said(200), "||"),
            (r#"{"statusCode":200,"status\u0043ode":500}"#, Word::Said(500), "||"),
            (r#"{"statusCode":0200}"#, Word::None, "||"),
            (r#"{"statusCode":99999}"#, Word::Other, "||"),
            (r#"{"statusCode":200 ,"message":"m"}"#, Word::Said(200), "|m|"),
            (r#"{"statusCode":200.0}"#, Word::Said(200), "||"),
            (r#"{"statusCode":1e9}"#, Word::Other, "||"),
            (r#"{"statusCode":[]}"#, Word::Other, "||"),
            (r#"{"code":{"a":[1]},"message":"m"}"#, Word::None, "|m|"),
            ("\u{feff}{\"code\":\"c\"}", Word::None, "c||"),
            ("[]", Word::None, "||"),
            ("[200]", Word::None, "||"),
            (r#"{"statusCode":500,"statusCode":200}"#, Word::Said(200), "||"),
            ("null", Word::None, "||"),
            ("", Word::None, "||"),
        ] {
            assert_eq!(read(body), (status, said.to_owned()), "{body}");
        }
    }

    #[test]
    fn what_comes_before_a_fault_is_kept() {
        let deep =
            format!(r#"{{"new":{}{},"statusCode":500}}"#, "[".repeat(9000), "]".repeat(9000));
        assert_eq!(read(&deep).0, Word::Said(500));
        let cut = r#"{"statusCode":500,"message":"m","data":{"a"#;
        assert_eq!(read(cut), (Word::Said(500), "|m|".to_owned()));
        assert!(!Failure::read(cut.as_bytes()).unwrap().is_told());
        let said = Failure::read(b"{\"message\":\"\xff\",\"statusCode\":500}").unwrap();
        assert_eq!(said.status, Word::Said(500));
    }
}
