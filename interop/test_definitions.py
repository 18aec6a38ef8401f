"""Our specs state what the vendors' own machine-readable definitions do, except for what is explained."""

import copy
import json
import re

import pytest
import yaml

import definitions
from conftest import note
from definitions import Source, Unavailable, compared, swagger, totals
from openapi import ALL, Spec

EXPLAINED = yaml.safe_load(definitions.EXPLANATIONS.read_text("utf-8"))
RECORDED = json.loads(definitions.RECORD.read_text("utf-8"))
SPECS = {spec.api: spec for spec in ALL}


@pytest.fixture(scope="module")
def source_of(pytestconfig):
    """Gets a source. Without it, the test is skipped."""
    files = dict(given.split("=", 1) for given in pytestconfig.getoption("definitions"))
    assert files.keys() <= {"authing"}, "--definitions gives those of authing alone"
    sources = {}

    def get(name):
        try:
            return sources.get(name) or sources.setdefault(name, definitions.source(name, files))
        except Unavailable as reason:
            spec, recorded = SPECS[definitions.SOURCES[name]], RECORDED[name]["operations"]
            known = sum(operation.id in recorded for operation in spec.operations)
            compared = f"{known} of {len(spec.operations)} operations are in the record"
            pytest.skip(f"the definitions of {name}: {reason}; {compared}")

    return get


@pytest.mark.parametrize("name, api", definitions.SOURCES.items())
def test_the_specs_agree_with_the_definitions(source_of, name, api, pytestconfig, request):
    source = source_of(name)
    counts, failures = compared(SPECS[api], source, EXPLAINED[name])
    note(request, f"{name}: {totals(counts)}, in {source.version}")
    assert not failures, "\n".join(failures)
    result = {"source": source.version, "sha256": source.sha256, "operations": counts}
    if pytestconfig.getoption("record"):
        record = json.loads(definitions.RECORD.read_text("utf-8")) | {name: result}
        definitions.RECORD.write_text(written(record), "utf-8")
    else:
        pairs = [(result[key], RECORDED[name][key]) for key in ("source", "sha256")]
        recorded = RECORDED[name]["operations"]
        pairs += [({o: counts.get(o)}, {o: recorded.get(o)}) for o in sorted({*counts, *recorded})]
        changed = [f"now {now}, recorded {before}" for now, before in pairs if now != before]
        assert not changed, "\n".join([f"{definitions.RECORD.name} is old: renew it with --record", *changed])


def written(record):
    """A line for each operation."""
    lines = json.dumps(record, indent=2, ensure_ascii=False)
    return re.sub(r"\{\s+(\"statements\"[^}]*?)\s+\}", lambda m: "{" + re.sub(r"\s+", " ", m[1]) + "}", lines) + "\n"


# A definition in Swagger 2.0, and a spec that says the same in other words, and limits the length of an ID.
THEIRS = """
definitions:
  Body: {required: [kind], properties: {kind: {type: string, enum: [b, a]}, inner: {$ref: "#/definitions/Body"}}}
parameters:
  id: {name: id, in: path, required: true, type: string}
paths:
  /a/{id}:
    post:
      operationId: MakeThing
      parameters:
        - $ref: "#/parameters/id"
        - {name: page, in: query, type: integer, minimum: 1, default: 1}
        - {name: X-Kind, in: header, type: array, items: {type: string}}
        - {name: Body, in: body, required: true, schema: {$ref: "#/definitions/Body"}}
      responses:
        "200": {schema: {type: array, items: {$ref: "#/definitions/Body"}}}
        "404": {schema: {properties: {code: {type: string}}}, headers: {X-Id: {type: string, maxLength: 5}}}
"""
OURS = """
components:
  schemas:
    Kind: {type: string, enum: [a, b]}
    Thing:
      type: object
      required: [kind]
      properties: {kind: {allOf: [{$ref: "#/components/schemas/Kind"}]}, inner: {$ref: "#/components/schemas/Thing"}}
    Things: {type: array, items: {$ref: "#/components/schemas/Thing"}}
    Error: {type: object, properties: {code: {type: string}}}
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, maxLength: 7}}]
    post:
      operationId: make_thing
      parameters:
        - {name: page, in: query, schema: {type: integer, minimum: 1, default: 1}}
        - {name: x-kind, in: header, schema: {type: array, items: {type: string}}}
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Things"}}}}
        "404":
          headers: {x-id: {schema: {type: string, maxLength: 5}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}
"""


