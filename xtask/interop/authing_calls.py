"""Makes calls with Authing's SDK for Python: one JSON line in, one JSON line out."""

import inspect

from authing import ManagementClient

from json_lines import serve


def bare(name):
    return name.replace("_", "").lower()


def answer(call):
    client = ManagementClient(call["key"], call["secret"], host=call["endpoint"])
    method = getattr(client, call["operation"], None)
    if method is None:
        return {"absent": True}
    given = {bare(name): value for name, value in call["parameters"].items()}
    given.update({bare(name): value for name, value in (call["body"] or {}).items()})
    # What is optional for the service may be a plain argument here.
    names = inspect.signature(method).parameters
    said = method(**{name: given.get(bare(name)) for name in names})
    if said.get("statusCode") == 200:
        return {"answer": said}
    return {"status": said.get("statusCode"), "message": said.get("message")}


serve(answer)
