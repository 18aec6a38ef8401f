//! Reports differences between the responses of a service and its documents to a running application.
//!
//! A client with [`ClientBuilder::on_drift`](crate::ClientBuilder::on_drift) compares every response
//! with the documents, including errors, and reports each difference once. This does not affect the
//! results of calls.
//!
//! ```
//! use cloudfn::functiongraph::{AccessKey, Client};
//!
//! let client = Client::builder()
//!     .region("cn-north-4")
//!     .credentials(AccessKey::new("an access key", "its secret key"))
//!     .on_drift(|drift| eprintln!("{drift}"))
//!     .build()?;
//! # Ok::<(), cloudfn::Error>(())
//! ```

mod difference;
mod observer;
mod response;

pub use cloudfn_schema::ViolationKind as DriftKind;

pub use self::difference::Drift;
pub(crate) use self::observer::Observer;
pub(crate) use self::response::Documented;
