"""Drafts a ledger from a vendor page. What it cannot decide is TODO."""

import argparse
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import words
from blocks import Code, Heading, Table, Text, read

METHODS = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS"
URL = rf"({METHODS})\s+((?:https?://[^/\s]+)?)(/[^\s?]*)\S*"
STATUS = r"(?:Status code|状态码)\s*[:：]\s*([1-5]\d\d)\W*"
TYPES = {
    "int": "integer", "int32": "integer", "integer": "integer", "long": "long", "int64": "long",
    "float": "number", "double": "number", "number": "number", "string": "string", "str": "string",
    "boolean": "boolean", "bool": "boolean", "object": "object", "any": "any", "array": "array",
}  # fmt: skip
# What the columns of the vendors' tables are in a ledger.
COLUMNS = {
    "name": r"parameter|name|名称|参数",
    "required": r"mandatory|required|is it required\??|(?:是否)?必填",
    "type": r"(?:parameter )?type|类型",
    "default": r"default(?: value)?|默认值",
    "description": r"description|描述",
    "sample": r"(?:sample|example)(?: value)?|示例值",
}
YES = {"yes": "yes", "no": "no", "是": "yes", "否": "no", "true": "yes", "false": "no"}
# The tables of a page by their titles, or by the headings above them.
PLACES = {
    r"path parameters?": "path",
    r"(?:query|uri) parameters?": "query",
    r"(?:request )?headers?(?: parameters?)?": "header",
    r"(?:request )?body parameters?|request parameters?|请求参数": "request",
    r"response headers?(?: parameters?)?": "response.{}.header",
    r"response body parameters?|response parameters?|request response|请求响应": "response.{}",
}
ORDER = ["name", "type", "required", "limits", "default", "values", "unit", "sample", "description"]
TEXT = "TODO {}: {}"
# Whether equal bodies of several error statuses are one section.
SHARED_BODIES = True


@dataclass
class Section:
    place: str
    whole: str = ""
    uses: list = field(default_factory=list)
    columns: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    notes: list = field(default_factory=list)


