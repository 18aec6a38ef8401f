//! Lowering: from the authored spec to the document that the generator reads.
//!
//! The authored spec is never bent for the generator. [`lower`] takes a copy, brings it into a
//! plain form (`normalise`) and applies the [`RULES`], each of which notes
//! every constraint that it touched, so that [`account`](crate::account) can tell for each one
//! what became of it.

mod alternatives;
mod counts;
mod defaults;
mod documented;
mod headers;
mod normalise;
mod responses;
mod scalars;

use std::collections::BTreeMap;

pub use counts::Count;
pub use headers::is_set_by_client;
pub use normalise::{model_name, schema_name};
pub use scalars::enumeration_name;
use serde_json::{Map, Value};

use crate::error::Result;
use crate::leaf::Leaf;
use crate::spec::Spec;

/// A named step of lowering.
pub struct Rule {
    /// Its name in reports.
    pub name: &'static str,
    /// What it lowers to what, and why.
    pub why: &'static str,
    apply: fn(&mut Lowering, &'static str) -> Result<()>,
}

/// The rules, in the order in which they are applied.
pub const RULES: &[Rule] = &[
    Rule {
        name: "credential-parameters",
        why: "credentials supply these headers; secrets are no builder arguments",
        apply: headers::credential_parameters,
    },
    Rule {
        name: "standard-headers",
        why: "the HTTP client sets these headers itself",
        apply: headers::standard_headers,
    },
    Rule {
        name: "free-alternatives",
        why: "the generator takes the first alternative that can be read, and loses what others have",
        apply: alternatives::free_alternatives,
    },
    Rule {
        name: "open-enumerations",
        why: "closed when built, open when read: a closed one fails the whole answer on a new value",
        apply: scalars::open_enumerations,
    },
    Rule {
        name: "bounded-integers",
        why: "the generator ignores bounds of integers",
        apply: scalars::bounded_integers,
    },
    Rule {
        name: "checked-texts",
        why: "the generator checks texts in answers too, which fails the whole answer",
        apply: scalars::checked_texts,
    },
    Rule {
        name: "timestamps",
        why: "the generator's type loses the offset and refuses other spellings",
        apply: scalars::timestamps,
    },
    Rule {
        name: "documented-defaults",
        why: "the generator always sends a default, so that an update of one member resets the rest",
        apply: defaults::documented_defaults,
    },
    Rule {
        name: "optional-in-responses",
        why: "the vendors' own samples leave required members out",
        apply: responses::optional_in_responses,
    },
    Rule {
        name: "nullable-collections",
        why: "the services print null, and an optional collection that is not nullable loses {} and []",
        apply: responses::nullable_collections,
    },
    Rule {
        name: "error-statuses",
        why: "the transport makes one error type of every answer that is no success, and the generator \
              takes several only in some shapes",
        apply: responses::error_statuses,
    },
    Rule {
        name: "item-counts",
        why: "the generator ignores how many items a list has, or makes another type of it",
        apply: counts::item_counts,
    },
    Rule {
        name: "documented-only",
        why: "no type carries these; the generated documentation states them",
        apply: documented::documented_only,
    },
];

/// What became of a constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A Rust type carries it.
    Carried,
    /// The generated documentation states it, nothing enforces it.
    DocumentedOnly,
    /// A rule gave it up on purpose.
    Relaxed,
}

/// A constraint that a rule touched.
#[derive(Clone, Debug)]
pub struct Touch {
    /// JSON pointer of the constraint in the authored spec.
    pub pointer: String,
    /// The rule.
    pub rule: &'static str,
    /// What became of the constraint.
    pub outcome: Outcome,
}

/// A lowered spec.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The document that the generator reads.
    pub document: Value,
    /// The leaf types that stand in it.
    pub leaves: Vec<Leaf>,
    /// What the rules touched.
    pub touches: Vec<Touch>,
    /// Members that are required and optional in the Rust type.
    pub relaxed_required: Vec<RelaxedRequired>,
    /// How many items lists have, and members maps, by JSON pointer in the document.
    pub counts: BTreeMap<String, Count>,
}

