//! What each change means on the wire, as a table: keyword and way it went, in requests and in
//! responses.
//!
//! Responses are read tolerantly: a range, a length, a list of values or a required mark never
//! fails an answer, so that none of these breaks a caller who reads.

use cloudfn_codegen::statements::Direction;

use super::verdict::{Shift, Verdict};
use Shift::{Added, Changed, Narrowed, Removed, Widened};

/// A verdict, and who is affected; `{old}` and `{new}` stand for the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    pub verdict: Verdict,
    /// Who is affected, in plain words.
    pub words: &'static str,
}

const fn breaks(words: &'static str) -> Effect {
    Effect { verdict: Verdict::Breaking, words }
}

const fn fits(words: &'static str) -> Effect {
    Effect { verdict: Verdict::Compatible, words }
}

const fn nothing(words: &'static str) -> Effect {
    Effect { verdict: Verdict::NoEffect, words }
}

const UNCLEAR: Effect =
    Effect { verdict: Verdict::Unclear, words: "no rule says what this means; read both values" };
const WRITTEN_OUT: Effect = nothing("nobody; it was so before and is only written differently");

const FREE: Effect = fits("nobody has to change");
const TOLERANT: Effect = fits("nobody has to change; answers are read whatever their bounds");
const SENT_MORE: Effect = breaks("callers that send more than {new}");
const SENT_LESS: Effect = breaks("callers that send less than {new}");
const LONGER: Effect = breaks("callers that send a text longer than {new} characters");
const SHORTER: Effect = breaks("callers that send a text shorter than {new} characters");
const MORE: Effect = breaks("callers that send more than {new} of them");
const FEWER: Effect = breaks("callers that send fewer than {new} of them");

