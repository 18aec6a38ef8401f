"""What Schemathesis must not expect of a server."""

import schemathesis


@schemathesis.hook
def filter_case(_, case):
    """No server refuses a header only because it does not know it."""
    return "x-schemathesis-unknown-property" not in (case.headers or {})
