"""Answers each line of JSON on stdin with one on stdout."""

import json
import sys


def serve(answer):
    out = sys.stdout
    # What a library prints is not an answer.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except Exception as error:
            said = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(said), file=out, flush=True)
