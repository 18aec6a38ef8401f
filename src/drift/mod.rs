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

mod observer;
mod response;
pub(crate) mod shape;
mod walk;

use std::fmt;

pub(crate) use observer::Observer;
pub(crate) use response::of_response;
use serde::Serialize;

/// A difference between an answer and the documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Drift {
    /// The API.
    pub api: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// The HTTP status of the answer; where the vendor puts a status in the body, that one.
    pub status: u16,
    /// What kind of difference it is.
    pub kind: DriftKind,
    /// The members that lead to it, as in `func_mounts[0].mount_type`; empty for the whole answer.
    pub member: String,
    /// What is documented.
    pub documented: String,
    /// What there is instead. No text of the answer but an undocumented value of a list, and this
    /// without the secrets that were sent.
    pub found: String,
    /// The statement in the spec, as a JSON pointer.
    pub place: String,
    /// The claims of the vendor's pages that do not hold, by their ids.
    pub claims: Vec<String>,
}

/// A kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DriftKind {
    /// The status is not documented.
    Status,
    /// A value has another type, or the answer is no JSON.
    Type,
    /// A value is null that is not documented to be.
    Null,
    /// A member is missing that is documented as always present.
    Missing,
    /// A member is not documented.
    Undocumented,
    /// A value is not in the documented list.
    Value,
    /// A number is outside its documented range.
    Range,
    /// A text is shorter or longer than documented.
    Length,
    /// A text has not the documented pattern.
    Pattern,
    /// A text has not the documented format.
    Format,
    /// An array has fewer or more items than documented, or one twice.
    Items,
    /// A member is there more than once.
    Repeated,
    /// A limit was reached: there is more than was looked at or told.
    Limit,
}

impl Drift {
    /// What differs, without its place.
    pub(crate) fn message(&self) -> String {
        let Self { documented, found, .. } = self;
        match self.kind {
            DriftKind::Status => format!("the status {found} is not documented, only {documented}"),
            DriftKind::Type | DriftKind::Null | DriftKind::Missing => {
                let (found, documented) = (with_article(found), with_article(documented));
                format!("is {found}, and documented as {documented}")
            }
            DriftKind::Undocumented => "is not a documented member".to_owned(),
            DriftKind::Repeated => "is there more than once".to_owned(),
            DriftKind::Limit => format!("there is more than {documented}"),
            _ => format!("{found} is outside the documented {documented}"),
        }
    }

    /// What is told in the place of this and of all later ones, since `most` were told.
    fn and_more(self, most: usize) -> Self {
        Self {
            operation: "",
            status: 0,
            kind: DriftKind::Limit,
            member: String::new(),
            documented: format!("the {most} differences that are told"),
            found: "more".to_owned(),
            place: String::new(),
            claims: Vec::new(),
            ..self
        }
    }
}

/// The name of a JSON type as it stands in a sentence.
fn with_article(name: &str) -> String {
    match name {
        "array" | "integer" | "object" => format!("an {name}"),
        "boolean" | "number" | "string" => format!("a {name}"),
        other => other.to_owned(),
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { api, operation, status, member, .. } = self;
        write!(f, "{api} {operation} {status}: ")?;
        if !member.is_empty() {
            write!(f, "{member}: ")?;
        }
        f.write_str(&self.message())?;
        if !self.claims.is_empty() {
            write!(f, " [{}]", self.claims.join(", "))?;
        }
        Ok(())
    }
}
