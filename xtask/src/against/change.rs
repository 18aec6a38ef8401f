//! A change of the contract: what it is, where it is, and whom it reaches.

use std::collections::BTreeSet;

use cloudfn_codegen::model::Spec;
pub use cloudfn_codegen::statements::{Direction, Site};
use serde::Serialize;
use serde_json::Value;

use super::rules;
use super::verdict::{Shift, Verdict};
use crate::text::shortened;

/// Where a change reaches callers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Use {
    pub operation: String,
    /// Which way it travels there.
    pub direction: Direction,
    /// The part of the call: `request`, `response 200`, `path parameter project_id`.
    pub part: String,
}

/// A change of the public items of the generated client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustChange {
    pub site: Site,
    /// Whether it came, went or is another one.
    pub shift: Shift,
    /// What it means for those who compile against the client.
    pub verdict: Verdict,
    /// What became of what, in words.
    pub words: String,
}

/// One change of a spec.
#[derive(Clone, Debug, Default)]
pub struct Change {
    pub api: String,
    pub file: String,
    /// What it is about: `FuncDestinationConfig.destination`, `path parameter project_id`.
    pub subject: String,
    /// What of it changed: a keyword of OpenAPI, or a word of [`rules`].
    pub what: String,
    pub shift: Shift,
    pub old: Option<Value>,
    pub new: Option<Value>,
    /// JSON pointer in the old spec.
    pub old_place: String,
    /// JSON pointer in the new spec.
    pub new_place: String,
    /// Where it reaches callers; nothing if it is not about an operation.
    pub uses: BTreeSet<Use>,
    /// What of the generated client is made of it.
    pub sites: BTreeSet<Site>,
    /// What it did to the generated client.
    pub rust: Vec<RustChange>,
}

impl Change {
    /// A change of `spec`, of which nothing is known yet.
    pub fn of(spec: &Spec) -> Self {
        let file = spec.file.display().to_string();
        Self { api: spec.api.clone(), file, ..Self::default() }
    }

    /// What it means on the wire.
    pub fn wire(&self) -> Verdict {
        let verdicts = self.effects().into_iter().map(|(_, effect)| effect.verdict);
        verdicts.max().unwrap_or(Verdict::NoEffect)
    }

    /// What it means for Rust.
    pub fn rust(&self) -> Verdict {
        self.rust.iter().map(|change| change.verdict).max().unwrap_or(Verdict::NoEffect)
    }

    /// What it means for callers.
    pub fn verdict(&self) -> Verdict {
        self.wire().max(self.rust())
    }

    /// The effect on the wire in each direction that it has, the worst first.
    pub fn effects(&self) -> Vec<(Direction, rules::Effect)> {
        let mut directions: BTreeSet<Direction> = self.uses.iter().map(|u| u.direction).collect();
        if directions.is_empty() {
            directions.insert(Direction::Call);
        }
        let effect = |direction| (direction, rules::effect(&self.what, self.shift, direction));
        let mut effects: Vec<_> = directions.into_iter().map(effect).collect();
        effects.sort_by_key(|(_, effect)| std::cmp::Reverse(effect.verdict));
        effects
    }

    /// The operations that it reaches.
    pub fn operations(&self) -> BTreeSet<&str> {
        self.uses.iter().map(|u| u.operation.as_str()).collect()
    }
}

/// A value as a reader sees it, shortened.
pub fn shown(value: &Option<Value>) -> String {
    const MOST: usize = 100;
    let text = match value {
        None => return "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) => {
            let items = list.iter().map(|item| shown(&Some(item.clone())));
            items.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    };
    match text.is_empty() {
        true => "``".to_owned(),
        false => shortened(&text, MOST),
    }
}
