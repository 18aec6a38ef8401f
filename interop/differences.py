"""Compares JSON values, and knows which differences are meant."""

import json

import yaml

from paths import ROOT

FILE = "interop/differences.yaml"
KNOWN = yaml.safe_load((ROOT / FILE).read_text("utf-8"))
NOTHING = object()


def text(value):
    form = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True}
    return "nothing" if value is NOTHING else json.dumps(value, **form)


def compare(part, ours, theirs):
    """The differences of two values at `part`, as tuples of part, ours and theirs."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        pairs = [(k, ours.get(k, NOTHING), theirs.get(k, NOTHING)) for k in [*ours, *(theirs.keys() - ours)]]
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        pairs = list(zip(range(len(ours)), ours, theirs))
    else:
        return [] if text(ours) == text(theirs) else [(part, text(ours), text(theirs))]
    return [difference for key, a, b in pairs for difference in compare(f"{part}/{key}", a, b)]


def is_text(value):
    return value.startswith('"')


def sorted_out(check, operation, found):
    """Notes on what is meant, and failures: other differences, and entries that no longer differ."""
    entries = [e for e in KNOWN[check]["differences"] if e["operation"] in (operation, "*")]
    is_complete = operation in KNOWN[check]["complete"]
    notes, failures = [], []
    for part, ours, theirs in dict.fromkeys(found):
        said = f"{part}: ours is {ours}, theirs {theirs}"
        why = [e["why"] for e in entries if (e["part"], e["ours"], e["theirs"]) == (part, ours, theirs)]
        if why:
            notes.append(f"{said}, since {why[0]}")
        elif not is_complete and (theirs == "nothing" or is_text(theirs) > is_text(ours)):
            notes.append(f"the SDK does not know {part}, or only as text")
        elif not is_complete and (part, ours) == ("outcome", "a response"):
            notes.append(f"the SDK cannot make this call: {theirs}")
        else:
            failures.append(said)
    gone = [e for e in entries if (e["part"], e["ours"], e["theirs"]) not in found]
    if any(part == "outcome" for part, _, _ in found):
        gone = [e for e in gone if e["operation"] != "*"]
    failures += [f"{e['part']}: {FILE} lists a difference that there is not: remove it" for e in gone]
    return notes, failures
