//! Lists that come in pages: streams of their pages and of their items.

#![allow(dead_code, reason = "not every API has lists that come in pages")]

use std::collections::HashSet;
use std::fmt;
use std::future::{poll_fn, Future};
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{iter, try_unfold};
use futures_util::TryStreamExt;
use serde::Serialize;
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::response::Received;
use crate::shown;

/// The pages of a list, or their items, as a stream. A page is called for when it is asked for. An
/// error ends the stream.
#[must_use = "nothing is called until the stream is read"]
pub struct Listing<'a, T>(Pin<Box<dyn Stream<Item = Result<T, Error>> + Send + 'a>>);

/// How the pages of a list follow each other.
#[derive(Debug)]
pub struct Paging {
    /// The operationId.
    pub operation: &'static str,
    /// The query parameter that asks for a page.
    pub parameter: &'static str,
    /// What the next page is asked for by.
    pub follows: Follows,
    /// JSON pointer of the items in the response.
    pub items: &'static str,
    /// The query parameter with the number of items of a page.
    pub size: Option<&'static str>,
}

/// What the next page is asked for by.
#[derive(Debug)]
pub enum Follows {
    /// A value of the response, which is missing, empty or 0 at the end.
    Marker {
        /// Its JSON pointer.
        next: &'static str,
    },
    /// Its number.
    Number {
        /// The number of the first page.
        first: u64,
        /// JSON pointer of the number of all items in the response.
        total: Option<&'static str>,
    },
}

impl Paging {
    /// A value of the parameter that asks for a page.
    pub(crate) fn value<T: FromStr>(&self, text: &str) -> Result<T, Error> {
        text.parse().map_err(|_| {
            let message = format!(
                "the next page is at {:?}, which cannot be a value of `{}`",
                shown::text(text),
                self.parameter
            );
            Error::new(ErrorKind::Decode, message).of_operation(self.operation)
        })
    }
}

/// The value of a parameter that was given to a call, as text.
pub(crate) fn given<T: Serialize>(value: &Result<T, String>) -> Option<String> {
    text(&serde_json::to_value(value.as_ref().ok()?).ok()?)
}

/// A text or a number, as text.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A call under way.
pub(crate) type Sending<'a, R> = Pin<Box<dyn Future<Output = Result<R, Error>> + Send + 'a>>;

/// The pages of a list, from that which `call` asks for, by the parameter `start` if it has one.
pub(crate) fn pages<'a, C, R>(
    paging: &'static Paging,
    call: C,
    start: Option<String>,
    set: fn(C, &str) -> Result<C, Error>,
    send: fn(C) -> Sending<'a, R>,
) -> Listing<'a, R>
where
    C: Clone + Send + 'a,
    R: Received + 'a,
{
    enum State<C> {
        Call(C, Place),
        Failed(Error),
        Ended,
    }
    let first = State::Call(call, Place::at(paging, start));
    Listing(Box::pin(try_unfold(first, move |state| async move {
        let (call, mut place) = match state {
            State::Call(call, place) => (call, place),
            State::Failed(error) => return Err(error),
            State::Ended => return Ok(None),
        };
        let page = send(call.clone()).await?;
        let next = match place.next(page.received()) {
            Ok(None) => State::Ended,
            Ok(Some(at)) => {
                set(call, &at).map_or_else(State::Failed, |call| State::Call(call, place))
            }
            Err(error) => State::Failed(error),
        };
        Ok(Some((page, next)))
    })))
}

/// How far the reading of a list is.
struct Place {
    paging: &'static Paging,
    /// The markers of the pages so far.
    markers: HashSet<String>,
    /// The number of the page.
    number: u64,
    /// The number of the items so far.
    count: u64,
    /// The items of the page before.
    before: Value,
}

impl Place {
    fn at(paging: &'static Paging, start: Option<String>) -> Self {
        let number = match &paging.follows {
            Follows::Marker { .. } => 0,
            Follows::Number { first, .. } => {
                start.as_ref().and_then(|start| start.parse().ok()).unwrap_or(*first)
            }
        };
        let markers = start.into_iter().collect();
        Self { paging, markers, number, count: 0, before: Value::Null }
    }

    /// What the page after `page` is asked for by, if there is one.
    fn next(&mut self, page: &[u8]) -> Result<Option<String>, Error> {
        let mut page: Value = crate::json::read(page).unwrap_or_default();
        let items = page.pointer_mut(self.paging.items).map(Value::take).unwrap_or_default();
        let count = items.as_array().map_or(0, Vec::len);
        if count == 0 {
            return Ok(None);
        }
        let at = |pointer: &str| page.pointer(pointer).unwrap_or(&Value::Null);
        match self.paging.follows {
            Follows::Marker { next } => self.marker(next, at(next)),
            Follows::Number { total, .. } => {
                self.count += count as u64;
                let total = total.and_then(|total| text(at(total))?.parse::<u64>().ok());
                if total.is_some_and(|total| self.count >= total) {
                    return Ok(None);
                }
                if total.is_none() && items == self.before {
                    let number = self.number;
                    return Err(
                        self.repeated(format!("page {number} has the items of the page before"))
                    );
                }
                self.before = items;
                self.number += 1;
                Ok(Some(self.number.to_string()))
            }
        }
    }

    fn marker(&mut self, pointer: &str, value: &Value) -> Result<Option<String>, Error> {
        let is_one = |marker: &String| !matches!(marker.as_str(), "" | "0");
        let Some(marker) = text(value).filter(is_one) else { return Ok(None) };
        if !self.markers.insert(marker.clone()) {
            let marker = shown::text(&marker);
            let message = format!("{pointer} is {marker:?}, which is where an earlier page was");
            return Err(self.repeated(message));
        }
        Ok(Some(marker))
    }

    fn repeated(&self, message: String) -> Error {
        let message = format!("the list does not end: {message}");
        Error::new(ErrorKind::RepeatedPage, message).of_operation(self.paging.operation)
    }
}

impl<'a, T: Send + 'a> Listing<'a, T> {
    /// The items of the pages.
    pub(crate) fn items<I: Send + 'a>(self, of: fn(T) -> Option<Vec<I>>) -> Listing<'a, I> {
        let items = move |page| iter(of(page).unwrap_or_default().into_iter().map(Ok));
        Listing(Box::pin(self.0.map_ok(items).try_flatten()))
    }
}

impl<T> Listing<'_, T> {
    /// The next page or item; `None` at the end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        poll_fn(|context| self.0.as_mut().poll_next(context)).await
    }
}

impl<T> Stream for Listing<'_, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for Listing<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}
