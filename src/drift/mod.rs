//! What differs between the answers of a service and its documents, told while an application
//! runs.
//!
//! A client that was made with [`ClientBuilder::on_drift`](crate::ClientBuilder::on_drift) holds
//! every answer, also one that is an error, against the documents, and tells each difference once.
//! Calls succeed or fail as they do without it.
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
pub(crate) use self::response::violations;
