//! The named rules of lowering, and which of them takes care of a constraint.

use super::Outcome;
use crate::model::Schema;

/// A named step of lowering.
pub struct Rule {
    /// Its name in reports.
    pub name: &'static str,
    /// What it lowers to what, and why.
    pub why: &'static str,
}

/// The rules.
pub const RULES: &[Rule] = &[
    Rule {
        name: "credential-parameters",
        why: "credentials supply these headers; a builder takes no secrets",
    },
    Rule {
        name: "standard-headers",
        why: "the HTTP client sets these headers itself",
    },
    Rule {
        name: "parameter-styles",
        why: "the generator writes a list in one way, and drops what is said of any other",
    },
    Rule {
        name: "one-media-type",
        why: "the client sends JSON, reads JSON and text, and hands over any other body as it is",
    },
    Rule {
        name: "response-headers",
        why: "the generator drops them; those of a success are a model, and the table has all",
    },
    Rule {
        name: "server-variables",
        why: "the generator knows of no servers; the documentation of the client states them",
    },
    Rule {
        name: "free-alternatives",
        why: "the generator takes the first alternative that can be read, and loses what others have",
    },
    Rule {
        name: "open-enumerations",
        why: "closed when built, open when read: a closed one fails the whole answer on a new value",
    },
    Rule {
        name: "bounded-integers",
        why: "the generator ignores bounds of integers, or makes a narrower type, which fails \
              responses; the table checks them",
    },
    Rule {
        name: "checked-texts",
        why: "the generator checks texts in responses too, which fails the whole response",
    },
    Rule {
        name: "timestamps",
        why: "the generator's type loses the offset and refuses other spellings",
    },
    Rule {
        name: "documented-defaults",
        why: "the generator always sends a default, so that an update of one member resets the rest",
    },
    Rule {
        name: "optional-in-responses",
        why: "the vendors' own samples leave required members out",
    },
    Rule {
        name: "nullable-collections",
        why: "the services print null, and an optional collection that is not nullable loses {} and []",
    },
    Rule {
        name: "error-statuses",
        why: "the transport makes one error type of every answer that does not succeed, and the \
              generator takes several only in some shapes",
    },
    Rule {
        name: "item-counts",
        why: "the generator ignores how many items a list has, or makes another type of it; the \
              table checks it",
    },
    Rule {
        name: "checked-values",
        why: "the generator drops these, or makes a type that fails responses; the documentation \
              states them and the table checks them",
    },
    Rule {
        name: "documented-only",
        why: "no type carries these; the generated documentation states them",
    },
];

/// The keywords of which a list of values is all that has to be known.
const OF_LISTED: [&str; 9] = [
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "format",
    "pattern",
];

/// Whether a schema becomes an enumeration in Rust.
pub fn is_enumeration(schema: &Schema) -> bool {
    matches!(schema.json_type(), Some("string" | "integer")) && schema.is_enumeration()
}

/// Whether a schema is of a point in time.
pub fn is_timestamp(schema: &Schema) -> bool {
    schema.json_type() == Some("string") && schema.text("format") == Some("date-time")
}

/// The rule that takes care of a keyword of a schema, and what becomes of it.
pub fn of_keyword(schema: &Schema, keyword: &str) -> Option<(&'static str, Outcome)> {
    let kind = schema.json_type().unwrap_or_default();
    let is_object = kind == "object" || schema.is_model();
    Some(match keyword {
        keyword if is_enumeration(schema) && OF_LISTED.contains(&keyword) => {
            ("open-enumerations", Outcome::Carried)
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "format"
            if kind == "integer" =>
        {
            ("bounded-integers", Outcome::Carried)
        }
        "minLength" | "maxLength" | "pattern" if kind == "string" => {
            ("checked-texts", Outcome::Carried)
        }
        "format" if is_timestamp(schema) => ("timestamps", Outcome::Carried),
        "default" => ("documented-defaults", Outcome::DocumentedOnly),
        "minItems" | "maxItems" | "uniqueItems" if kind == "array" => {
            ("item-counts", Outcome::Carried)
        }
        "minProperties" | "maxProperties" if is_object => ("item-counts", Outcome::Carried),
        "enum"
        | "exclusiveMinimum"
        | "exclusiveMaximum"
        | "multipleOf"
        | "minimum"
        | "maximum"
        | "additionalProperties" => ("checked-values", Outcome::Carried),
        "format" | "discriminator" | "readOnly" | "writeOnly" | "minItems" | "maxItems"
        | "uniqueItems" | "minProperties" | "maxProperties" => {
            ("documented-only", Outcome::DocumentedOnly)
        }
        _ => return None,
    })
}
