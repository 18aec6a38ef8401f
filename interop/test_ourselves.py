"""What the other tests rely on."""

import differences
from cloudfn import flag_of
from openapi import Spec

BODY = {
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"type": "string", "enum": ["a", "b"]},
        "parts": {"type": "array", "minItems": 2, "items": {"$ref": "#/components/schemas/Body"}},
        "sizes": {"type": "object", "additionalProperties": {"type": "integer"}},
        "word": {"type": "string", "pattern": "^[0-9]+ [0-9]+$", "minLength": 5},
        "set": {"type": "array", "minItems": 2, "uniqueItems": True, "items": {"type": "integer"}},
    },
}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "maxLength": 3}}
SIZE = {"name": "size", "in": "query", "schema": {"type": "integer", "minimum": 7, "exclusiveMinimum": True}}
TOKEN = {"name": "X-Auth-Token", "in": "header", "schema": {"type": "string"}}
MEDIA = {"schema": {"allOf": [{"$ref": "#/components/schemas/Body"}]}, "examples": {"one": {"value": {"kind": "b"}}}}
MAKE = {"operationId": "make", "parameters": [SIZE, TOKEN], "requestBody": {"content": {"application/json": MEDIA}}}
ITEM = {"parameters": [ID], "post": MAKE | {"responses": {}}, "get": {"operationId": "show", "responses": {}}}
SPEC = Spec("t", {"paths": {"/a/{id}": ITEM}, "components": {"schemas": {"Body": BODY}}})


def test_cases_are_what_the_spec_allows():
    required, complete, sample = SPEC.operations[0].cases()
    assert (required.parameters, required.body) == ([("path", "id", "x")], {"kind": "a"})
    assert complete.parameters == [("path", "id", "x:y"), ("query", "size", 8)]
    body = complete.body
    assert (body["kind"], body["sizes"], body["set"]) == ("a", {"x": 1}, [1, 2])
    assert len(body["parts"]) == 2 and body["parts"][1]["parts"][0]["kind"] == "a"
    assert [len(number) > 0 for number in body["word"].split(" ")] == [True, True] and len(body["word"]) >= 5
    assert (sample.name, sample.body) == ("sample one", {"kind": "b"})


def test_what_is_broken_is_named():
    make, show = SPEC.operations
    case, name = make.broken()
    assert (name, case.body["kind"]) == ("kind", {})
    case, name = show.broken()
    assert (name, case.parameters) == ("id", [("path", "id", "xxxx")])


def test_flags_are_those_of_the_command_line():
    assert [flag_of("", "query", name) for name in ("function_urn", "funcId", "X-Cff-Log-Type")] == [
        "function-urn", "func-id", "x-cff-log-type"
    ]
    assert flag_of("  --timeout <SECONDS>\n  --query-timeout <TEXT>", "query", "timeout") == "query-timeout"


def test_what_differs_is_named():
    ours = {"same": [1, {"a": 1}], "ours": {}, "list": [1, 2], "deep": {"a": [1]}, "is": True}
    theirs = {"same": [1, {"a": 1}], "theirs": None, "list": [1], "deep": {"a": [2]}, "is": 1}
    assert sorted(differences.compare("body", ours, theirs)) == [
        ("body/deep/a/0", "1", "2"),
        ("body/is", "true", "1"),
        ("body/list", "[1,2]", "[1]"),
        ("body/ours", "{}", "nothing"),
        ("body/theirs", "nothing", "null"),
    ]


def test_only_listed_differences_are_meant(monkeypatch):
    entry = {"operation": "o", "part": "path", "ours": "1", "theirs": "2", "why": "so"}
    monkeypatch.setattr(differences, "KNOWN", {"c": {"complete": ["o"], "differences": [entry]}})
    known, lacking = ("path", "1", "2"), ("body/a", "1", "nothing")
    assert differences.sorted_out("c", "o", [known, known]) == (["path: ours is 1, theirs 2, since so"], [])
    notes, failures = differences.sorted_out("c", "o", [lacking])
    assert notes == [] and failures[0] == "body/a: ours is 1, theirs nothing" and failures[1].endswith("remove it")
    notes, failures = differences.sorted_out("c", "new", [known, lacking])
    assert notes == ["the SDK does not know body/a, or only as text"]
    assert failures == ["path: ours is 1, theirs 2"]
    refused, failed = ("outcome", "a response", "400"), ("outcome", "an error", "400")
    for operation, is_note in (("new", True), ("o", False)):
        notes, failures = differences.sorted_out("c", operation, [refused])
        assert ("the SDK cannot make this call: 400" in notes, bool(failures)) == (is_note, not is_note)
        assert "outcome: ours is an error, theirs 400" in differences.sorted_out("c", operation, [failed])[1]
