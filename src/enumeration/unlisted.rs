//! Undocumented values of enumerations.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// An undocumented value of the enumeration `E`, as it was received or given.
///
/// It dereferences to the plain value. Only `E::undocumented` and deserialization can make one, so it
/// never contains a listed value:
///
/// ```compile_fail,E0423
/// use cloudfn::functiongraph::types::Destination;
/// use cloudfn::Unlisted;
///
/// let twin = Destination::Undocumented(Unlisted("OBS".to_owned(), std::marker::PhantomData));
/// ```
///
/// Nor can it come from another enumeration:
///
/// ```compile_fail,E0308
/// use cloudfn::functiongraph::types::{Destination, Runtime};
///
/// if let Runtime::Undocumented(name) = Runtime::undocumented("OBS") {
///     let twin = Destination::Undocumented(name);
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unlisted<T, E>(pub(crate) T, PhantomData<E>);

impl<T, E> Unlisted<T, E> {
    #[allow(dead_code, reason = "not every API has an enumeration")]
    pub(crate) const fn new(value: T) -> Self {
        Self(value, PhantomData)
    }
}

impl<T, E> Deref for Unlisted<T, E> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Display, E> fmt::Display for Unlisted<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: fmt::Debug, E> fmt::Debug for Unlisted<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E> From<Unlisted<String, E>> for String {
    fn from(value: Unlisted<String, E>) -> Self {
        value.0
    }
}

impl<E> From<Unlisted<i64, E>> for i64 {
    fn from(value: Unlisted<i64, E>) -> Self {
        value.0
    }
}
