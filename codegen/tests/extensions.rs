//! `x-paging` and `x-wait`: what is generated, and what is refused by its place.

mod support;

use cloudfn_codegen::error::Result;
use cloudfn_codegen::lowering::lower;
use cloudfn_codegen::model::Spec;
use support::{client_has, parsed, replaced, rows};

const LIST: &str = r##"
openapi: 3.0.3
info: { title: probe, version: v1 }
paths:
  /a:
    get:
      operationId: probe
      parameters:
        - { name: marker, in: query, schema: { type: integer } }
        - { name: size, in: query, schema: { type: integer } }
        - { name: kind, in: query, schema: { $ref: "#/components/schemas/Kind" } }
        - { name: X-Page, in: header, schema: { type: string } }
        - { name: wait, in: query, schema: { type: string } }
      x-paging: { marker: marker, next: /info/next, items: /info/list, size: size }
      x-wait: { state: /kind, success: [one], failure: [two], interval: 500ms, limit: 3m }
      responses:
        "200": { description: done, content: { application/json: { schema: { $ref: "#/components/schemas/Page" } } } }
components:
  schemas:
    Kind: { type: string, enum: [one, two, three] }
    Page:
      type: object
      properties:
        kind: { $ref: "#/components/schemas/Kind" }
        total: { type: integer }
        info: { $ref: "#/components/schemas/Info" }
    Info:
      type: object
      properties:
        next: { type: string }
        list: { type: array, items: { $ref: "#/components/schemas/Item" } }
    Item: { type: object, properties: { name: { type: string } } }
"##;

fn lowered(text: &str) -> Result<Spec> {
    let spec = parsed(text)?;
    lower(&spec)?;
    Ok(spec)
}

#[test]
fn a_list_has_streams_and_a_state_a_wait() {
    client_has(
        &lowered(LIST).unwrap(),
        &[
            "pub fn pages(self) -> crate::Listing<'a, crate::Response<types::Page>>",
            "|call, at| ::std::result::Result::Ok(call.marker(PAGING.value::<i64>(at)?)",
            "pub fn stream(self) -> crate::Listing<'a, types::Item>",
            "let page = page.into_inner(); let page = page.info?; page.list",
            "follows: crate::paging::Follows::Marker { next: \"/info/next\"",
            "pub fn wait(self) -> crate::Waiter<'a, crate::Response<types::Page>>",
            "pending: &[\"three\"]",
            "interval: ::std::time::Duration::from_millis(500u64)",
            "limit: ::std::time::Duration::from_millis(180000u64)",
            // The parameter makes way.
            "pub fn wait_query(",
        ],
    );
    let by_number = LIST.replace("marker: marker, next: /info/next", "page: marker, total: /total");
    client_has(
        &lowered(&by_number).unwrap(),
        &["Follows::Number { first: 1u64, total: ::std::option::Option::Some(\"/total\")"],
    );
}

#[test]
fn what_an_extension_names_is_there() {
    let way = "names the query parameter that asks for a page: `marker`, with the `next` one in the answer, or `page`";
    for [from, to, told] in rows(
        "
marker: marker, next: /info/next, items: /info/list, size: size => items: /info/list => x-paging: WAY
marker: marker, next: /info/next, items => marker: marker, items => x-paging: WAY
marker: marker, next => marker: marker, page: size, next => x-paging: WAY
marker: marker, next => page: marker, next => x-paging: WAY
next: /info/next, items => next: /info/next, total: /total, items => x-paging/total: a list with a `marker` ends without one
, items: /info/list, size: size =>  => x-paging: `items` is missing
marker: marker => marker: 1 => x-paging/marker: 1 should be a text; put it in quotes
marker: marker => markers: marker => x-paging/markers: unknown keyword `markers`
marker: marker => marker: other => x-paging/marker: there is no query parameter `other`
marker: marker => marker: X-Page => x-paging/marker: there is no query parameter `X-Page`
marker: marker => marker: kind => x-paging/marker: the parameter is not a plain string or integer
size: size => size: other => x-paging/size: there is no query parameter `other`
next: /info/next => next: info/next => x-paging/next: `info/next` is not a JSON pointer, such as `/info/next`
next: /info/next => next: /info/last => x-paging/next: the answer has no member `/info/last`
next: /info/next => next: /info => x-paging/next: `/info` is not of the type string or integer or number
marker: marker, next: /info/next => page: marker, total: /kind => x-paging/total: `/kind` is not of the type integer or number
items: /info/list => items: /info => x-paging/items: `/info` is not of the type array
items: /info/list => items: '' => x-paging/items: `` is not of the type array
state: /kind, success: [one], failure: [two], interval: 500ms, limit: 3m => success: [one] => x-wait: `state` is missing
state: /kind => state: /kinds => x-wait/state: the answer has no member `/kinds`
state: /kind => state: /total => x-wait/state: `/total` is not of the type string
state: /kind => state: /info/next => x-wait/success: the documents do not list the states
success: [one] => success: [] => x-wait/success: there is nothing to wait for
success: [one] => success: [four] => x-wait/success: `four` is not one of the states: one, two, three
failure: [two] => failure: [four] => x-wait/failure: `four` is not one of the states: one, two, three
failure: [two] => failure: [one] => x-wait/failure: `one` is a success, too
failure: [two] => failure: [two, three] => x-wait: every state ends the wait
interval: 500ms => interval: 2 => x-wait/interval: 2 should be a text; put it in quotes
interval: 500ms => interval: 2h => x-wait/interval: `2h` is not a time such as `2s` or `5m`
interval: 500ms => interval: 0s => x-wait/interval: `0s` is not a time such as `2s` or `5m`
interval: 500ms => interval: 4m => x-wait/interval: is longer than the limit
    get: =>     post: => x-paging: is for operations that change nothing
",
    ) {
        let error = lowered(&replaced(LIST, &from, &to)).expect_err(&to).to_string();
        let method = if to.contains("post") { "post" } else { "get" };
        let told = told.replace("WAY", way);
        assert_eq!(error, format!("probe.yaml, /paths/~1a/{method}/{told}"));
    }
    for (from, to) in [
        ("failure: [two], ", ""),
        (", interval: 500ms, limit: 3m", ""),
        ("marker: marker, next: /info/next", "page: marker"),
        (", size: size", ""),
        ("    get:\n", "    post:\n      x-safe: true\n"),
    ] {
        lowered(&replaced(LIST, from, to)).unwrap();
    }
}
