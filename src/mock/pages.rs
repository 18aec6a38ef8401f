//! Lists that end: the documented sample is their first page, and the page after it is empty.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::answer::Answer;
use super::check::in_query;
use super::received::Received;
use crate::paging::text;
use crate::registry::{Follows, Operation};

/// The response to a request: `sample`, or an empty page if the request asks for one after it.
pub(super) fn of(operation: &Operation, request: &Received, sample: Answer) -> Answer {
    let Some(paging) = operation.paging else { return sample };
    let asked = in_query(request, paging.parameter);
    let Some(asked) = asked.first().map(|asked| percent_decode_str(asked).decode_utf8_lossy())
    else {
        return sample;
    };
    let mut page: Value = serde_json::from_slice(&sample.body).unwrap_or_default();
    let is_later = match paging.follows {
        Follows::Marker { next } => {
            page.pointer(next).and_then(text).is_some_and(|next| next == asked)
        }
        Follows::Number { first, .. } => asked.parse::<u64>().is_ok_and(|number| number > first),
    };
    if !is_later {
        return sample;
    }
    if let Some(items) = page.pointer_mut(paging.items) {
        *items = Value::Array(Vec::new());
    }
    if let Follows::Marker { next } = paging.follows {
        let (holder, name) = next.rsplit_once('/').unwrap_or_default();
        let holder = page.pointer_mut(holder).and_then(Value::as_object_mut);
        holder.map(|holder| holder.remove(name));
    }
    Answer { body: page.to_string().into(), ..sample }
}
