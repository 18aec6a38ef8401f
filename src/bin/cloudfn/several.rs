//! Several calls of one operation: all pages of a list, or until a state is reached.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::ArgMatches;
use cloudfn::registry::{CallResponse, Operation};
use cloudfn::{Error, ErrorKind, Listing, Waiter};
use serde_json::value::RawValue;

use crate::arguments::{WAIT_INTERVAL, WAIT_LIMIT};
use crate::layout::{laid_out, on_one_line};
use crate::output::{self, Failure};

/// Prints the items of all pages, each page when it is there.
pub async fn all(
    operation: &Operation,
    mut pages: Listing<'_, CallResponse>,
) -> Result<(), Failure> {
    let pointer = operation.paging.map_or("", |paging| paging.items);
    output::sending();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|e| Failure::of(&e).after_items())?;
        let is_open = output::items(&items(&page, pointer)).await?;
        output::list("undocumented", &page.differences).await;
        if !is_open {
            break;
        }
    }
    Ok(())
}

/// The items of a page, each as one line that has its tokens as they were received.
fn items(page: &CallResponse, pointer: &str) -> Vec<String> {
    let received = |body: &[u8]| {
        let mut found: &RawValue = serde_json::from_slice(body).ok()?;
        for token in pointer.split('/').skip(1) {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(found.get()).ok()?;
            found = members.get(&token.replace("~1", "/").replace("~0", "~"))?;
        }
        let items: Vec<&RawValue> = serde_json::from_str(found.get()).ok()?;
        Some(items.into_iter().map(|item| on_one_line(item.get())).collect())
    };
    received(&page.received).unwrap_or_else(|| {
        let items = page.body.pointer(pointer).and_then(|items| items.as_array());
        items.into_iter().flatten().map(ToString::to_string).collect()
    })
}

/// Waits for a state, and tells on stderr of each change of it.
pub async fn wait(
    waiter: Waiter<'_, CallResponse>,
    matches: &ArgMatches,
) -> Result<CallResponse, Failure> {
    let mut waiter = waiter;
    if let Some(interval) = matches.get_one::<Duration>(WAIT_INTERVAL) {
        waiter = waiter.interval(*interval);
    }
    if let Some(limit) = matches.get_one::<Duration>(WAIT_LIMIT) {
        waiter = waiter.limit(*limit);
    }
    output::waiting();
    let mut last = None;
    let told = waiter.on_state(move |state| {
        if last.as_deref() != Some(state) {
            output::say(&format!("state: {}", state.escape_debug()));
            last = Some(state.to_owned());
        }
    });
    match told.await {
        Ok(response) => Ok(response),
        Err(error) => {
            print_last(&error).await?;
            Err(Failure::of(&error))
        }
    }
}

/// Prints the response that a wait ended with in vain.
async fn print_last(error: &Error) -> Result<(), Failure> {
    let is_about_state = matches!(error.kind(), ErrorKind::FailureState | ErrorKind::Timeout);
    match error.body().filter(|_| is_about_state && !error.is_incomplete()) {
        Some(body) => output::print("the response", laid_out(body)).await,
        None => Ok(()),
    }
}
