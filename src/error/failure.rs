//! Reads what a service says of a failure, in whichever of the vendors' shapes it says it.
//!
//! As much is read as can be: of a body that breaks off, is nested without end or is not UTF-8,
//! what stands before or around that.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::Deserialize;

use crate::transport::without_mark;

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
/// The member that IAM puts all of it into.
const NESTED: &str = "error";

impl Failure {
    /// Reads a body; `None` when it is no object.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(without_mark(body));
        let mut said = Said::default();
        let mut reader = serde_json::Deserializer::from_str(&text);
        let is_whole = SaidSeed(&mut said, true).deserialize(&mut reader).is_ok();
        said.is_object.then(|| Self {
            status: said.status,
            code: said.codes.into_iter().flatten().next(),
            message: said.messages.into_iter().flatten().next(),
            request_id: said.request_ids.into_iter().flatten().next(),
            is_whole: is_whole && reader.end().is_ok(),
        })
    }

    /// Whether the body says anything in a documented shape.
    pub(crate) fn is_known(&self) -> bool {
        let status = self.status != Word::None;
        self.is_whole && (status || self.code.is_some() || self.message.is_some())
    }
}

/// What is said, in the order in which it counts.
#[derive(Default)]
struct Said {
    is_object: bool,
    status: Word<u16>,
    codes: [Option<String>; CODES.len()],
    messages: [Option<String>; MESSAGES.len()],
    request_ids: [Option<String>; REQUEST_IDS.len()],
}

/// Reads an object into [`Said`]; the outer one, or the one nested in it.
struct SaidSeed<'s>(&'s mut Said, bool);

impl<'de> DeserializeSeed<'de> for SaidSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SaidSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
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
            } else if let Some(index) = at(&REQUEST_IDS) {
                keep(&mut said.request_ids[index], members.next_value()?);
            } else if name == STATUS && is_outer {
                said.status = status(members.next_value()?);
            } else if name == NESTED && is_outer {
                members.next_value_seed(SaidSeed(said, false))?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

fn keep(place: &mut Option<String>, word: Word<String>) {
    if let Some(text) = word.said().filter(|text| !text.is_empty()) {
        *place = Some(text);
    }
}

/// A status, which may stand there as a number or as a text.
fn status(word: Word<String>) -> Word<u16> {
    match word {
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

/// A scalar, as text.
impl<'de> Deserialize<'de> for Word<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = Word<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Word::Said(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Word::Said(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Word::Said(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Word::Said(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Word::Said(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Word::None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Word::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Word::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> (Word<u16>, String) {
        let said = Failure::read(body.as_bytes()).unwrap_or_default();
        let parts = [said.code, said.message, said.request_id];
        (said.status, parts.map(Option::unwrap_or_default).join("|"))
    }

    #[test]
    fn every_shape_is_read() {
        for (body, status, said) in [
            (r#"{"error_code":"FSS.1","error_msg":"m"}"#, Word::None, "FSS.1|m|"),
            (r#"{"error_msg":"m","error_code":"A","request_id":"r"}"#, Word::None, "A|m|r"),
            (r#"{"error":{"code":401,"message":"m","title":"t"}}"#, Word::None, "401|m|"),
            (r#"{"error":"why","code":"c"}"#, Word::None, "c||"),
            (r#"{"errorCode":"c","errorMsg":"m"}"#, Word::None, "c|m|"),
            (
                r#"{"statusCode":403,"apiCode":2224,"message":"m","requestId":"r"}"#,
                Word::Said(403),
                "2224|m|r",
            ),
            (r#"{"statusCode":"403","message":null}"#, Word::Said(403), "||"),
            (r#"{"statusCode":200.0}"#, Word::Said(200), "||"),
            (r#"{"statusCode":1e9}"#, Word::Other, "||"),
            (r#"{"statusCode":[]}"#, Word::Other, "||"),
            (r#"{"code":{"a":[1]},"message":"m"}"#, Word::None, "|m|"),
            ("\u{feff}{\"code\":\"c\"}", Word::None, "c||"),
            ("[]", Word::None, "||"),
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
        assert!(!Failure::read(cut.as_bytes()).unwrap().is_known());
        let said = Failure::read(b"{\"message\":\"\xff\",\"statusCode\":500}").unwrap();
        assert_eq!(said.status, Word::Said(500));
    }
}