/// A member that the documents require in answers and that is optional in the Rust type.
#[derive(Clone, Debug)]
pub struct RelaxedRequired {
    /// The Rust type.
    pub model: String,
    /// The member, as the vendor spells it.
    pub member: String,
    /// Whether the model stands in requests too, where the member is asked for all the same.
    pub in_requests: bool,
}

/// A document on its way down.
pub(crate) struct Lowering {
    /// The working copy.
    spec: Spec,
    /// The same before any rule: it knows where a schema is used.
    normalised: Spec,
    leaves: Vec<Leaf>,
    touches: Vec<Touch>,
    relaxed_required: Vec<RelaxedRequired>,
    counts: BTreeMap<String, Count>,
}

/// The extension that keeps the place that a schema had in the authored spec.
const ORIGIN: &str = "x-origin";
/// The extension that keeps the name of a component without a Rust type where it is used.
const NAME: &str = "x-name";
/// The extension that keeps the description of such a component where it is used.
const DESCRIPTION: &str = "x-description";

/// Lowers `spec` by all [`RULES`].
pub fn lower(spec: &Spec) -> Result<Lowered> {
    lower_by(spec, RULES.iter())
}

/// Lowers `spec` by the given rules only.
pub fn lower_by<'r>(spec: &Spec, rules: impl Iterator<Item = &'r Rule>) -> Result<Lowered> {
    responses::one_success(spec)?;
    let normalised = normalise::normalise(spec)?;
    let mut lowering = Lowering {
        spec: normalised.clone(),
        normalised,
        leaves: Vec::new(),
        touches: Vec::new(),
        relaxed_required: Vec::new(),
        counts: BTreeMap::new(),
    };
    for rule in rules {
        lowering.spec.refresh();
        (rule.apply)(&mut lowering, rule.name)?;
    }
    documented::units(&mut lowering);
    let mut document = lowering.spec.document;
    strip_extensions(&mut document);
    Ok(Lowered {
        document,
        leaves: lowering.leaves,
        touches: lowering.touches,
        relaxed_required: lowering.relaxed_required,
        counts: lowering.counts,
    })
}

impl Lowering {
    /// JSON pointers of all schemas, parents before children.
    fn schemas(&self) -> Vec<String> {
        self.spec.schema_pointers().to_vec()
    }

    /// The schema object at `pointer`.
    fn schema(&mut self, pointer: &str) -> Option<&mut Map<String, Value>> {
        self.spec.document.pointer_mut(pointer)?.as_object_mut()
    }

    /// Notes what became of `keyword` of the schema that stood at `origin`.
    fn touch(&mut self, origin: &str, keyword: &str, rule: &'static str, outcome: Outcome) {
        self.touches.push(Touch { pointer: format!("{origin}/{keyword}"), rule, outcome });
    }
}

/// Where `schema` stood in the authored spec.
fn origin(schema: &Map<String, Value>) -> String {
    text(schema, ORIGIN).to_owned()
}

/// The text member `key` of `schema`, or nothing.
fn text<'a>(schema: &'a Map<String, Value>, key: &str) -> &'a str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// Adds a sentence to the description of `schema`.
fn describe(schema: &mut Map<String, Value>, sentence: &str) {
    let description = text(schema, "description");
    let description = match description.trim_end() {
        "" => sentence.to_owned(),
        old => format!("{old}\n\n{sentence}"),
    };
    schema.insert("description".into(), description.into());
}

fn strip_extensions(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, _| !key.starts_with("x-"));
            object.values_mut().for_each(strip_extensions);
        }
        Value::Array(list) => list.iter_mut().for_each(strip_extensions),
        _ => {}
    }
}
