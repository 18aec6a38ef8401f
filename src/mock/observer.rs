//! Observers of requests.

use std::fmt;
use std::sync::Arc;

use super::received::Received;

/// A function that is called with each request.
#[derive(Clone)]
pub(super) struct Observer(Arc<dyn Fn(&Received) + Send + Sync>);

impl Observer {
    pub(super) fn new(observer: impl Fn(&Received) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observer))
    }

    pub(super) fn show(&self, request: &Received) {
        (self.0)(request);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
