"""The operations of the specs, and valid arguments for them."""

import json
import re
from dataclasses import dataclass
from functools import cache, cached_property, reduce

from hypothesis import configuration, find, settings, strategies

from paths import SPECS, TARGET

configuration.set_hypothesis_home_dir(TARGET / "interop/hypothesis")
METHODS = "get put post delete options head patch trace".split()
DEEPEST = 6
# Not documented as arguments: the client sets them.
OURS = re.compile(r"x-auth-token|authorization|x-(authing|genauth)-.*|accept|content-type|host|user-agent")
FORMATS = {
    "date-time": "2024-01-15T08:30:00Z",
    "date": "2024-01-15",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


@dataclass
class Case:
    """The arguments of a call. A parameter is `(location, name, value)`."""

    name: str
    parameters: list
    body: object = None
    has_body: bool = False


@dataclass(eq=False)
class Spec:
    api: str
    document: dict

    def resolve(self, item):
        """What a reference leads to."""
        while "$ref" in item:
            steps = item["$ref"].removeprefix("#/").split("/")
            steps = [step.replace("~1", "/").replace("~0", "~") for step in steps]
            item = reduce(lambda place, step: place[step], steps, self.document)
        return item

    def schema(self, schema):
        """A schema without a reference at its top, and with its parts merged."""
        schema = self.resolve(schema)
        whole = {"properties": {}, "required": []}
        for part in [*map(self.schema, schema.get("allOf", [])), schema]:
            members = whole["properties"] | part.get("properties", {})
            required = whole["required"] + part.get("required", [])
            whole |= part | {"properties": members, "required": required}
        return whole

    def value(self, schema, is_complete, text, depth=DEEPEST, index=0):
        """A valid value: with all members, or only the required ones."""
        schema = self.schema(schema)
        is_complete = is_complete and depth > 0
        for part in schema.get("oneOf", schema.get("anyOf", []))[:1]:
            return self.value(part, is_complete, text, depth - 1)
        if "enum" in schema:
            return schema["enum"][index]
        kind = schema.get("type", "object")
        if kind in ("integer", "number"):
            low, high = schema.get("minimum"), schema.get("maximum")
            if low is None and high is not None:
                return high - schema.get("exclusiveMaximum", False) - index
            return (1 if low is None else low + schema.get("exclusiveMinimum", False)) + index
        if kind == "boolean":
            return True
        if kind == "string":
            return string(schema, text if is_complete else "", index)
        if kind == "array":
            count = max(schema.get("minItems", 0), is_complete)
            indices = range(count) if schema.get("uniqueItems") else [0] * count
            return [self.value(schema["items"], is_complete, text, depth - 1, i) for i in indices]
        names = schema["properties"] if is_complete else schema["required"]
        made = {n: self.value(schema["properties"][n], is_complete, text, depth - 1) for n in names}
        others = schema.get("additionalProperties")
        if is_complete and isinstance(others, dict):
            made["x"] = self.value(others, is_complete, text, depth - 1)
        return made

    @cached_property
    def operations(self):
        found = [
            Operation(self, path, method, item)
            for path, item in self.document["paths"].items()
            for method in item.keys() & set(METHODS)
        ]
        return sorted(found, key=lambda operation: operation.id)


def string(schema, text, index):
    """A valid text, as near to `text` as its length allows if it is free."""
    least, most = schema.get("minLength", 0), schema.get("maxLength", 10**6)
    if "pattern" in schema:
        return matching(schema["pattern"], least, most)
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    return ((str(index) if index else "") + (text or "x"))[:most].ljust(least, "x")


@cache
def matching(pattern, least, most):
    """A simple text that matches a pattern."""
    plain = strategies.characters(min_codepoint=32, max_codepoint=126)
    texts = strategies.from_regex(pattern, alphabet=plain)
    quiet = settings(database=None, derandomize=True)
    return find(texts, lambda text: least <= len(text) <= most, settings=quiet)


class Operation:
    """An operation of a spec."""

    def __init__(self, spec, path, method, item):
        self.spec, self.path, self.method, self.item = spec, path, method.upper(), item
        self.document = item[method]
        self.id = self.document["operationId"]
        declared = item.get("parameters", []) + self.document.get("parameters", [])
        self.parameters = [spec.resolve(parameter) for parameter in declared]
        body = json_media(spec.resolve(self.document.get("requestBody", {})))
        self.body, self.has_body = body or {}, body is not None
        self.responses = {
            status: spec.resolve(response) for status, response in self.document["responses"].items()
        }

    @property
    def credentials(self):
        """The headers of each way to authenticate: their names, and whether they are bearer tokens."""
        schemes = self.spec.document["components"].get("securitySchemes", {})
        alternatives = self.document.get("security", self.spec.document.get("security", []))
        return [
            [(schemes[name].get("name", "Authorization"), schemes[name]["type"] != "apiKey") for name in names]
            for names in alternatives
        ]

    @property
    def statuses(self):
        """Each documented status. A class such as 4XX is represented by two."""
        classes = {"2XX": ["200"], **{f"{n}XX": [f"{n}00", f"{n}29"] for n in "45"}}
        return [status for key in self.responses for status in classes.get(key, [key])]

    def cases(self):
        """The minimal valid arguments, all arguments, and each documented sample."""
        samples = {k: self.spec.resolve(v) for k, v in self.body.get("examples", {}).items()}
        if "example" in self.body:
            samples["example"] = {"value": self.body["example"]}
        bodies = {f"sample {name}": sample["value"] for name, sample in samples.items()}
        return [
            self.case("required", False, self.made_body(False)),
            self.case("complete", True, self.made_body(True)),
            *(self.case(name, False, body) for name, body in bodies.items()),
        ]

    def made_body(self, is_complete):
        text = 'ü 函数 "q" \\ 😀'
        return self.spec.value(self.body.get("schema", {}), is_complete, text) if self.has_body else None

    def case(self, name, is_complete, body):
        parameters = []
        for parameter in self.parameters:
            place, wire = parameter["in"], parameter["name"]
            is_ours = place == "header" and OURS.fullmatch(wire.lower())
            if not is_ours and (is_complete or parameter.get("required")):
                text = "x:y z" if place == "header" else "x:y ü z"
                value = self.spec.value(parameter["schema"], is_complete, text)
                if value == []:
                    # An empty list is not sent.
                    value = [self.spec.value(self.spec.schema(parameter["schema"])["items"], False, text)]
                parameters.append((place, wire, value))
        return Case(name, parameters, body, self.has_body)

    def broken(self):
        """A call that violates the spec, and the name of what does so; None if there is nothing."""
        case = self.cases()[1]
        if self.has_body and isinstance(case.body, dict):
            for name, value in case.body.items():
                case.body[name] = "not an object" if isinstance(value, (dict, list)) else {}
                return case, name
        most = {p["name"]: self.spec.schema(p["schema"]).get("maxLength") for p in self.parameters}
        for number, (place, name, _) in enumerate(case.parameters):
            if not self.has_body and most[name]:
                case.parameters[number] = (place, name, "x" * (most[name] + 1))
                return case, name
        return None


def json_media(holder):
    """The JSON media type of a request body or a response."""
    for name, media in holder.get("content", {}).items():
        if re.match(r"application/([\w.-]+\+)?json\b", name):
            return media
    return None


ALL = [Spec(file.stem, json.loads(file.read_text("utf-8"))) for file in sorted(SPECS.glob("*.json"))]
OPERATIONS = [operation for spec in ALL for operation in spec.operations]
