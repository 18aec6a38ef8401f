//! What a call needs of the runtime that it runs on.

use std::any::Any;
use std::future::Future;
use std::panic::{resume_unwind, AssertUnwindSafe};

use futures_util::FutureExt;
use tokio::runtime::Handle;

/// Polls `future`; an error says what the runtime lacks.
///
/// Tokio panics where a runtime was built without timers or I/O, and there is no other way to ask
/// it. Every other panic is passed on.
pub(crate) async fn on_runtime<F: Future>(future: F) -> Result<F::Output, &'static str> {
    if Handle::try_current().is_err() {
        return Err("a call needs a runtime of tokio, and there is none");
    }
    let result = AssertUnwindSafe(future).catch_unwind().await;
    result.map_err(|panic| match lacking(&*panic) {
        Some(lacking) => lacking,
        None => resume_unwind(panic),
    })
}

fn lacking(panic: &(dyn Any + Send)) -> Option<&'static str> {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied())?;
    if text.contains("timers are disabled") {
        Some("the runtime has no timers; build it with `enable_all`")
    } else if text.contains("IO is disabled") {
        Some("the runtime has no I/O; build it with `enable_all`")
    } else {
        None
    }
}
