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
from programs import Running


class Forwarder(ThreadingHTTPServer):
    """Forwards requests for documented paths to Prism, and asks it for `status`; others, which are
    for tokens, to the mock server."""

    def __init__(self, spec, prism, mock):
        super().__init__(("127.0.0.1", 0), Forward)
        templates = [re.sub(r"\{[^}]*\}", "[^/]+", path) for path in spec.document["paths"]]
        self.paths = re.compile("|".join(templates))
        self.prism, self.mock, self.status = prism, mock, ""
        self.url = f"http://127.0.0.1:{self.server_port}"
        Thread(target=self.serve_forever, daemon=True).start()


class Forward(BaseHTTPRequestHandler):
    def forward(self):
        is_documented = self.server.paths.fullmatch(self.path.split("?")[0])
        url = self.server.prism if is_documented else self.server.mock
        headers = dict(self.headers) | {"Prefer": f"code={self.server.status}"}
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
    """The spec with the mock server's responses where a success has no sample. Prism would invent
    values for these, such as a business status."""
    document = json.loads(json.dumps(spec.document))
    for operation in spec.operations:
        for status in [status for status in operation.responses if status.startswith("2")]:
            place = document["paths"][operation.path][operation.method.lower()]["responses"][status]
            for header in place.get("headers", {}).values():
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
    for forwarder.status in statuses:
        response = operation.responses.get(forwarder.status) or operation.responses["2XX"]
        for case in operation.cases():
            for credentials in (ACCESS_KEYS, TOKENS):
                ended = call(operation, case, forwarder.url, credentials)
                assert ended.returncode == 0, f"{case.name}, {forwarder.status}: {ended.stderr}"
                if json_media(response) is not None:
                    json.loads(ended.stdout)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_errors(forwarder_of, operation):
    forwarder = forwarder_of(operation.spec)
    for forwarder.status in [status for status in operation.statuses if not status.startswith("2")]:
        ended = call(operation, operation.cases()[0], forwarder.url)
        assert (ended.returncode, ended.stdout) == (1, ""), ended
        assert f"{operation.id}: {forwarder.status} " in ended.stderr
