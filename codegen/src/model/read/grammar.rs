//! The objects of OpenAPI 3.0: the keywords of each, and what stands there.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::model::pointer;

/// Each object and its keywords; `!` marks those that have to be there.
///
/// `text`, `bool` and `any` are plain values, `(a,b)` is one of these texts, `[x]` is a list, and
/// `{x}` a map by name. In a map `<x>` extensions may stand, as in every object.
const OBJECTS: [(&str, &str); 31] = [
    (
        "root",
        "openapi info:info servers:[server] components:components paths:<path> \
         security:[requirement] tags:[tag] externalDocs:docs",
    ),
    (
        "info",
        "title:text! version:text! description:text termsOfService:text contact:contact \
         license:license",
    ),
    ("contact", "name:text url:text email:text"),
    ("license", "name:text! url:text"),
    ("server", "url:text! description:text variables:{variable}"),
    ("variable", "enum:[text] default:text! description:text"),
    (
        "components",
        "schemas:{schema} parameters:{parameter} requestBodies:{body} responses:{response} \
         headers:{header} examples:{example} securitySchemes:{scheme} links:{link} \
         callbacks:{callback}",
    ),
    (
        "path",
        "$ref summary:text description:text servers:[server] parameters:[parameter] \
         get:operation put:operation post:operation delete:operation options:operation \
         head:operation patch:operation trace:operation",
    ),
    (
        "operation",
        "operationId:text summary:text description:text tags:[text] deprecated:bool \
         parameters:[parameter] requestBody:body responses:<response>! callbacks:{callback} \
         security:[requirement] servers:[server] externalDocs:docs x-pages:[page] x-safe:bool \
         x-paging:paging x-wait:wait",
    ),
    ("page", "title:text! language:text! operator:text"),
    ("paging", "marker:text next:text page:text total:text items:text! size:text"),
    ("wait", "state:text! success:[text]! failure:[text] interval:text limit:text"),
    ("docs", "url:text! description:text"),
    (
        "parameter",
        "name:text! in:(path,query,header,cookie)! description:text required:bool \
         deprecated:bool allowEmptyValue:bool \
         style:(simple,label,matrix,form,spaceDelimited,pipeDelimited,deepObject) explode:bool allowReserved:bool schema:schema \
         content:{media} example:any examples:{example}",
    ),
    ("body", "description:text content:{media}! required:bool"),
    ("media", "schema:schema example:any examples:{example} encoding:{encoding}"),
    (
        "encoding",
        "contentType:text headers:{header} \
         style:(form,spaceDelimited,pipeDelimited,deepObject) explode:bool allowReserved:bool",
    ),
    ("response", "description:text! content:{media} headers:{header} links:{link}"),
    ("callback", ""),
    ("example", "summary:text description:text value:any externalValue:text"),
    (
        "link",
        "operationRef:text operationId:text parameters:{any} requestBody:any description:text \
         server:server",
    ),
    (
        "header",
        "description:text required:bool deprecated:bool allowEmptyValue:bool style:(simple) \
         explode:bool allowReserved:bool schema:schema content:{media} example:any \
         examples:{example}",
    ),
    ("tag", "name:text! description:text externalDocs:docs"),
    (
        "schema",
        "title:text description:text type format:text default:any enum nullable:bool \
         minimum maximum exclusiveMinimum:bool exclusiveMaximum:bool multipleOf \
         minLength maxLength pattern minItems maxItems uniqueItems:bool minProperties \
         maxProperties required properties:{schema} items:schema \
         additionalProperties:schema|bool not:schema allOf:[schema] oneOf:[schema] \
         anyOf:[schema] discriminator:discriminator readOnly:bool writeOnly:bool \
         deprecated:bool example:any xml:xml externalDocs:docs x-unit:text",
    ),
    ("discriminator", "propertyName:text! mapping:{text}"),
    ("xml", "name:text namespace:text prefix:text attribute:bool wrapped:bool"),
    (
        "scheme",
        "type:(apiKey,http,oauth2,openIdConnect)! description:text name:text \
         in:(header,query,cookie) scheme:text bearerFormat:text \
         flows:flows openIdConnectUrl:text",
    ),
    ("flows", "implicit:flow password:flow clientCredentials:flow authorizationCode:flow"),
    ("flow", "authorizationUrl:text tokenUrl:text refreshUrl:text scopes:{text}!"),
    ("requirement", ""),
    ("any", ""),
];

