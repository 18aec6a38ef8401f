"""Prism serves the specs, and our client calls every operation for every documented status."""

import json
import re
from contextlib import ExitStack
from functools import cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from cloudfn import ACCESS_KEYS, TOKENS, Mock, call
from conftest import installed
from openapi import OPERATIONS, json_media
from paths import CLOUDFN
from programs import Running, run


class Forwarder(ThreadingHTTPServer):
    """Forwards requests for documented paths to Prism; others, which are for tokens, to the mock
    server."""

    def __init__(self, spec, prism, mock):
        super().__init__(("127.0.0.1", 0), Forward)
        templates = [re.sub(r"\{[^}]*\}", "[^/]+", path) for path in spec.document["paths"]]
        self.paths = re.compile("|".join(templates))
        self.prism, self.mock = prism, mock
        self.answer_with("")
        self.url = f"http://127.0.0.1:{self.server_port}"
        Thread(target=self.serve_forever, daemon=True).start()

    def answer_with(self, status, elsewhere=None):
        """Asks Prism for `status`, or for another one of a path that ends in a key of `elsewhere`."""
        self.status, self.elsewhere = status, elsewhere or {}

    def status_of(self, path):
        return next((status for end, status in self.elsewhere.items() if path.endswith(end)), self.status)


class Forward(BaseHTTPRequestHandler):
    def forward(self):
        is_documented = self.server.paths.fullmatch(self.path.split("?")[0])
        url = self.server.prism if is_documented else self.server.mock
        headers = dict(self.headers) | {"Prefer": f"code={self.server.status_of(self.path)}"}
        server = HTTPConnection(url.removeprefix("http://"), timeout=30)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        server.request(self.command, self.path, body or None, headers)
        response = server.getresponse()
        content = response.read()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in ("transfer-encoding", "content-length", "connection", "date", "server"):
                self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = forward

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def forwarder_of(tmp_path_factory):
    """Starts Prism with a spec, once."""
    program = installed(".bin/prism")
    folder = tmp_path_factory.mktemp("prism")
    with Mock() as mock, ExitStack() as running:

        @cache
        def start(spec):
            file = folder / f"{spec.api}.json"
            file.write_text(json.dumps(with_samples(spec, mock)), "utf-8")
            # Without `--errors`, Prism only logs what is wrong with a request.
            prism = running.enter_context(Running(program, "mock", "--port", "0", "--errors", file))
            while "listening on " not in (line := prism.line()):
                pass
            server = Forwarder(spec, line.split("listening on ")[1].strip(), mock.url)
            running.callback(server.shutdown)
            return server

        yield start


def with_samples(spec, mock):
    """The spec with the mock server's responses where a success has no sample, and without its headers
    of text. Prism would invent values for these, such as a business status or an error code."""
    document = json.loads(json.dumps(spec.document))
    for operation in spec.operations:
        for status in [status for status in operation.responses if status.startswith("2")]:
            place = document["paths"][operation.path][operation.method.lower()]["responses"][status]
            headers = place.get("headers", {})
            for name in [name for name, header in headers.items() if header["schema"].get("type") == "string"]:
                del headers[name]
            for header in headers.values():
                # Prism requires such a header, but leaves it out if its value is 0.
                header.pop("required", None)
            media = json_media(place)
            if media is not None and not media.keys() & {"example", "examples"}:
                media["example"] = json.loads(call(operation, operation.cases()[0], mock.url).stdout)
    return document


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_successes(forwarder_of, operation):
    forwarder = forwarder_of(operation.spec)
    statuses = [status for status in operation.statuses if status.startswith("2")]
    assert statuses
    for status in statuses:
        forwarder.answer_with(status)
        response = operation.responses.get(status) or operation.responses["2XX"]
        for case in operation.cases():
            for credentials in (ACCESS_KEYS, TOKENS):
                ended = call(operation, case, forwarder.url, credentials)
                assert ended.returncode == 0, f"{case.name}, {status}: {ended.stderr}"
                if json_media(response) is not None:
                    json.loads(ended.stdout)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_errors(forwarder_of, operation):
    forwarder = forwarder_of(operation.spec)
    for status in [status for status in operation.statuses if not status.startswith("2")]:
        forwarder.answer_with(status)
        ended = call(operation, operation.cases()[0], forwarder.url)
        assert (ended.returncode, ended.stdout) == (1, ""), ended
        assert f"{operation.id}: {status} " in ended.stderr


def test_a_release(forwarder_of, tmp_path):
    """All steps of a release, by Prism, which keeps no state: it is asked not to know the version
    that is looked for first."""
    spec = next(spec for spec in {operation.spec for operation in OPERATIONS} if spec.api == "functiongraph")
    forwarder = forwarder_of(spec)
    forwarder.answer_with("200", {"v2/config": "404"})
    code, config, event = tmp_path / "code", tmp_path / "config.json", tmp_path / "event.json"
    code.mkdir()
    (code / "index.py").write_text("def handler(event, context): return event", "utf-8")
    config.write_text('{"max_async_retry_attempts": 2}', "utf-8")
    event.write_text('{"k": "v"}', "utf-8")
    ended = run(
        CLOUDFN, "functiongraph", "release", "--function-urn", "urn:fss:r:p:function:default:f", "--code", code,
        "--version", "v2", "--alias", "prod", "--weight", "10", "--async-config", config, "--event", event,
        env={"CLOUDFN_FUNCTIONGRAPH_ENDPOINT": forwarder.url, "HUAWEICLOUD_SDK_PROJECT_ID": "p", **TOKENS},
    )
    assert ended.returncode == 0, ended.stderr
    steps = ended.stderr.split("to roll back:")[0].splitlines()
    assert [step.split()[0] for step in steps] == ["update", "publish", "set", "invoke", "give"], ended.stderr
    assert json.loads(ended.stdout)["alias"] == "prod"
