"""Schemathesis finds nothing wrong with our mock server."""

import copy
import json
import os
import sys
from pathlib import Path

import pytest

from cloudfn import Mock
from conftest import note
from openapi import ALL, OPERATIONS, json_media
from programs import run

HOOKS = {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(Path(__file__).parent)}


def limit_to_64_bits(value):
    """Integers without limits have those of our types."""
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        limit_to_64_bits(part)
    if isinstance(value, dict) and value.get("type") == "integer" and "enum" not in value:
        value.setdefault("minimum", -(2**63))
        value.setdefault("maximum", 2**63 - 1)


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.api)
def test_schemathesis(spec, quick, seed, tmp_path, request):
    document = copy.deepcopy(spec.document)
    limit_to_64_bits(document)
    for operation in spec.operations:
        responses = document["paths"][operation.path][operation.method.lower()]["responses"]
        # How our mock server refuses requests, where the page does not document it.
        refusals = {} if "4XX" in responses else dict.fromkeys(["400", "401"], {"description": "A refusal."})
        responses |= refusals | responses
        for response in responses.values():
            # Our mock server has no headers of a response, and only JSON as a body.
            response.pop("headers", None)
            if json_media(response) is None:
                response.pop("content", None)
    given, report = tmp_path / "given.json", tmp_path / "report.json"
    given.write_text(json.dumps(document), "utf-8")
    # The total time is about the same for any number of operations.
    examples = max((180 if quick else 1500) // len(OPERATIONS), 10)
    with Mock("--demand-credentials") as mock:
        ended = run(
            sys.executable, "-m", "schemathesis.cli", "run", given, "--url", mock.url,
            "--phases", "examples,coverage,fuzzing,stateful", "--seed", str(seed),
            # Our mock server keeps no state.
            "--exclude-checks", "use_after_free,ensure_resource_availability",
            "--max-examples", str(examples), "--report", "json", "--report-json-path", report,
            *[part for header in mock.headers(spec.operations[0]) for part in ("--header", header)],
            cwd=tmp_path, timeout=900, env=os.environ | HOOKS,
        )
    assert ended.returncode == 0, ended.stdout[-5000:] + ended.stderr[-2000:]
    result = json.loads(report.read_text("utf-8"))
    assert result["operations"]["tested"] == len(spec.operations)
    assert result["test_cases"]["generated"] > 0
    assert result["phases"]
    for phase, outcome in result["phases"].items():
        if outcome["status"] == "skip" and outcome.get("skip_reason") == "not_applicable":
            note(request, f"{spec.api}: the phase {phase} does not apply, according to Schemathesis")
        else:
            assert outcome["status"] == "success", f"{phase}: {outcome}"
