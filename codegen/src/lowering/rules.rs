//! The named rules of lowering, and which of them takes care of a constraint.

use super::Fate;
use crate::model::Schema;

/// A named step of lowering.
pub struct Rule {
    /// Its name in reports.
    pub name: &'static str,
    /// What it lowers to what, and why.
    pub why: &'static str,
}

/// The rules.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule("credential-parameters", "credentials supply these headers; a builder takes no secrets"),
    rule("standard-headers",      "the HTTP client sets these headers itself"),
    rule("parameter-styles",      "the generator writes a list in one way, and drops what is said of any other"),
    rule("one-media-type",        "the client sends JSON, reads JSON and text, and hands over any other body as it is"),
    rule("response-headers",      "the generator drops them; those of a success are a model, and the table has all"),
    rule("server-variables",      "the generator knows of no servers; the documentation of the client states them"),
    rule("free-alternatives",     "the generator takes the first alternative that can be read, and loses what others have"),
    rule("open-enumerations",     "closed when built, open when read: a closed one fails the whole answer on a new value"),
    rule("bounded-integers",      "the generator ignores bounds of integers, or makes a narrower type, which fails responses; the table checks them"),
    rule("checked-texts",         "the generator checks texts in responses too, which fails the whole response"),
    rule("timestamps",            "the generator's type loses the offset and refuses other spellings"),
    rule("documented-defaults",   "the generator always sends a default, so that an update of one member resets the rest"),
    rule("optional-in-responses", "the vendors' own samples leave required members out"),
    rule("nullable-collections",  "the services print null, and an optional collection that is not nullable loses {} and []"),
    rule("error-statuses",        "the transport makes one error type of every answer that does not succeed, and the generator takes several only in some shapes"),
    rule("item-counts",           "the generator ignores how many items a list has, or makes another type of it; the table checks it"),
    rule("checked-values",        "the generator drops these, or makes a type that fails responses; the documentation states them and the table checks them"),
    rule("documented-only",       "no type carries these; the generated documentation states them"),
];

const fn rule(name: &'static str, why: &'static str) -> Rule {
    Rule { name, why }
}

/// The keywords of which a list of values is all that has to be known.
const OF_LISTED: &str =
    "enum minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength format pattern";

/// Whether a schema becomes an enumeration in Rust.
pub fn is_enumeration(schema: &Schema) -> bool {
    matches!(schema.json_type(), Some("string" | "integer")) && schema.is_enumeration()
}

/// Whether a schema is of a point in time.
pub fn is_timestamp(schema: &Schema) -> bool {
    schema.json_type() == Some("string") && schema.text("format") == Some("date-time")
}

/// The rule that takes care of a keyword of a schema, and what becomes of it.
pub fn of_keyword(schema: &Schema, keyword: &str) -> Option<Fate> {
    let kind = schema.json_type().unwrap_or_default();
    let is_object = kind == "object" || schema.is_model();
    Some(match keyword {
        keyword
            if is_enumeration(schema) && OF_LISTED.split(' ').any(|listed| listed == keyword) =>
        {
            Fate::Carried("open-enumerations")
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "format"
            if kind == "integer" =>
        {
            Fate::Carried("bounded-integers")
        }
        "minLength" | "maxLength" | "pattern" if kind == "string" => Fate::Carried("checked-texts"),
        "format" if is_timestamp(schema) => Fate::Carried("timestamps"),
        "default" => Fate::DocumentedOnly("documented-defaults"),
        "minItems" | "maxItems" | "uniqueItems" if kind == "array" => Fate::Carried("item-counts"),
        "minProperties" | "maxProperties" if is_object => Fate::Carried("item-counts"),
        "enum"
        | "exclusiveMinimum"
        | "exclusiveMaximum"
        | "multipleOf"
        | "minimum"
        | "maximum"
        | "additionalProperties" => Fate::Carried("checked-values"),
        "format" | "discriminator" | "readOnly" | "writeOnly" | "minItems" | "maxItems"
        | "uniqueItems" | "minProperties" | "maxProperties" => {
            Fate::DocumentedOnly("documented-only")
        }
        _ => return None,
    })
}
