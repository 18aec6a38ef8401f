"""Huawei Cloud's signer, in its SDK for Python, and ours sign the same random requests."""

import json
import random
from urllib.parse import quote

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from paths import SIGN_VECTORS
from programs import run

COUNT = 2000
CHARACTERS = "abcXYZ019-._~ !\"#$%&'()*+,/:;<=>?@[\\]^`{|}éß函数😀\t"
CONTENT_TYPES = ["application/json", "application/json;charset=utf8", "text/plain", "multipart/form-data"]


class Recorder(Signer):
    """Notes what is signed."""

    def _process_string_to_sign(self, canonical_request, *rest):
        self.canonical_request = canonical_request
        self.string_to_sign = super()._process_string_to_sign(canonical_request, *rest)
        return self.string_to_sign


def text(chance, least=0, most=12, characters=CHARACTERS):
    return "".join(chance.choices(characters, k=chance.randint(least, most)))


def path(chance):
    characters = CHARACTERS.translate({ord(c): None for c in "%?#"})
    segments = [text(chance, characters=characters) for _ in range(chance.randint(0, 5))]
    plain = "/" + "/".join(segments)
    return quote(plain, safe="/:~") if chance.random() < 0.7 else plain


def query(chance):
    value = [
        lambda: text(chance),
        lambda: text(chance),
        lambda: chance.randint(-9, 99999),
        lambda: chance.random() < 0.5,
        lambda: [text(chance) for _ in range(chance.randint(1, 4))],
    ]
    names = {text(chance, 1) for _ in range(chance.randint(0, 6))}
    return [[name, chance.choice(value)()] for name in sorted(names)]


def headers(chance, date):
    named = {"X-Sdk-Date": date}
    if chance.random() < 0.7:
        named["Content-Type"] = chance.choice(CONTENT_TYPES)
    if chance.random() < 0.3:
        named["X-Project-Id"] = text(chance, 1, 32, "0123456789abcdef")
    for _ in range(chance.randint(0, 4)):
        name = text(chance, 1, 8, "abcXYZ019-_")
        named[f"X-{name}"] = text(chance, characters="abc XYZ:;,=\"'/+%")
    return {name.lower(): (name, value) for name, value in named.items()}.values()


def vector(chance, index):
    date = "20{:02}{:02}{:02}T{:02}{:02}{:02}Z".format(
        chance.randint(0, 99), chance.randint(1, 12), chance.randint(1, 28),
        chance.randint(0, 23), chance.randint(0, 59), chance.randint(0, 59),
    )
    bodies = [None, "", "{}", json.dumps({text(chance): text(chance)}), text(chance, 0, 60)]
    given = {
        "method": chance.choice(["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD"]),
        "scheme": "https",
        "host": text(chance, 1, 10, "abc019-") + ".example.com",
        "path": path(chance),
        "query": query(chance),
        "headers": dict(headers(chance, date)),
        "body": chance.choice(bodies),
        "access_key": text(chance, 1, 20, "ABC019"),
        "secret_key": text(chance, 1, 40, "abcXYZ019+/="),
        "x_sdk_date": date,
    }
    signer = Recorder(BasicCredentials(given["access_key"], given["secret_key"], "p"))
    copied = json.loads(json.dumps(given))
    request = SdkRequest(
        method=given["method"], schema="https", host=given["host"], resource_path=given["path"],
        query_params=[tuple(pair) for pair in copied["query"]],
        header_params=copied["headers"], body=given["body"] or "",
    )
    authorization = signer.sign(request).header_params["Authorization"]
    return {
        "name": f"random-{index}",
        "input": given,
        "canonical_request": signer.canonical_request,
        "string_to_sign": signer.string_to_sign,
        "signed_headers": authorization.split("SignedHeaders=")[1].split(",")[0],
        "signature": authorization.split("Signature=")[1],
        "authorization": authorization,
    }


def test_signature(seed, tmp_path):
    chance = random.Random(seed)
    file = tmp_path / "vectors.json"
    vectors = [vector(chance, index) for index in range(COUNT)]
    file.write_text(json.dumps({"vectors": vectors}), "utf-8")
    ended = run(SIGN_VECTORS, file)
    assert (ended.returncode, ended.stdout) == (0, f"0 of {COUNT} vectors differ\n"), ended.stderr
