"""Calls operations with Huawei Cloud's SDK for Python."""

import re

import huaweicloudsdkfunctiongraph.v2 as sdk
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException


def typed(name, value):
    """The value as the SDK's own type of that name, without what the type does not know."""
    items = re.fullmatch(r"list\[(.+)\]", name)
    if items and isinstance(value, list):
        return [typed(items[1], item) for item in value]
    model = getattr(sdk, name, None)
    if model is None or not isinstance(value, dict):
        return value
    names = {wire: attribute for attribute, wire in model.attribute_map.items()}
    known = {names[wire]: wire for wire in value if wire in names}
    return model(**{a: typed(model.openapi_types[a], value[wire]) for a, wire in known.items()})


def plain(value):
    """A value of the SDK as the JSON that it was read from."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if not hasattr(value, "openapi_types"):
        return value
    members = {wire: getattr(value, name) for name, wire in value.attribute_map.items()}
    if [*members] == ["body"]:
        # How the SDK wraps a response that is not an object.
        return plain(value.body)
    return {wire: plain(member) for wire, member in members.items() if member is not None}


def call(question):
    project = question["parameters"].get("project_id", "")
    credentials = BasicCredentials(question["key"], question["secret"], project)
    builder = sdk.FunctionGraphClient.new_builder().with_credentials(credentials)
    method = getattr(builder.with_endpoint(question["endpoint"]).build(), question["operation"], None)
    if method is None:
        return {"absent": True}
    name = "".join(word.capitalize() for word in question["operation"].split("_"))
    arguments = question["parameters"] | ({"body": question["body"]} if question["has_body"] else {})
    try:
        return {"answer": plain(method(typed(f"{name}Request", arguments)))}
    except ServiceResponseException as error:
        return {"status": error.status_code, "message": error.error_msg}