def outcome(ours=OURS, entries=()):
    document = yaml.safe_load(THEIRS)
    counts, failures = compared(Spec("ours", yaml.safe_load(ours)), Source("", "", swagger([document])), entries)
    return counts["make_thing"] if counts else None, failures


def test_the_same_in_other_words_is_equal():
    counts, failures = outcome()
    assert failures == []
    assert counts["only ours"] == 1 and counts["explained"] == 0
    assert counts["equal"] == counts["statements"] - 1 > 40


@pytest.mark.parametrize(
    "before, after, place",
    [
        ("post:", "put:", 'operation: method: ours is "PUT", theirs "POST"'),
        ("/a/{id}", "/b/{id}", "operation: path"),
        ("minimum: 1", "minimum: 0", "query.page: minimum: ours is 0, theirs 1"),
        ("minimum: 1, ", "", "query.page: minimum: ours is nothing, theirs 1"),
        ("default: 1", "default: 2", "query.page: default"),
        ("type: integer", "type: number", "query.page: type"),
        ("in: query", "in: header", "query.page: present"),
        ("items: {type: string}", "items: {type: boolean}", "header.x-kind[]: type"),
        ("enum: [a, b]", "enum: [a, c, b]", 'request.inner.kind: enum: ours is ["c"], theirs []'),
        ("required: true, content", "content", "request: required: ours is false, theirs true"),
        ("required: [kind]", "required: [kind, inner]", "request.inner: required: ours is true, theirs false"),
        ("{code:", "{cod:", "404.body.code: present: ours is nothing, theirs true"),
        ("maxLength: 5", "maxLength: 6", "404.header.x-id: maxLength"),
        ('"200":', '"201":', "200: present"),
        ("make_thing", "make_things", "make_things: the definitions do not have it"),
    ],
)
def test_a_changed_statement_is_found(before, after, place):
    assert before in OURS
    _, failures = outcome(OURS.replace(before, after))
    assert any(place in failure for failure in failures), failures


def test_an_explanation_is_needed_as_long_as_it_applies():
    changed = OURS.replace("minimum: 1", "minimum: 0")
    entry = {"where": ["make_* query.p*"], "keyword": "minimum", "ours": "0", "why": "a reason"}
    counts, failures = outcome(changed, [entry])
    assert (failures, counts["explained"]) == ([], 1)
    for other in ({"theirs": "2"}, {"ours": "1"}, {"keyword": "maximum"}, {"where": ["make_* query"]}):
        _, failures = outcome(changed, [entry | other])
        assert len(failures) == 2 and "remove it" in failures[1]
    _, failures = outcome(changed, [entry | {"where": [*entry["where"], "* header.*"]}])
    assert failures == ["definitions.yaml explains a difference that there is not, remove it: * header.*: minimum"]


def test_a_member_that_we_lack_is_one_difference():
    _, failures = outcome(OURS.replace(", inner: {$ref: \"#/components/schemas/Thing\"}", ""))
    assert failures == [
        f"make_thing {place}.inner: present: ours is nothing, theirs true" for place in ("request", "200.body[]")
    ]


def retries(spec, operation):
    body = spec.resolve(operation.body["schema"])
    return spec.resolve(body["properties"]["max_async_retry_attempts"])


FAULTS = {
    "bound": lambda spec, operation: retries(spec, operation).update(maximum=4),
    "type": lambda spec, operation: retries(spec, operation).update(type="number"),
    "member": lambda spec, operation: spec.resolve(operation.body["schema"])["properties"].pop("destination_config"),
    "required": lambda spec, operation: spec.resolve(operation.document["requestBody"]).update(required=False),
    "required member": lambda spec, operation: spec.resolve(operation.body["schema"]).update(
        required=["destination_config"]
    ),
    "value": lambda spec, operation: spec.document["components"]["schemas"]["Destination"]["enum"].remove("DIS"),
    "status": lambda spec, operation: operation.document["responses"].pop("404"),
    "path": lambda spec, operation: spec.document["paths"].update({"/v3": spec.document["paths"].pop(operation.path)}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_our_spec_is_found(source_of, fault):
    source = source_of("huawei")
    spec = Spec("functiongraph", copy.deepcopy(SPECS["functiongraph"].document))
    [operation] = [o for o in spec.operations if o.id == "update_function_async_invoke_config"]
    _, before = compared(spec, source, EXPLAINED["huawei"])
    FAULTS[fault](spec, operation)
    _, after = compared(Spec(spec.api, spec.document), source, EXPLAINED["huawei"])
    assert set(after) - set(before), "nothing was found"