/// What a change of a schema, a parameter or a body means: to those who send it, and to those
/// who read it.
#[rustfmt::skip]
const RULES: &[(&str, Shift, Effect, Effect)] = &[
    // bounds
    ("minimum",          Narrowed, SENT_LESS, TOLERANT),
    ("minimum",          Widened,  FREE,      TOLERANT),
    ("maximum",          Narrowed, SENT_MORE, TOLERANT),
    ("maximum",          Widened,  FREE,      TOLERANT),
    ("exclusiveMinimum", Narrowed, breaks("callers that send the minimum itself"), TOLERANT),
    ("exclusiveMinimum", Widened,  FREE,      TOLERANT),
    ("exclusiveMaximum", Narrowed, breaks("callers that send the maximum itself"), TOLERANT),
    ("exclusiveMaximum", Widened,  FREE,      TOLERANT),
    ("multipleOf",       Narrowed, breaks("callers that send no multiple of {new}"), TOLERANT),
    ("multipleOf",       Changed,  breaks("callers that send no multiple of {new}"), TOLERANT),
    ("multipleOf",       Widened,  FREE,      TOLERANT),
    ("minLength",        Narrowed, SHORTER,   TOLERANT),
    ("minLength",        Widened,  FREE,      TOLERANT),
    ("maxLength",        Narrowed, LONGER,    TOLERANT),
    ("maxLength",        Widened,  FREE,      TOLERANT),
    ("pattern",          Narrowed, breaks("callers that send a text that does not match {new}"), TOLERANT),
    ("pattern",          Changed,  breaks("callers that send a text that does not match {new}"), TOLERANT),
    ("pattern",          Widened,  FREE,      TOLERANT),
    ("minItems",         Narrowed, FEWER,     TOLERANT),
    ("minItems",         Widened,  FREE,      TOLERANT),
    ("maxItems",         Narrowed, MORE,      TOLERANT),
    ("maxItems",         Widened,  FREE,      TOLERANT),
    ("uniqueItems",      Narrowed, breaks("callers that send an item twice"), TOLERANT),
    ("uniqueItems",      Widened,  FREE,      TOLERANT),
    ("minProperties",    Narrowed, FEWER,     TOLERANT),
    ("minProperties",    Widened,  FREE,      TOLERANT),
    ("maxProperties",    Narrowed, MORE,      TOLERANT),
    ("maxProperties",    Widened,  FREE,      TOLERANT),

    // values
    ("values lost",      Narrowed, breaks("callers that send {old}"), fits("nobody has to change; the value is kept as an undocumented one if it comes")),
    ("new values",       Widened,  fits("nobody has to change; {new} may be sent too"), fits("callers that handle {new} as an undocumented value")),
    ("enum",             Narrowed, breaks("callers that send another value than {new}"), TOLERANT),
    ("enum",             Widened,  FREE,      fits("nobody has to change; any value is read")),
    ("default",          Added,    fits("callers that leave it out; by the documents the service then takes {new}"), FREE),
    ("default",          Changed,  breaks("callers that leave it out; the service then takes {new}, no longer {old}"), fits("callers that take a missing value for {old}; the client never fills one in")),
    ("default",          Removed,  breaks("callers that leave it out and count on {old}"), fits("callers that take a missing value for {old}; the client never fills one in")),
    ("x-unit",           Added,    fits("nobody has to change; the documents name the unit now"), FREE),
    ("x-unit",           Changed,  breaks("everyone who sends it: the same number means something else"), breaks("everyone who reads it: the same number means something else")),
    ("x-unit",           Removed,  breaks("callers that count on {old}; the documents no longer name the unit"), breaks("callers that count on {old}; the documents no longer name the unit")),

    // types
    ("type",             Changed,  breaks("everyone who sends it"), breaks("everyone who reads it")),
    ("type",             Narrowed, breaks("callers that send anything but {new}"), fits("nobody has to change; what is read is of fewer types")),
    ("type",             Widened,  FREE,      breaks("everyone who reads it as {old}")),
    ("format",           Narrowed, breaks("callers that send anything but {new}"), fits("nobody has to change")),
    ("format",           Changed,  breaks("everyone who sends it as {old}"), breaks("everyone who reads it as {old}")),
    ("format",           Widened,  FREE,      breaks("callers that read it as {old}")),
    ("nullable",         Narrowed, breaks("callers that send null"), fits("nobody has to change")),
    ("nullable",         Widened,  FREE,      fits("nobody has to change; null is read as a missing value")),
    ("readOnly",         Narrowed, breaks("callers that send it; it is only read"), fits("nobody has to change")),
    ("readOnly",         Widened,  FREE,      fits("nobody has to change")),
    ("writeOnly",        Narrowed, FREE,      breaks("everyone who reads it; it is only sent")),
    ("writeOnly",        Widened,  FREE,      fits("nobody has to change")),
    ("deprecated",       Narrowed, fits("callers that send it; it is deprecated"), fits("callers that read it; it is deprecated")),
    ("deprecated",       Widened,  FREE,      FREE),

    // members
    ("required member",  Added,    breaks("callers that do not send it"), fits("nobody has to change")),
    ("member",           Added,    fits("nobody has to change; it may be sent"), fits("nobody has to change; it may be read")),
    ("member",           Removed,  breaks("callers that send it"), breaks("callers that read it")),
    ("required",         Narrowed, breaks("callers that do not send it"), fits("nobody has to change; it is optional in Rust all the same")),
    ("required",         Widened,  FREE,      fits("nobody has to change; it is optional in Rust, and its absence is no difference any more")),
    ("additionalProperties", Narrowed, breaks("callers that send other members than the documented ones"), breaks("callers that read other members than the documented ones")),
    ("additionalProperties", Widened, FREE,   fits("nobody has to change")),
    ("items",            Added,    breaks("callers that send other items than the documented ones"), fits("nobody has to change")),
    ("items",            Removed,  FREE,      breaks("everyone who reads the items")),
    ("alternative",      Added,    fits("nobody has to change; it may be sent in one more shape"), breaks("callers that read it; it may come in a shape that they do not know")),
    ("alternative",      Removed,  breaks("callers that send it in this shape"), fits("nobody has to change")),

    // parameters, bodies and headers
    ("required parameter", Added,  breaks("everyone who calls it without this parameter"), UNCLEAR),
    ("parameter",        Added,    fits("nobody has to change; it may be given"), UNCLEAR),
    ("parameter",        Removed,  breaks("callers that give it"), UNCLEAR),
    ("location",         Changed,  breaks("everyone who gives it"), UNCLEAR),
    ("style",            Changed,  breaks("everyone who gives it; it is written differently"), breaks("everyone who reads it; it is written differently")),
    ("explode",          Changed,  breaks("everyone who gives it; it is written differently"), breaks("everyone who reads it; it is written differently")),
    ("allowReserved",    Changed,  breaks("callers whose value has reserved characters"), UNCLEAR),
    ("allowEmptyValue",  Narrowed, breaks("callers that give it without a value"), UNCLEAR),
    ("allowEmptyValue",  Widened,  FREE,      UNCLEAR),
    ("required body",    Added,    breaks("everyone who calls it without a body"), UNCLEAR),
    ("body",             Added,    fits("nobody has to change; a body may be sent"), fits("nobody has to change; there is a body to read")),
    ("body",             Removed,  breaks("callers that send a body"), breaks("callers that read the body")),
    ("content type",     Added,    fits("nobody has to change"), fits("nobody has to change; the client asks for JSON, and for text where both are documented")),
    ("content type",     Removed,  breaks("callers that send {old}"), breaks("callers that read {old}")),
    ("schema",           Added,    breaks("callers that send anything else"), fits("nobody has to change")),
    ("schema",           Removed,  FREE,      breaks("everyone who reads it")),
    ("header",           Added,    UNCLEAR,   fits("nobody has to change; it may be read")),
    ("header",           Removed,  UNCLEAR,   breaks("callers that read it")),
];

