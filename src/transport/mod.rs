//! The way of every call of both APIs to its service and back.
//!
//! A generated call hands its request to [`Core::call`], which authenticates it ([`credentials`]),
//! sends it within limits ([`exchange`]), repeats it where that does no harm ([`retry`]), and makes
//! one [`Error`](crate::Error) of everything that is not a success.
//!
//! [`credentials`]: crate::credentials
//! [`exchange`]: crate::exchange
//! [`retry`]: crate::retry

mod call;
mod finished;
#[allow(dead_code, reason = "not every API has such parameters")]
pub(crate) mod lists;

pub(crate) use call::{Core, Settings, LONGEST, PROJECT_ID};
pub(crate) use finished::Finished;
