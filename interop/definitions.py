"""What the vendors' own machine-readable definitions state of the operations, and what our specs do."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from openapi import Spec, json_media
from paths import ROOT
from programs import run

KEYWORDS = """type format enum default pattern multipleOf minimum maximum exclusiveMinimum exclusiveMaximum
minLength maxLength minItems maxItems uniqueItems""".split()
CRATE = "huawei-cloud-api-definitions-FunctionGraph"
# For each source: the API that it defines.
SOURCES = {"huawei": "functiongraph", "authing": "authing"}
EXPLANATIONS = ROOT / "interop/definitions.yaml"
RECORD = ROOT / "interop/definitions.json"
# No page has deeper members; a schema that contains itself ends here.
DEEPEST = 9


class Unavailable(Exception):
    """Why a source cannot be had."""


@dataclass
class Source:
    version: str
    sha256: str
    operations: dict


def source(name, files):
    """A source, from its registry or from the given file of this name."""
    if name in files:
        text = Path(files[name]).read_bytes()
        document = json.loads(text)
        title = f"{document['info']['title']} {document['info']['version']}"
        return Source(title, hashlib.sha256(text).hexdigest(), named([Spec(name, document)]))
    if name != "huawei":
        raise Unavailable(f"no registry has it: give its file with --definitions {name}=FILE")
    folder = ROOT / "interop/definitions"
    ended = run(
        "cargo", "metadata", "--locked", "--format-version=1", "--manifest-path", folder / "Cargo.toml", timeout=300
    )
    if ended.returncode != 0:
        reason = re.search("error: .*|$", ended.stderr)[0]
        raise Unavailable(f"cargo needs access to crates.io: {reason}")
    [package] = [p for p in json.loads(ended.stdout)["packages"] if p["name"] == CRATE]
    files = sorted((Path(package["manifest_path"]).parent / "src").glob("*.json"))
    lock = (folder / "Cargo.lock").read_text("utf-8")
    sha256 = re.search(rf'name = "{CRATE}"\n.*\n.*\nchecksum = "(\w+)"', lock)[1]
    documents = [json.loads(file.read_text("utf-8")) for file in files]
    return Source(f"{CRATE} {package['version']}", sha256, swagger(documents))


def swagger(documents):
    """The operations of documents in Swagger 2.0."""
    for document in documents:
        for item in document["paths"].values():
            item |= {method: modern(operation, document) for method, operation in item.items()}
    return named(Spec("", document) for document in documents)


def modern(operation, document):
    """An operation of Swagger 2.0 in the manner of OpenAPI 3."""

    def content(schema):
        return {"content": {"application/json": {"schema": schema}}}

    local = Spec("", document)
    parameters = [local.resolve(parameter) for parameter in operation.get("parameters", [])]
    responses = {}
    for status, response in operation["responses"].items():
        headers = {header: {"schema": schema} for header, schema in response.get("headers", {}).items()}
        responses[status] = {"headers": headers} | (content(response["schema"]) if "schema" in response else {})
    made = operation | {
        "parameters": [
            p | {"schema": {keyword: p[keyword] for keyword in p.keys() & {*KEYWORDS, "items"}}}
            for p in parameters
            if p["in"] != "body"
        ],
        "responses": responses,
    }
    for body in (parameter for parameter in parameters if parameter["in"] == "body"):
        made["requestBody"] = content(body["schema"]) | {"required": body.get("required", False)}
    return made


def named(specs):
    """Operations by the names that our specs give them: create_alias is CreateAlias or Controller_createAlias."""
    return {
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", operation.id.rsplit("_", 1)[-1]).lower(): operation
        for spec in specs
        for operation in spec.operations
    }


def statements(operation):
    """What is stated of an operation, as values by place and keyword."""
    found = {("operation", "method"): operation.method, ("operation", "path"): operation.path}
    spec = operation.spec

    def state(place, schema, depth=0, **more):
        schema = spec.schema(schema)
        found[place, "present"] = True
        for keyword, value in more.items():
            found[place, keyword] = value
        if depth == DEEPEST:
            return
        if schema["properties"]:
            schema.setdefault("type", "object")
        for keyword in KEYWORDS:
            value = schema.get(keyword)
            if value is not None and value is not False or keyword == "default" and keyword in schema:
                found[place, keyword] = sorted(value, key=str) if keyword == "enum" else value
        for name, member in schema["properties"].items():
            state(f"{place}.{name}", member, depth + 1, required=name in schema["required"])
        if "items" in schema:
            state(f"{place}[]", schema["items"], depth + 1)
        if isinstance(schema.get("additionalProperties"), dict):
            state(f"{place}{{}}", schema["additionalProperties"], depth + 1)

    for p in operation.parameters:
        name = p["name"].lower() if p["in"] == "header" else p["name"]
        state(f"{p['in']}.{name}", p["schema"], required=p.get("required", False))
    if operation.has_body:
        required = spec.resolve(operation.document["requestBody"]).get("required", False)
        state("request", operation.body.get("schema", {}), required=required)
    for status, response in operation.responses.items():
        found[status, "present"] = True
        for name, header in response.get("headers", {}).items():
            state(f"{status}.header.{name.lower()}", spec.resolve(header).get("schema", {}))
        if media := json_media(response):
            state(f"{status}.body", media.get("schema", {}))
    return found


@dataclass(frozen=True)
class Difference:
    operation: str
    place: str
    keyword: str
    ours: str
    theirs: str

    def __str__(self):
        where = f"{self.operation} {self.place}: {self.keyword}"
        return f"{where}: ours is {self.ours}, theirs {self.theirs}"


def compare(operation, ours, theirs):
    """The numbers of statements that are equal and that are only ours, and the other differences."""
    unknown = [place for place, keyword in theirs if keyword == "present" and (place, keyword) not in ours]
    inner = tuple(place + sign for place in unknown for sign in ".[{")
    counts, differences = Counter(), []
    for key in dict.fromkeys([*ours, *theirs]):
        place, keyword = key
        if key not in theirs:
            counts["only ours"] += 1
        elif text(ours.get(key)) == text(theirs[key]):
            counts["equal"] += 1
        elif not place.startswith(inner) and (place not in unknown or keyword == "present"):
            pair = ours.get(key), theirs[key]
            if keyword == "enum" and pair[0]:
                # Only the values that the other one lacks.
                pair = [[value for value in one if value not in other] for one, other in (pair, pair[::-1])]
            differences.append(Difference(operation, *key, *map(text, pair)))
    return counts, differences


def text(value):
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Explanations:
    """Why differences are meant."""

    def __init__(self, entries):
        for entry in entries:
            assert {"where", "keyword", "why"} <= entry.keys() <= {"where", "keyword", "ours", "theirs", "why"}, entry
        self.entries, self.used = entries, set()

    def explains(self, difference):
        place = f"{difference.operation} {difference.place}"
        found = {
            (number, where)
            for number, entry in enumerate(self.entries)
            if all(matches(entry.get(part, "*"), getattr(difference, part)) for part in ("keyword", "ours", "theirs"))
            for where in entry["where"]
            if matches(where, place)
        }
        self.used |= found
        return bool(found)

    def unused(self):
        """What explains nothing, which is to be removed."""
        return [
            f"{EXPLANATIONS.name} explains a difference that there is not, remove it: {where}: {entry['keyword']}"
            for number, entry in enumerate(self.entries)
            for where in entry["where"]
            if (number, where) not in self.used
        ]


def matches(pattern, value):
    """Whether a pattern, in which `*` is any text, describes all of a value."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), value, re.DOTALL)


def compared(spec, source, entries):
    """The counts of each operation of a spec, and what fails."""
    explanations, counts, failures = Explanations(entries), {}, []
    for operation in spec.operations:
        if operation.id not in source.operations:
            failures.append(f"{operation.id}: the definitions do not have it")
            continue
        found, differences = compare(operation.id, statements(operation), statements(source.operations[operation.id]))
        unexplained = [d for d in differences if not explanations.explains(d)]
        failures += map(str, unexplained)
        counts[operation.id] = {
            "statements": sum(found.values()) + len(differences),
            "equal": found["equal"],
            "explained": len(differences) - len(unexplained),
            "only ours": found["only ours"],
        }
    return counts, failures + explanations.unused()


def totals(counts):
    """The counts of all operations, in words."""
    sums = sum(map(Counter, counts.values()), Counter())
    return f"{len(counts)} operations, " + ", ".join(f"{number} {what}" for what, number in sums.items())
