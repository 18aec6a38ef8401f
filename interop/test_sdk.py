"""The vendors' SDKs and our client send the same requests to our mock server, and read the same from
its responses. Both refuse what violates the documents."""

import json
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import Callable

import pytest

import sdk_authing
import sdk_huawei
from cloudfn import KEY, SECRET, Mock, call
from conftest import note, start_node
from differences import FILE, KNOWN, compare, sorted_out
from openapi import OPERATIONS, json_media

# For each SDK: the API that it calls, how it is called, and what the mock server demands. Authing's
# SDK for Node authenticates in a way that the mock server cannot check.
SDKS = {
    "huawei-python": ("functiongraph", sdk_huawei.call, ["--demand-credentials"]),
    "huawei-node": ("functiongraph", "sdk_huawei.cjs", ["--demand-credentials"]),
    "authing-python": ("authing", sdk_authing.call, ["--demand-credentials"]),
    "authing-node": ("authing", "sdk_authing.cjs", []),
}
PAIRS = [(name, o) for name in SDKS for o in OPERATIONS if o.spec.api == SDKS[name][0]]


@dataclass
class Sdk:
    name: str
    mock: Mock
    answer: Callable

    def ask(self, operation, case):
        """What the SDK makes of a call, and the requests that the mock server received."""
        answer = self.answer({
            "endpoint": self.mock.url,
            "key": KEY,
            "secret": SECRET,
            "operation": operation.id,
            "parameters": {name: value for _, name, value in case.parameters},
            "body": case.body,
            "has_body": case.has_body,
        })
        return answer, self.mock.received()

    def has(self, operation):
        return "absent" not in self.ask(operation, operation.cases()[0])[0]


@pytest.fixture(scope="module")
def sdk_of():
    """Starts what is needed to call an SDK, once."""
    with ExitStack() as running:

        @cache
        def start(name):
            _, how, flags = SDKS[name]
            answer = how if callable(how) else running.enter_context(start_node(how)).ask
            return Sdk(name, running.enter_context(Mock(*flags)), answer)

        yield start


@pytest.mark.parametrize("name, operation", PAIRS, ids=lambda value: getattr(value, "id", value))
def test_sdk_and_client_agree(sdk_of, name, operation, request):
    sdk = sdk_of(name)
    if not sdk.has(operation):
        listed = [*KNOWN[name]["complete"], *(entry["operation"] for entry in KNOWN[name]["differences"])]
        assert operation.id not in listed, f"{name} does not have {operation.id}, which {FILE} lists"
        return note(request, f"{name} does not have {operation.id}")
    found = [difference for case in operation.cases() for difference in exchange(sdk, operation, case)]
    found += refusal(sdk, operation)
    notes, failures = sorted_out(name, operation.id, found)
    for text in dict.fromkeys(notes):
        note(request, f"{name}: {operation.id}: {text}")
    if failures:
        pytest.fail("\n".join(failures), pytrace=False)


def test_only_sdks_are_listed():
    assert KNOWN.keys() == SDKS.keys()


@pytest.mark.parametrize("name", SDKS)
def test_something_is_compared(sdk_of, name):
    operations = [operation for other, operation in PAIRS if other == name]
    assert any(sdk_of(name).has(operation) for operation in operations)
    listed = KNOWN[name]
    named = {*listed["complete"], *(entry["operation"] for entry in listed["differences"])}
    assert named <= {"*", *(operation.id for operation in operations)}, "an unknown operation is listed"


def exchange(sdk, operation, case):
    """The differences of requests and responses."""
    theirs, their_requests = sdk.ask(operation, case)
    ended = call(operation, case, sdk.mock.url)
    our_requests = sdk.mock.received()
    if ended.returncode != 0 or "answer" not in theirs:
        outcome = "a response" if ended.returncode == 0 else ended.stderr
        return [("outcome", outcome, json.dumps(theirs))]
    has_json = any(map(json_media, operation.responses.values()))
    ours = json.loads(ended.stdout) if ended.stdout.strip() and has_json else {}
    headers = [name for r in operation.responses.values() for name in r.get("headers", {})]
    answer = {} if theirs["answer"] is None else theirs["answer"]
    if isinstance(answer, dict):
        # An SDK may show response headers as members.
        known = {name.lower().replace("-", "_") for name in headers}
        answer = {k: v for k, v in answer.items() if k.lower().replace("-", "_") not in known}
    differences = compare("answer", ours, answer)
    if not our_requests or not their_requests:
        return differences + [("requests", str(len(our_requests)), str(len(their_requests)))]
    ours, theirs = our_requests[-1], their_requests[-1]
    parts = ["method", "path", "query", "headers"]
    # The mock server does not print the bodies of unknown operations.
    parts += ["body"] if ours["operation"] == theirs["operation"] else []
    ours, theirs = compared(operation, ours), compared(operation, theirs)
    return differences + [d for part in parts for d in compare(part, ours[part], theirs[part])]


def compared(operation, request):
    """The parts of a request that are compared. Of headers, only the names are known."""
    query = {}
    for name, value in request["query"]:
        query.setdefault(name, []).append(value)
    names = {name for way in operation.credentials for name, _ in way}
    names |= {p["name"] for p in operation.parameters if p["in"] == "header"}
    documented = {name.lower() for name in names} & set(request["headers"])
    return request | {"query": query, "headers": dict.fromkeys(sorted(documented), True)}


def refusal(sdk, operation):
    """How both deal with a call that violates the documents."""
    case, name = operation.broken() or (None, None)
    if case is None:
        return []
    theirs, _ = sdk.ask(operation, case)
    sent = call(operation, case, sdk.mock.url)
    refused = call(operation, case, sdk.mock.url, undocumented=False)
    ours = [sent.returncode, refused.returncode, *(name in ended.stderr for ended in (sent, refused))]
    if ours == [1, 2, True, True] and theirs.get("status") == 400 and name in (theirs.get("message") or ""):
        return []
    return [(f"refusal of {name}", f"{sent.stderr}{refused.stderr}", json.dumps(theirs))]
