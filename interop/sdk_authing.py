"""Calls operations with Authing's SDK for Python."""

import inspect

from authing import ManagementClient


def bare(name):
    return name.replace("_", "").lower()


def call(question):
    client = ManagementClient(question["key"], question["secret"], host=question["endpoint"])
    method = getattr(client, question["operation"], None)
    if method is None:
        return {"absent": True}
    given = question["parameters"] | (question["body"] or {})
    given = {bare(name): value for name, value in given.items()}
    # What is optional for the service may be a plain argument here.
    answer = method(**{name: given.get(bare(name)) for name in inspect.signature(method).parameters})
    if answer.get("statusCode") == 200:
        return {"answer": answer}
    return {"status": answer.get("statusCode"), "message": answer.get("message")}
