"""Options, notes and the result as JSON."""

import json
import os
from pathlib import Path

import pytest

import paths
from programs import Running, run

# The exit code if only skipped tests count as failures.
SKIPPED = 6


def pytest_addoption(parser):
    parser.addoption("--quick", action="store_true", help="fewer random requests")
    parser.addoption("--seed", type=int, default=1, help="seed of the random requests")
    parser.addoption("--definitions", action="append", default=[], help="NAME=FILE: a vendor's own definitions")
    parser.addoption("--record", action="store_true", help="record how the specs compare with the definitions")
    parser.addoption("--no-skip", action="store_true", help="fail if a test is skipped")


@pytest.fixture(scope="session")
def quick(pytestconfig):
    return pytestconfig.getoption("quick")


@pytest.fixture(scope="session")
def seed(pytestconfig):
    return pytestconfig.getoption("seed")


def note(request, text):
    """Tells something that is not a failure."""
    request.node.user_properties.append(("note", text))


def installed(path):
    """A file that npm has installed. Without it, the test is skipped."""
    file = paths.NODE_MODULES / path
    if not file.exists():
        pytest.skip(os.environ.get("INTEROP_NO_NODE") or "the Node.js tools are not installed: run cargo xtask interop")
    return file


def run_node(program, *arguments, **options):
    """Runs a program that npm has installed to its end."""
    return run(installed(".bin") / program, *arguments, **options)


def start_node(script):
    """Starts a script of this folder."""
    environment = os.environ | {"NODE_PATH": str(installed(""))}
    return Running("node", Path(__file__).with_name(script), env=environment)


def pytest_configure(config):
    # Proxies are not for the local machine.
    os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    if not config.getoption("collectonly"):
        config.pluginmanager.register(Results(config))


class Results:
    """Shows the notes, and writes the results for other programs."""

    def __init__(self, config):
        self.config, self.rows = config, []

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or not report.passed:
            self.rows.append({
                "test": report.nodeid,
                "result": report.outcome,
                "seconds": round(report.duration, 1),
                "notes": [text for _, text in report.user_properties],
                "reason": report.longrepr[2].removeprefix("Skipped: ") if report.skipped else report.longreprtext,
            })

    def pytest_sessionfinish(self, session):
        if self.config.getoption("no_skip") and any(row["result"] == "skipped" for row in self.rows):
            session.exitstatus = session.exitstatus or SKIPPED
        result = {"seed": self.config.getoption("seed"), "tests": self.rows}
        part = paths.RESULT.with_suffix(".part")
        part.write_text(json.dumps(result, indent=2, ensure_ascii=False), "utf-8")
        part.replace(paths.RESULT)

    def pytest_terminal_summary(self, terminalreporter):
        for text in [text for row in self.rows for text in row["notes"]]:
            terminalreporter.line(f"note: {text}")
        reasons = [row["reason"] for row in self.rows if row["result"] == "skipped"]
        for reason in dict.fromkeys(reasons):
            terminalreporter.line(f"SKIPPED {reasons.count(reason)} tests: {reason}")
