"""Makes calls with Huawei Cloud's SDK for Python: one JSON line in, one JSON line out."""

import re

import huaweicloudsdkfunctiongraph.v2 as sdk
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException

from json_lines import serve


def client(call):
    project = call["parameters"].get("project_id", "")
    credentials = BasicCredentials(call["key"], call["secret"], project)
    builder = sdk.FunctionGraphClient.new_builder().with_credentials(credentials)
    return builder.with_endpoint(call["endpoint"]).build()


def typed(name, value):
    """The value as the SDK's own type of that name; what the type does not know is left out."""
    items = re.fullmatch(r"list\[(.+)\]", name)
    if items and isinstance(value, list):
        return [typed(items[1], item) for item in value]
    model = getattr(sdk, name, None)
    if model is None or not isinstance(value, dict):
        return value
    names = {wire: attribute for attribute, wire in model.attribute_map.items()}
    known = {names[wire]: wire for wire in value if wire in names}
    members = {a: typed(model.openapi_types[a], value[wire]) for a, wire in known.items()}
    return model(**members)


def plain(value):
    """A value of the SDK as the JSON that it was read from."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if not hasattr(value, "openapi_types"):
        return value
    members = {wire: getattr(value, name) for name, wire in value.attribute_map.items()}
    return {wire: plain(member) for wire, member in members.items() if member is not None}


def answer(call):
    name = "".join(word.capitalize() for word in call["operation"].split("_"))
    method = getattr(client(call), call["operation"], None)
    if method is None:
        return {"absent": True}
    arguments = dict(call["parameters"])
    if call["body"] is not None:
        arguments["body"] = call["body"]
    try:
        return {"answer": plain(method(typed(f"{name}Request", arguments)))}
    except ServiceResponseException as error:
        return {"status": error.status_code, "message": error.error_msg}


serve(answer)
