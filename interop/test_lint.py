"""Redocly's linter reads the specs without errors."""

import json
import os

import pytest

from conftest import note, run_node
from openapi import ALL
from paths import ROOT


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.api)
def test_lint(spec, request):
    quiet = os.environ | {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    file = f"openapi/{spec.api}.yaml"
    ended = run_node("redocly", "lint", "--extends=recommended", "--format=json", file, env=quiet, cwd=ROOT)
    errors = []
    for problem in json.loads(ended.stdout)["problems"]:
        place = problem["location"][0].get("pointer", "")
        text = f"{file}, {place}: {problem['message']} ({problem['ruleId']})"
        errors.append(text) if problem["severity"] == "error" else note(request, f"warning: {text}")
    assert not errors, "\n".join(errors)
    assert ended.returncode == 0 and spec.operations, ended.stderr
