//! Lists that end: the documented sample is their first page, and the page after it is empty. A
//! stateful server has pages of the size that a request asks for.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::answer::Answer;
use super::check::{in_query, texts};
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

/// The page that a request asks for, of a response with all items.
pub(super) fn page(operation: &Operation, request: &Received, all: Answer) -> Answer {
    let Some(paging) = operation.paging else { return all };
    let number = |name: &str| {
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == name)?;
        let given = texts(operation, parameter, request).ok()?.into_iter().next();
        let default = || text(&serde_json::from_str(parameter.default?).ok()?);
        given.or_else(default)?.parse::<usize>().ok()
    };
    let mut body: Value = serde_json::from_slice(&all.body).unwrap_or_default();
    let Some(items) = body.pointer_mut(paging.items).and_then(Value::as_array_mut) else {
        return all;
    };
    let size = paging.size.and_then(number).unwrap_or(items.len()).max(1);
    let asked = number(paging.parameter);
    let start = match paging.follows {
        Follows::Marker { .. } => asked.unwrap_or(0),
        Follows::Number { first, .. } => {
            let first = usize::try_from(first).unwrap_or(0);
            asked.map_or(0, |page| page.saturating_sub(first)).saturating_mul(size)
        }
    };
    let end = start.saturating_add(size);
    let has_more = end < items.len();
    *items = items.drain(..).skip(start).take(size).collect();
    if let Follows::Marker { next } = paging.follows {
        let (holder, name) = next.rsplit_once('/').unwrap_or_default();
        if let Some(holder) = body.pointer_mut(holder).and_then(Value::as_object_mut) {
            let next = match holder.remove(name) {
                Some(Value::String(_)) => end.to_string().into(),
                _ => Value::from(end),
            };
            if has_more {
                holder.insert(name.to_owned(), next);
            }
        }
    }
    Answer { body: body.to_string().into(), ..all }
}
