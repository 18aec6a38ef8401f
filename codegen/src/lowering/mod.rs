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
mod media;
mod names;
mod normalise;
mod parameters;
mod responses;
mod scalars;
mod servers;
mod supported;

pub use headers::is_set_by_client;
pub use names::{Names, Parameter};
pub use normalise::{model_name, schema_name};
pub use parameters::delimiter;
pub use scalars::enumeration_name;
use serde_json::{Map, Value};
pub use supported::check as supported;

use crate::account::constraints_of;
use crate::error::Result;
use crate::leaf::Leaf;
use crate::spec::{is_extension, members, objects, pointer::join, Spec};

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
        name: "parameter-styles",
        why: "the generator writes a list in one way, and drops what is said of any other",
        apply: parameters::styles,
    },
    Rule {
        name: "one-media-type",
        why: "the client sends and reads JSON, and hands over any other body as it is",
        apply: media::one_media_type,
    },
    Rule {
        name: "response-headers",
        why: "the generator drops them; the documentation of the call states them",
        apply: responses::headers,
    },
    Rule {
        name: "server-variables",
        why: "the generator knows of no servers; the documentation of the client states them",
        apply: servers::variables,
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
        why: "the generator ignores bounds of integers, or makes a narrower type, which fails \
              responses; the table checks them",
        apply: scalars::bounded_integers,
    },
    Rule {
        name: "checked-texts",
        why: "the generator checks texts in responses too, which fails the whole response",
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
        why: "the generator ignores how many items a list has, or makes another type of it; the \
              table checks it",
        apply: counts::item_counts,
    },
    Rule {
        name: "checked-values",
        why: "the generator drops these, or makes a type that fails responses; the documentation \
              states them and the table checks them",
        apply: documented::checked,
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
    /// A Rust type or the table of the API carries it.
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
    /// The names of parameters and members in Rust.
    pub names: Names,
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
    supported(spec)?;
    let (normalised, names) = normalise::normalise(spec)?;
    let mut lowering = Lowering {
        spec: normalised.clone(),
        normalised,
        leaves: Vec::new(),
        touches: Vec::new(),
        relaxed_required: Vec::new(),
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
        names,
    })
}

impl Lowered {
    /// A parameter as the generator reads it.
    pub fn parameter(&self, named: &Parameter) -> Option<&Value> {
        self.document.pointer(&self.parameter_pointer(named)?)
    }

    /// Where the generator reads a parameter.
    pub fn parameter_pointer(&self, named: &Parameter) -> Option<String> {
        let read = if named.is_renamed() { &named.rust } else { &named.wire };
        members(&self.document["paths"]).find_map(|(path, item)| {
            let is_operation = |value: &Value| value["operationId"] == named.operation.as_str();
            let (method, operation) = members(item).find(|(_, value)| is_operation(value))?;
            let mut parameters = operation["parameters"].as_array()?.iter();
            let index = parameters
                .position(|p| p["in"] == named.location.as_str() && p["name"] == read.as_str())?;
            let holder = join(&join("/paths", path), method);
            Some(format!("{holder}/parameters/{index}"))
        })
    }
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

/// Notes every constraint of a schema at or in `at`.
fn touch_all(lowering: &mut Lowering, at: &str, rule: &'static str, outcome: Outcome) {
    let below = format!("{at}/");
    let mut inside = lowering.schemas();
    inside.retain(|inner| inner == at || inner.starts_with(&below));
    for inner in inside {
        let Some(schema) = lowering.spec.document.pointer(&inner) else { continue };
        let origin = schema[ORIGIN].as_str().unwrap_or_default().to_owned();
        let places: Vec<String> = constraints_of(schema).map(|(place, ..)| place).collect();
        for place in places {
            lowering.touch(&origin, &place, rule, outcome.clone());
        }
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

fn strip_extensions(document: &mut Value) {
    for at in objects(document) {
        if let Some(Value::Object(object)) = document.pointer_mut(&at) {
            object.retain(|key, _| !is_extension(key));
        }
    }
}
