"""Reads what the description of a row states: limits, default, values and unit."""

import re

NUMBER = r"-?\d{1,3}(?:,\d{3})+(?!\d)|-?\d+(?:\.\d+)?"
TO = r"\s*(?:-|–|—|~|to|and)\s*"
UNIT = r"\s*(?:milliseconds?|seconds?|bytes?|characters?|ms|s|MB|KB|GB|GHz)?"

RANGE = [
    rf"(?:[Vv]alue )?[Rr]ange:?\s*\[?({NUMBER}){UNIT}{TO}({NUMBER})({UNIT})",
    rf"[Rr]anges? from ({NUMBER}){UNIT} to ({NUMBER})({UNIT})",
    rf"shortest is ({NUMBER}) \w+, the longest is ({NUMBER}) (\w+)",
    rf"最短为 ?({NUMBER}) ?秒，最长为 ?({NUMBER}) ?(秒)",
]
MINIMUM = [rf"Min(?:imum|\.)(?: value)?: ?({NUMBER})", rf"从 ?({NUMBER}) ?开始"]
MAXIMUM = [rf"Max(?:imum|\.)(?: value)?: ?({NUMBER})", rf"最大不能超过 ?({NUMBER})"]
MIN_LENGTH = [rf"Min(?:imum|\.) length: ?({NUMBER})", rf"Min(?:imum|\.): ?({NUMBER})"]
MAX_LENGTH = [
    rf"Max(?:imum|\.) length: ?({NUMBER})",
    rf"Max(?:imum|\.): ?({NUMBER})",
    rf"Max\. ({NUMBER}) of letters",
]
DEFAULT = [
    r"[Dd]efault(?: value)?: ?(\S+)",
    r"[Tt]he default(?: value)? is (\S+)",
    r"默认为 ?([\w.-]+?)(?: ?秒|[ 。，]|$)",
]
UNITS = [r"[Uu]nit: ?(\w+)", r"in (bytes|seconds|milliseconds)\b"]
NAMES = {"s": "second", "ms": "millisecond", "秒": "second", "是": "true", "否": "false"}
ENUMERATION = r"(?:Enumeration values|Enumerated values|枚举值)[:：]?"
LISTED = [r"Options: ?([^.。]*(?:\.\w[^.。]*)*)", r"[Tt]he value can be ((?!set)[^.。]*(?:\.\w[^.。]*)*)"]


def _first(patterns, text):
    found = (re.search(pattern, text) for pattern in patterns)
    return next((match for match in found if match), None)


def _number(text):
    return text.replace(",", "")


def _unit(word):
    word = word.strip()
    word = NAMES.get(word, word)
    return word.removesuffix("s") if word.islower() else word


def limits(kind, text):
    """The limits of a value of the type `kind`, and their unit."""
    unit = ""
    least = most = None
    if kind.startswith("string"):
        least, most = _first(MIN_LENGTH, text), _first(MAX_LENGTH, text)
    elif kind in ("integer", "long", "number"):
        least, most = _first(MINIMUM, text), _first(MAXIMUM, text)
        both = _first(RANGE, text)
        if both:
            unit = _unit(both[3])
            if not least and not most:
                return f"{_number(both[1])}..{_number(both[2])}", unit
    sides = [_number(side[1]) if side else "" for side in (least, most)]
    return "..".join(sides) if any(sides) else "", unit


def default(kind, text):
    """The default, as the type `kind` spells it."""
    found = _first(DEFAULT, text)
    word = found[1].strip(".,;。，'\"") if found else ""
    if kind in ("integer", "long", "number"):
        number = re.match(NUMBER, word)
        return _number(number[0]) if number else ""
    if kind == "boolean":
        word = {"no": "false", "yes": "true"}.get(word, NAMES.get(word, word)).lower()
    return word


def unit(text):
    found = _first(UNITS, text)
    return _unit(found[1]) if found else ""


def values(lines):
    """The values of an enumeration; `?` if the page has the heading and no list."""
    heads = [at for at, line in enumerate(lines) if re.search(ENUMERATION, line)]
    if heads:
        inline = re.split(ENUMERATION, lines[heads[-1]])[-1]
        found = [part.strip(" `") for part in inline.split(",") if part.strip(" `")]
        return found + _items(lines[heads[-1] + 1 :]) or ["?"]
    for at, line in enumerate(lines):
        if re.search(r"(?:Options|supported|scenario|场景|状态|status)[.:：]? *$", line):
            found = _items(lines[at + 1 :])
            if len(found) > 1:
                return found
    found = _first(LISTED, " ".join(line for line in lines if not line.startswith("- ")))
    if not found:
        return []
    plain = re.sub(r"\s*\([^)]*\)", "", found[1])
    plain = re.sub(r"(\d),(?=\d{3}\b)", r"\1", plain)
    parts = [part.strip(" '\"") for part in re.split(r",|\band\b|\bor\b", plain) if part.strip()]
    return parts if len(parts) > 1 and all(" " not in part for part in parts) else []


def _items(lines):
    """The first words of a list's items, up to the end of the list."""
    found = []
    for line in lines:
        if not line.startswith("- "):
            break
        item = line[2:].strip()
        word = re.split(r"\s*[:：]", item)[0] if re.match(r"\S+?\s*[:：]", item) else item
        found.append(word.strip(" `"))
    return found