/// The objects in whose place a `$ref` may stand.
pub const REFERABLE: [&str; 9] =
    ["schema", "response", "parameter", "example", "body", "header", "scheme", "link", "callback"];

/// A keyword of an object.
pub struct Keyword {
    pub name: &'static str,
    /// What stands there.
    pub what: &'static str,
    pub is_required: bool,
}

static KEYWORDS: LazyLock<BTreeMap<&str, Vec<Keyword>>> = LazyLock::new(|| {
    let keyword = |written: &'static str| {
        let plain = written.trim_end_matches('!');
        let (name, what) = plain.split_once(':').unwrap_or((plain, "any"));
        Keyword { name, what, is_required: plain != written }
    };
    let of = |(kind, written): (_, &'static str)| {
        (kind, written.split_whitespace().map(keyword).collect())
    };
    OBJECTS.into_iter().map(of).collect()
});

/// The keywords of a kind of object; none for other kinds.
pub fn keywords(kind: &str) -> &'static [Keyword] {
    KEYWORDS.get(kind).map_or(&[], Vec::as_slice)
}

/// What the members of a map are, and whether extensions may stand among them.
pub fn in_map(kind: &'static str) -> Option<(&'static str, bool)> {
    let inside = |open, close| kind.strip_prefix(open)?.strip_suffix(close);
    match kind {
        "callback" => Some(("path", true)),
        "requirement" => Some(("[text]", false)),
        _ => match (inside('{', '}'), inside('<', '>')) {
            (Some(of), _) => Some((of, false)),
            (_, of) => Some((of?, true)),
        },
    }
}

/// The texts of which a value is one.
pub fn texts(kind: &'static str) -> Option<Vec<&'static str>> {
    Some(kind.strip_prefix('(')?.strip_suffix(')')?.split(',').collect())
}

/// What the items of a list are.
pub fn in_list(kind: &'static str) -> Option<&'static str> {
    kind.strip_prefix('[')?.strip_suffix(']')
}

/// A value of a document that OpenAPI knows.
pub struct Known<'d> {
    /// What should stand there.
    pub kind: &'static str,
    /// Its JSON pointer.
    pub pointer: String,
    pub value: &'d Value,
}

/// Each value of `document` that OpenAPI knows; what holds others before these.
pub fn known(document: &Value) -> Vec<Known<'_>> {
    let mut found = Vec::new();
    collect("root", &mut String::new(), document, &mut found);
    found
}

fn collect<'d>(kind: &'static str, at: &mut String, value: &'d Value, found: &mut Vec<Known<'d>>) {
    let kind = match kind {
        "schema|bool" if value.is_object() => "schema",
        kind => kind,
    };
    found.push(Known { kind, pointer: at.clone(), value });
    let mut inside = |kind: &'static str, token: &str, value: &'d Value| {
        let length = at.len();
        pointer::push(at, token);
        collect(kind, at, value, found);
        at.truncate(length);
    };
    match (value, in_list(kind), in_map(kind)) {
        (Value::Array(items), Some(of), _) => {
            for (index, item) in items.iter().enumerate() {
                inside(of, &index.to_string(), item);
            }
        }
        (Value::Object(object), _, _) if is_reference(kind, object.get("$ref")) => {}
        (Value::Object(object), _, Some((of, is_open))) => {
            for (name, member) in object.iter().filter(|(name, _)| !is_open || !is_extension(name))
            {
                inside(of, name, member);
            }
        }
        (Value::Object(object), ..) => {
            for keyword in keywords(kind) {
                if let Some(member) = object.get(keyword.name) {
                    inside(keyword.what, keyword.name, member);
                }
            }
        }
        _ => {}
    }
}

/// Whether an object of a kind is a reference to another one.
pub fn is_reference(kind: &str, target: Option<&Value>) -> bool {
    target.is_some() && REFERABLE.contains(&kind)
}

/// Whether a key is none of OpenAPI's.
pub fn is_extension(key: &str) -> bool {
    key.starts_with("x-")
}

/// JSON pointers of all schemas in `document`, parents before children.
pub fn schemas(document: &Value) -> Vec<String> {
    let schemas = known(document).into_iter().filter(|known| known.kind == "schema");
    schemas.map(|known| known.pointer).collect()
}
