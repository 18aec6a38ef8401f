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
MIN_LENGTH = [rf"Min(?:imum|\.) length: ?({NUMBER})", rf"Minimum: ?({NUMBER})"]
MAX_LENGTH = [
    rf"Max(?:imum|\.) length: ?({NUMBER})",
    rf"Maximum: ?({NUMBER})",
    rf"Max\. ({NUMBER}) of letters",
]
DEFAULT = [
    r"[Dd]efault(?: value)?: ?(\S+)",
    r"[Tt]he default(?: value)? is (?!(?:the|an?) )(\S+)",
    r"默认为 ?([\w.-]+?)(?: ?秒|[ 。，]|$)",
]
UNITS = [r"[Uu]nit: ?(\w+)", r"in (bytes|seconds|milliseconds)\b"]
NAMES = {"s": "second", "ms": "millisecond", "秒": "second", "是": "true", "否": "false"}
ENUMERATION = r"(?:Enumeration values|Enumerated values|枚举值)[:：]?"
CONSTANT = re.compile("[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
CODE = re.compile(r"[A-Z][A-Z0-9_]+|\d+")
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
    """The limits of a value of the type `kind`; those of its range; the unit of the range."""
    least, most, range_ = _first(MINIMUM, text), _first(MAXIMUM, text), _first(RANGE, text)
    if kind.startswith("string"):
        least, most, range_ = _first(MIN_LENGTH, text), _first(MAX_LENGTH, text), None
    elif kind not in ("integer", "long", "number"):
        return "", "", ""
    sides = [_number(side[1]) if side else "" for side in (least, most)]
    ends = [_number(range_[1]), _number(range_[2])] if range_ else ["", ""]
    stated = [side or end for side, end in zip(sides, ends)]
    shown = ["..".join(ends) if any(ends) else "" for ends in (stated, ends)]
    return *shown, _unit(range_[3]) if range_ else ""


def defaults(kind, text):
    """Every default that a text states, as the type `kind` spells it."""
    found = []
    for match in (match for pattern in DEFAULT for match in re.finditer(pattern, text)):
        word = match[1].strip(".,;。，'\"`")
        if kind in ("integer", "long", "number"):
            number = re.match(NUMBER, word)
            word = _number(number[0]) if number else ""
        if kind == "boolean":
            word = {"no": "false", "yes": "true"}.get(word, NAMES.get(word, word)).lower()
        found += [word] if word and word not in found else []
    return found


def unit(text):
    found = _first(UNITS, text)
    return _unit(found[1]) if found else ""


def values(lines, kind=""):
    """The values of an enumeration; `?` if the page has the heading and no list."""
    heads = [at for at, line in enumerate(lines) if re.search(ENUMERATION, line)]
    if heads:
        inline = re.split(ENUMERATION, lines[heads[-1]])[-1]
        found = [part.strip(" `") for part in inline.split(",") if part.strip(" `")]
        return found + _items(lines[heads[-1] + 1 :]) or ["?"]
    for at, line in enumerate(lines[1:], 1):
        found = _items(lines[at:]) if not lines[at - 1].startswith("- ") else []
        is_head = re.search(r"(?:Options|scenario|status|场景|状态)[:：]? *$", lines[at - 1])
        is_head = is_head or re.search("[:：] *$", lines[at - 1]) and all(map(CONSTANT.fullmatch, found))
        is_bare = all(f"- {word}" in lines and " " not in word for word in found)
        is_coded = not kind.startswith("array") and all(map(CODE.fullmatch, found))
        if len(found) > 1 and (is_head or is_bare or is_coded):
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


def unread(lines, row):
    """The lines of a description without those that say what the row has: its list, limits and default."""
    read = {*row["limits"].split(".."), row["default"]}
    for at, line in enumerate(lines):
        listed = [f"- {value}" for value in row["values"]]
        if re.fullmatch(ENUMERATION, line) and lines[at + 1 :][: len(listed)] == listed:
            lines = lines[:at] + lines[at + 1 + len(listed) :]
            break
    patterns = [*MINIMUM, *MAXIMUM, *MIN_LENGTH, *MAX_LENGTH, *DEFAULT]
    stated = [rf"{pattern}(?: \w+)?\.?" for pattern in patterns]
    found = [(line, _first_whole(stated, line)) for line in lines]
    return [line for line, value in found if value is None or _number(value).strip(".") not in read]


def _first_whole(patterns, text):
    found = (re.fullmatch(pattern, text) for pattern in patterns)
    return next((match[1] for match in found if match), None)
