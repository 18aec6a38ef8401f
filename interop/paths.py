"""Where things are: `cargo xtask interop` puts them into the target folder."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
CLOUDFN = TARGET / "debug/cloudfn"
SIGN_VECTORS = TARGET / "debug/examples/sign_vectors"
NODE_MODULES = TARGET / "tools/interop/node/node_modules"
REPORT = TARGET / "contract/report.html"
# The specs as JSON, and the pages for the tests of the report.
INPUTS = TARGET / "interop/inputs"
SPECS = INPUTS / "specs"
RESULT = TARGET / "interop/interop.json"