class Draft:
    def __init__(self, options):
        self.method, self.path, self.url, self.source = "", "", "", ""
        if options.request:
            found = re.fullmatch(rf"({METHODS})\s+(/\S*)", options.request)
            if not found:
                sys.exit("--request should be 'METHOD /path'")
            self.method, self.path = found.groups()
            self.source = "source: TODO"
        self.title, self.operation, self.statuses = "", options.operation, []
        self.operator = options.operator
        self.sections, self.samples, self.prose, self.notes = [], [], [], []
        self.body, self.whole, self.part, self.heading, self.said = "request", "", "", "", ""

    def read(self, blocks):
        for block in blocks:
            match block:
                case Heading():
                    self.read_heading(block)
                case Table():
                    self.read_table(block)
                case Code():
                    self.read_code(block)
                case Text():
                    self.read_text(block)
        if not self.method:
            sys.exit("the page has no line with a method and a path: add --request 'METHOD /path'")
        self.statuses = self.statuses or ["200"]
        for section in self.sections:
            if section.place == "request" and self.method in ("GET", "HEAD") and self.source:
                section.place = "query"
        for section in self.sections:
            if section.uses == ["?"]:
                section.uses = self.reaching(section.place)
            self.mark_missing_samples(section)

    def read_heading(self, heading):
        if not self.title:
            self.title = heading.text
            return
        self.heading, self.part = heading.text, ""
        self.add_prose(f"heading-{heading.text}", "navigation", heading.text.lower())
        if re.search(r"example|sample|示例", self.heading, re.IGNORECASE):
            self.part = "sample"
        elif place := _place(self.heading):
            self.part, self.body = "table", place.format("200")
        if re.search(r"response|响应", self.heading, re.IGNORECASE):
            self.body = "response.200"
        elif self.part == "sample":
            self.body = "request"

    def read_text(self, text):
        shown = str(text)
        if found := re.fullmatch(STATUS, shown):
            self.body = f"response.{found[1]}"
            return
        if found := re.fullmatch(URL, shown):
            self.read_url(found)
            return
        if found := re.fullmatch(r"(?:Type|类型)\s*[:：]\s*(\S+)", shown):
            self.whole = found[1]
            return
        if found := re.fullmatch(r"ManagementClient\.(\w+)", shown):
            name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", found[1]).lower()
            self.operation = self.operation or name
            self.add_prose("method", "code", shown)
            return
        self.said = shown
        self.add_links(text)
        is_label = self.part == "sample" and self.body != "request" or text.links
        if len(shown.split()) > 3 or not is_label:
            self.add_prose("text", "description", "TODO", shown)

    def read_url(self, found):
        if not self.method:
            self.method, self.path = found[1], found[3]
        self.url = self.url or found[2]
        if self.part == "sample":
            self.add_prose("request-line", "code", found[0])

    def read_code(self, code):
        text = code.text.strip()
        if found := re.match(URL, text):
            self.read_url(found)
            text = text[found.end() :].strip()
        if not text or text[0] not in '{["':
            if text:
                self.add_prose("code", "code", "TODO", text)
            return
        said = re.sub(r"\W+", "_", self.said.lower()).strip("_")
        name = said if said and len(said.split("_")) <= 3 and said.isascii() else "example"
        taken = [sample[1] for sample in self.samples if sample[0] == self.body]
        name = name if name not in taken else f"{name}_{len(taken) + 1}"
        try:
            self.samples.append((self.body, name, json.loads(text)))
        except ValueError as error:
            self.notes.append(f"TODO this sample of {self.body} is not JSON: {error}")
            self.notes += [f"TODO {line}" for line in text.split("\n")]

    def read_table(self, table):
        title = re.sub(r"^Table \d+\s*", "", table.title)
        columns = [_key(COLUMNS, column) for column in table.columns]
        if re.fullmatch(r"status code|状态码", table.columns[0], re.IGNORECASE):
            for status, *said in table.rows:
                self.statuses.append(str(status))
                self.add_prose(f"status-{status}", "description", " ".join(map(str, said)))
            self.add_columns("status", table)
            return
        place = _place(title) or (self.part == "table" and not title and self.body)
        if "name" not in columns or "type" not in columns:
            self.add_columns(title or self.heading, table)
            for row in table.rows:
                self.add_prose("row", "description", "TODO", " | ".join(map(str, row)))
            return
        section = Section(place or title or self.heading)
        if place:
            self.body = self.body if self.body.startswith("response") else "request"
            section.place = place.format(self.body.removeprefix("response.").split(".")[0])
            section.whole, self.whole = self.whole, ""
        else:
            section.uses = [self.body] if title else ["?"]
        self.add_columns(section.place, table)
        for cells in table.rows:
            self.read_row(section, dict(zip(columns, cells)))
        known = {"name", "type", "description"} | set(columns)
        filled = {column for row in section.rows for column, cell in row.items() if cell}
        section.columns = [column for column in ORDER if column in known | filled]
        self.sections.append(section)

    def read_row(self, section, cells):
        name = str(cells["name"])
        said = cells.get("description", Text())
        self.add_links(said)
        shown = " / ".join(line for line in said.lines if line)
        if any(row["name"] == name for row in section.rows):
            section.notes.append(f"TODO {name} has two rows: {shown}")
            return
        kind, text = _type(str(cells["type"]), str(said)), str(said)
        if name == "[items]":
            section.whole = kind
        elif re.fullmatch(r"\{.*\}", name) and section.place == "request":
            section.whole = "any"
        else:
            limits, range_, of_limits = words.limits(kind, text)
            if range_ and limits != range_:
                section.notes.append(f"TODO {name} has several limits: {limits} {range_}")
            row = {"name": name, "type": kind, "limits": limits, "description": "TODO"}
            row["unit"] = words.unit(text) or of_limits if kind in WITH_UNITS else ""
            row["values"] = words.values(said.lines, kind)
            defaults = words.defaults(kind, text)
            row["default"] = defaults[0] if defaults else ""
            if len(defaults) > 1:
                section.notes.append(f"TODO {name} has several defaults: {' '.join(defaults)}")
            if "required" in cells:
                required = str(cells["required"])
                row["required"] = YES.get(required.lower(), "TODO")
                if row["required"] == "TODO":
                    section.notes.append(f"TODO {name} is neither required nor optional: {required}")
            if stated := str(cells.get("default", "")).strip("-"):
                row["default"] = stated
            if "sample" in cells:
                sample = "\n".join(cells["sample"].lines)
                if enumerated := words.values([sample]):
                    row["values"], sample = enumerated, ""
                row["sample"] = json.dumps(sample, ensure_ascii=False) if "\n" in sample else sample
            section.rows.append(row)
            left = " / ".join(words.unread([line for line in said.lines if line], row))
            shown = left or shown and "nothing else"
        if shown or name != "[items]":
            section.notes.append(TEXT.format(name, shown or "the page says nothing"))

    def add_columns(self, name, table):
        said = f"the columns {', '.join(column.lower() for column in table.columns)}"
        self.add_prose(f"columns-{name}", "navigation", said)

    def add_links(self, text):
        for link in text.links:
            if not link.startswith("#"):
                self.add_prose("link" if "//" in link else link, "link", "TODO", link)

    def add_prose(self, name, kind, said, shown=""):
        name = re.sub(r"[\W_]+", "-", name.lower()).strip("-")
        if any((kind, said, shown) == row[1:] for row in self.prose):
            return
        taken = sum(re.sub(r"-\d+$", "", row[0]) == name for row in self.prose)
        self.prose.append((f"{name}-{taken + 1}" if taken else name, kind, said, shown))

    def reaching(self, name):
        """The bodies from which a type can be reached."""
        users, found = {name}, []
        while True:
            using = [s for s in self.sections if _uses(s, users) and s.place not in users]
            using = [s for s in using if s.place not in found]
            if not using:
                return found or ["TODO"]
            for section in using:
                (users.add if section.uses else found.append)(section.place)

    def mark_missing_samples(self, section):
        """A member that a sample shows, and the table has no sample of, has the sample `none`."""
        bodies = section.uses or [section.place]
        shown = {key for place, _, value in self.samples if place in bodies for key in _keys(value)}
        for row in section.rows if "sample" in section.columns else ():
            if not row["sample"] and row["name"] in shown:
                row["sample"] = "none"

    def write(self, language):
        chinese = re.search(r"[\u4e00-\u9fff]", self.title)
        language = language or ("zh" if chinese else "en")
        operation = self.operation or re.sub(r"\W+", "_", self.title.lower()).strip("_")
        yield f"# {operation}"
        yield f"{self.method} {self.path}    statuses: {' '.join(self.statuses)}"
        if self.source:
            yield self.source
        yield f'page: "{self.title}" ({language})'
        if self.operator:
            yield f"operator: {self.operator}"
        if not self.operation:
            yield TEXT.format("operation", "this name is made from the title")
        for section in _shared(self.sections) if SHARED_BODIES else self.sections:
            yield from _section(section)
        if self.url:
            yield from ["", "## servers", "source: sample"]
            yield from _table(["name", "url"], [["1", self.url]])
        if self.prose:
            yield from ["", "## prose"]
            yield from _table(["name", "kind", "said"], [row[:3] for row in self.prose])
            yield from [""] * any(row[3] for row in self.prose)
            yield from (TEXT.format(row[0], " / ".join(row[3].split("\n"))) for row in self.prose if row[3])
        for place, name, value in self.samples:
            shown = json.dumps(value, indent=2, ensure_ascii=False)
            yield from ["", f"## sample {place} {name}", "```json", shown, "```"]
        yield from [""] * bool(self.notes) + self.notes