/// What a change of a call as a whole means.
#[rustfmt::skip]
const CALLS: &[(&str, Shift, Effect)] = &[
    ("API",            Added,    fits("nobody has to change; the API is new")),
    ("API",            Removed,  breaks("everyone who uses this API")),
    ("operation",      Added,    fits("nobody has to change; the operation is new")),
    ("operation",      Removed,  breaks("everyone who calls it")),
    ("method",         Changed,  breaks("everyone who calls it")),
    ("path",           Changed,  breaks("everyone who calls it")),
    ("deprecated",     Narrowed, fits("callers should look for a replacement: it is deprecated")),
    ("deprecated",     Widened,  FREE),
    ("x-paging",       Added,    fits("nobody has to change; the pages of the list can be read as a stream")),
    ("x-paging",       Changed,  fits("callers that read the list as a stream; its pages are called for in another way")),
    ("x-paging",       Removed,  breaks("callers that read the list as a stream")),
    ("x-wait",         Added,    fits("nobody has to change; the states can be waited for")),
    ("x-wait",         Changed,  breaks("callers that wait; other states or times end the wait")),
    ("x-wait",         Removed,  breaks("callers that wait")),
    ("success status", Added,    fits("callers that compare the status of a success")),
    ("success status", Removed,  breaks("callers that get this status; it is no success to the client any more")),
    ("error status",   Added,    fits("nobody has to change; every refusal is one type of error")),
    ("error status",   Removed,  fits("callers that handle this status; the documents no longer name it")),
    ("security",       Narrowed, breaks("callers without credentials; they are demanded now")),
    ("security",       Widened,  fits("nobody has to change; credentials are no longer demanded")),
    ("credentials",    Added,    fits("nobody has to change; there is one more way to authenticate")),
    ("credentials",    Removed,  breaks("callers that authenticate this way")),
    ("server",         Added,    fits("nobody has to change; there is one more base URL")),
    ("server",         Removed,  breaks("callers of this base URL")),
    ("first server",   Changed,  breaks("callers that name no endpoint; the client takes its endpoints from this list")),
];

/// What a change does not matter for, whichever way it goes.
#[rustfmt::skip]
const FOR_NOBODY: &[(&str, Effect)] = &[
    ("operationId",      nothing("nobody; the operationId does not go over the wire")),
    ("name",             nothing("nobody; the name of a schema does not go over the wire")),
    ("name in the path", nothing("nobody; the name of a path parameter does not go over the wire")),
    ("spelling",         nothing("nobody; headers have the same name in any case")),
    ("x-pages",          nothing("nobody; it names the vendor's page")),
    ("x-resource",       nothing("nobody; it is about the mock server alone")),
    ("x-resources",      nothing("nobody; it is about the mock server alone")),
    ("tags",             nothing("nobody; tags sort the documentation")),
    ("externalDocs",     nothing("nobody; it is documentation")),
    ("version",          nothing("nobody; it is documentation")),
    ("contact",          nothing("nobody; it is documentation")),
    ("license",          nothing("nobody; it is documentation")),
    ("openapi",          nothing("nobody; it is the version of the notation")),
    ("unused part",      nothing("nobody; no operation uses it")),
    ("generated client", nothing("nobody; it is about Rust code alone")),
    ("wording",          nothing("nobody; parts were moved, renamed or reordered, and what is sent and read stayed as it was")),
];

/// What the change of `what` means to those whom it reaches in `direction`.
pub fn effect(what: &str, shift: Shift, direction: Direction) -> Effect {
    if shift == Shift::Same {
        return WRITTEN_OUT;
    }
    if let Some((_, effect)) = FOR_NOBODY.iter().find(|row| row.0 == what) {
        return *effect;
    }
    let call = || CALLS.iter().find(|row| (row.0, row.1) == (what, shift)).map(|row| row.2);
    let row = RULES.iter().find(|row| (row.0, row.1) == (what, shift));
    let effect = match direction {
        Direction::Call => None,
        Direction::Request => row.map(|row| row.2),
        Direction::Response => row.map(|row| row.3),
    };
    effect.or_else(call).unwrap_or(UNCLEAR)
}
