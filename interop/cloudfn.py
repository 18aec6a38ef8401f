"""Our client, which is the command line, and our mock server."""

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from paths import CLOUDFN
from programs import Running, run

KEY, SECRET = "interop-access-key", "interop-secret-key"
AUTHING_KEY = {"AUTHING_ACCESS_KEY_ID": KEY, "AUTHING_ACCESS_KEY_SECRET": SECRET}
ACCESS_KEYS = AUTHING_KEY | {"HUAWEICLOUD_SDK_AK": KEY, "HUAWEICLOUD_SDK_SK": SECRET}
# A token if the API accepts one.
TOKENS = AUTHING_KEY | {"HUAWEICLOUD_SDK_TOKEN": "interop-secret-token"}
NOT_PRINTED = (SECRET, "interop-secret-token")


def call(operation, case, endpoint, credentials=ACCESS_KEYS, *, undocumented=True):
    """Calls an operation at `endpoint`, and returns how the command line ended.

    Arguments are made from the spec, which does not know the rules of the pages: hence
    `undocumented`.
    """
    command = [CLOUDFN, operation.spec.api, operation.id.replace("_", "-")]
    with TemporaryDirectory() as home:
        environment = {"HOME": home, f"CLOUDFN_{operation.spec.api.upper()}_ENDPOINT": endpoint, **credentials}
        help_text = run(*command, "--help", env=environment).stdout
        command += ["--attempts", "1", *(["--allow-undocumented"] if undocumented else [])]
        for place, name, value in case.parameters:
            flag = flag_of(help_text, place, name)
            text = value if isinstance(value, str) else json.dumps(value)
            if f"--{flag}-file " in help_text:
                # A secret cannot be the value of a flag.
                file = Path(home, flag)
                file.write_text(text, "utf-8")
                command += [f"--{flag}-file", file]
            else:
                command += [f"--{flag}={text}"]
        command += ["--json-body", "-"] if case.has_body else []
        ended = run(*command, env=environment, input=json.dumps(case.body) if case.has_body else "")
    printed = ended.stdout + ended.stderr
    assert not any(secret in printed for secret in NOT_PRINTED), f"{operation.id} prints a secret"
    return ended


def flag_of(help_text, place, name):
    """`funcId` and `X-Func-Id` as a flag, with its location in front if the name is taken."""
    flag = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]", "-", name).lower().strip("-")
    return f"{place}-{flag}" if f"--{place}-{flag} " in help_text else flag


class Mock(Running):
    """Our mock server, which prints the requests that it receives."""

    def __init__(self, *flags):
        super().__init__(CLOUDFN, "mock", "--port", "0", "--print-requests", "--ignore-rules", *flags, env={})
        self.url = self.line()
        self.marks = 0

    def received(self):
        """The requests received since the last call, oldest first."""
        self.marks += 1
        mark = f"/mark/{self.marks}"
        post(self.url + mark)
        requests = []
        while True:
            line = self.line()
            assert SECRET not in line, "the mock server prints a secret"
            requests.append(json.loads(line))
            if requests[-1]["path"] == mark:
                return requests[:-1]

    def headers(self, operation):
        """The credentials of the first way to authenticate, with tokens that this server issues."""
        body = post(f"{self.url}/api/v3/get-management-token")[1]
        bearer = json.loads(body)["data"]["access_token"]
        token = post(f"{self.url}/v3/auth/tokens")[0]["X-Subject-Token"]
        first = operation.credentials[0] if operation.credentials else []
        return [f"{name}: Bearer {bearer}" if is_bearer else f"{name}: {token}" for name, is_bearer in first]


def post(url):
    """The headers and the body of a response, whatever its status."""
    try:
        response = urlopen(Request(url, method="POST"))
    except OSError as error:
        response = error
    return response.headers, response.read()
