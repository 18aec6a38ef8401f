//! What the comparison finds: each rule in both directions, and every change at all.

mod completeness;
mod documents;
mod schemas;

use std::path::Path;

use cloudfn_codegen::model::Spec;

use super::diff::compare;
use crate::against::change::Change;
use crate::against::verdict::Verdict;

/// A small spec; the tests change parts of it.
const BASE: &str = "\
openapi: 3.0.3
info: { title: probe, version: v1 }
servers: [{ url: 'https://a.example' }, { url: 'https://b.example' }]
security: [{ key: [] }, { token: [] }]
paths:
  /things/{id}:
    post:
      operationId: probe
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: q, in: query, schema: { type: string } }
      requestBody: { required: true, content: { application/json: { schema: { $ref: '#/components/schemas/Sent' } } } }
      responses:
        '200': { description: done, headers: { X-Left: { schema: { type: integer } } }, content: { application/json: { schema: { $ref: '#/components/schemas/Read' } } } }
        '404': { description: none }
  /other:
    get:
      operationId: other
      responses:
        '200': { description: done, content: { application/json: { schema: { $ref: '#/components/schemas/Read' } } } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    token: { type: http, scheme: bearer }
  schemas:
    Sent: { type: object, required: [a], properties: { a: { type: string }, m: { $ref: '#/components/schemas/M' } } }
    Read: { type: object, required: [a], properties: { a: { type: string }, m: { $ref: '#/components/schemas/M' } } }
    M: { type: string }
";

fn spec(text: &str) -> Spec {
    Spec::parse(Path::new("openapi/probe.yaml"), text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// The base with parts replaced: pairs of old and new text.
fn changed(parts: &[(&str, &str)]) -> Spec {
    let mut text = BASE.to_owned();
    for (from, to) in parts {
        assert!(text.contains(from), "the base has no `{from}`");
        text = text.replacen(from, to, 1);
    }
    spec(&text)
}

/// Each change with its verdict on the wire, as `what breaking`.
fn found(changes: &[Change]) -> Vec<String> {
    let mut found: Vec<String> =
        changes.iter().map(|c| format!("{} {}", c.what, c.wire().name())).collect();
    found.sort();
    found
}

fn letter(verdict: Verdict) -> char {
    match verdict {
        Verdict::NoEffect => '-',
        Verdict::Compatible => 'c',
        Verdict::Unclear => '?',
        Verdict::Breaking => 'B',
    }
}
