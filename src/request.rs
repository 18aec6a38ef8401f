//! The check of a request before it is sent, and the options of a call.

#![allow(dead_code, reason = "not every API has parameters, bodies and models")]

use std::time::Duration;

use cloudfn_schema::{check_with, Operation, Options, Path, Schema, Violation};
use serde::Serialize;

use crate::RetryPolicy;

/// The options of a call that override those of its client.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) allow_undocumented: Option<bool>,
}

/// The options for checking requests.
const OPTIONS: Options = Options { nested: true, ..Options::request() };

/// The check of a request.
pub(crate) struct Check {
    operation: &'static Operation,
    found: Vec<Violation>,
}

impl Check {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        Self { operation, found: Vec::new() }
    }

    /// Checks the parameter at `index` of the documented ones.
    pub(crate) fn parameter<T: Serialize>(mut self, index: usize, value: &T) -> Self {
        let parameter = &self.operation.parameters[index];
        let path = Path::ROOT.member(parameter.name);
        self.found.extend(check_with(&OPTIONS, parameter.schema, &path, value));
        self
    }

    /// Checks an optional parameter.
    pub(crate) fn optional<T: Serialize>(self, index: usize, value: Option<&T>) -> Self {
        match value {
            Some(value) => self.parameter(index, value),
            None => self,
        }
    }

    /// Checks the body, if it is JSON.
    pub(crate) fn body<T: Serialize>(mut self, value: &T) -> Self {
        if let Some(body) = &self.operation.request {
            let options = OPTIONS.about(self.operation.request_part());
            self.found.extend(check_with(&options, body.schema, &Path::ROOT, value));
        }
        self
    }

    pub(crate) fn finish(self) -> Vec<Violation> {
        self.found
    }
}

/// The violations of a value.
pub(crate) fn check<T: Serialize>(schema: &'static Schema, value: &T) -> Vec<Violation> {
    check_with(&Options::request(), schema, &Path::ROOT, value)
}

/// Violations in one line.
pub(crate) fn written(found: &[Violation]) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