WITH_UNITS = ("integer", "long", "number")


def _shared(sections):
    """The sections, with equal error bodies joined: `response.400 response.404`."""
    found = []
    for section in sections:
        rest = (section.whole, section.uses, section.columns, section.rows, section.notes)
        same = [s for s in found if (s.whole, s.uses, s.columns, s.rows, s.notes) == rest]
        if same and re.fullmatch(r"response\.[45]\d\d", section.place):
            same[0].place += f" {section.place}"
        else:
            found.append(section)
    return found


def _section(section):
    heading = section.place
    heading += f": {section.whole}" if section.whole else ""
    heading += f" ({', '.join(section.uses)})" if section.uses else ""
    yield from ["", f"## {heading}"]
    if section.rows:
        rows = [[_cell(row.get(column, "")) for column in section.columns] for row in section.rows]
        yield from _table(section.columns, rows)
    yield from [""] * bool(section.notes) + section.notes


def _cell(value):
    if isinstance(value, list):
        value = " ".join(f"`{part}`" if " " in part else part for part in value)
    return value.replace("|", "\\|")


def _table(columns, rows):
    widths = [max(len(cell) for cell in cells if len(cell) < 40) for cells in zip(columns, *rows)]
    yield "| " + " | ".join(map(str.ljust, columns, widths)) + " |"
    yield "| " + " | ".join("-" * width for width in widths) + " |"
    for row in rows:
        yield "| " + " | ".join(map(str.ljust, row, widths)) + " |"


def _key(patterns, text):
    matching = (key for key, pattern in patterns.items() if re.fullmatch(pattern, text, re.IGNORECASE))
    return next(matching, text)


def _place(title):
    found = next((p for p in PLACES if re.fullmatch(p, title, re.IGNORECASE)), None)
    return PLACES.get(found)


def _type(shown, said):
    plain = " ".join(shown.split())
    if found := re.fullmatch(r"(?:Array|List)(?: of |\s*<)(.+?)>?(?: objects?)?", plain, re.IGNORECASE):
        return f"array of {_type(found[1], '')}"
    if found := re.fullmatch(r"Map\s*<\s*String\s*,\s*(.+)>", plain, re.IGNORECASE):
        return f"map of {_type(found[1], '')}"
    if found := re.fullmatch(r"(\S+)\[\]", plain):
        return f"array of {_type(found[1], '')}"
    plain = plain if plain.lower() == "object" else re.sub(r" objects?$", "", plain)
    scalar = TYPES.get(plain.lower()) or TYPES.get(plain.lower().removesuffix("s"))
    if scalar == "array":
        nested = re.search(r"(?:嵌套类型|Nested type)\s*[:：]\s*(\w+)", said)
        return f"array of {_type(nested[1], '') if nested else 'TODO'}"
    return scalar or (plain if re.fullmatch(r"[\w.]+", plain) else "TODO")


def _uses(section, names):
    return any(row["type"].split()[-1] in names for row in section.rows)


def _keys(value):
    if isinstance(value, dict):
        yield from value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _keys(child)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=Path)
    for option in ("--operation", "--request", "--language", "--operator"):
        parser.add_argument(option, default="")
    options = parser.parse_args()
    draft = Draft(options)
    draft.read(read(options.page))
    print("\n".join(draft.write(options.language)))


if __name__ == "__main__":
    main()
