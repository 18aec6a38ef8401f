//! `x-resource` and `x-resources` are refused where they name what is not there.

mod support;

use cloudfn_codegen::error::Error;
use support::{parsed, replaced};

const SPEC: &str = r##"
openapi: 3.0.3
info: { title: probe, version: v1 }
x-resources:
  forms: { urn: ["urn:{name}:!{alias}", "urn:{name}:{version=latest}"] }
  collections:
    functions: { unknown: { status: 404, body: {} } }
    versions: { unknown: { status: 404, body: {} }, fresh: { number: "v{n}" } }
paths:
  /f:
    get:
      operationId: list
      x-resource: { effect: list, path: /functions, item: /data, count: /count }
      responses: { "200": { description: all, content: { application/json: { schema: { $ref: "#/components/schemas/All" } } } } }
    put:
      operationId: order
      x-resource: { effect: order, path: "/functions/{any}", keys: order }
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/All" } } } }
      responses: { "204": { description: done } }
  /f/{urn}:
    parameters: [{ name: urn, in: path, required: true, schema: { type: string } }]
    post:
      operationId: publish
      x-resource: { effect: create, path: "/functions/{name}/versions/{number}" }
      responses: { "200": { description: one, content: { application/json: { schema: { $ref: "#/components/schemas/One" } } } } }
    delete:
      operationId: delete
      x-resource: { effect: delete, path: ["/functions/{name}/versions/{version}", "/functions/{name}"] }
      responses: { "204": { description: done } }
components:
  schemas:
    All: { type: object, properties: { data: { type: array, items: { $ref: "#/components/schemas/One" } }, count: { type: integer }, order: { type: array, items: { type: string } } } }
    One: { type: object, properties: { urn: { type: string } } }
"##;

fn changed(from: &str, to: &str) -> Result<(), Error> {
    parsed(&replaced(SPEC, from, to)).map(drop)
}

#[test]
fn what_is_not_there_is_refused_by_its_place() {
    changed("", "").unwrap();
    let unbound = |variable: &str| {
        format!(
            "nothing gives `{{{variable}}}` a value: no parameter and no member of the request has \
             this name, no form that applies has it, and it is not `fresh`"
        )
    };
    let [list, order] = ["/paths/~1f/get/x-resource", "/paths/~1f/put/x-resource"];
    let [publish, delete] =
        ["/paths/~1f~1{urn}/post/x-resource", "/paths/~1f~1{urn}/delete/x-resource"];
    let collections = "/x-resources/collections";
    for (from, to, place, message) in [
        ("effect: list", "effect: lists", format!("{list}/effect"), "unknown variant `lists`, expected one of `create`, `set`, `read`, `use`, `update`, `delete`, `list`, `order`".to_owned()),
        ("effect: list", "effects: list", format!("{list}/effects"), "unknown field `effects`, expected one of `effect`, `path`, `item`, `count`, `keys`".to_owned()),
        ("path: /functions,", "path: 7,", format!("{list}/path"), "a text, or a list of texts".to_owned()),
        ("path: /functions,", "path: /fs,", format!("{list}/path"), "`x-resources` has no collection `fs`, only `functions`, `versions`".to_owned()),
        ("path: \"/functions/{any}\"", "path: /functions", format!("{order}/path"), "`/functions` is not of the form `/collection/{key}`".to_owned()),
        ("path: [\"/functions", "path: [\"functions", format!("{delete}/path"), "`x-resources` has no collection `{name}`, only `functions`, `versions`".to_owned()),
        ("\"/functions/{name}\"]", "\"/functions/{names}\"]", format!("{delete}/path"), unbound("names")),
        (", fresh: { number: \"v{n}\" }", "", format!("{publish}/path"), unbound("number")),
        ("{version=latest}", "{v=latest}", format!("{delete}/path"), unbound("version")),
        ("item: /data", "item: /items", format!("{list}/item"), "the successful response has no array at `/items`".to_owned()),
        ("item: /data", "item: /count", format!("{list}/item"), "the successful response has no array at `/count`".to_owned()),
        ("count: /count", "count: /data", format!("{list}/count"), "the successful response has no integer at `/data`".to_owned()),
        ("keys: order", "keys: count", format!("{order}/keys"), "names the member of the request that lists the keys".to_owned()),
        (", keys: order", "", format!("{order}/keys"), "names the member of the request that lists the keys".to_owned()),
        ("/versions/{number}\" }", "/versions/{number}\", item: /urn }", format!("{publish}/item"), "the successful response has no object at `/urn`".to_owned()),
        ("unknown: { status: 404", "unknown: { status: 20", format!("{collections}/functions"), "20 is not a status of HTTP".to_owned()),
        ("unknown: { status: 404, body: {} } }", "exists: { status: 404, body: {} } }", format!("{collections}/functions"), "missing field `unknown`".to_owned()),
    ] {
        let found = changed(from, to).err();
        let found = found.map_or_else(Default::default, |error| (error.place, error.message));
        assert_eq!(found, (place, message), "{from} -> {to}");
    }
}
