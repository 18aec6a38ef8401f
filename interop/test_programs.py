"""No program outlives the tests, also when these are killed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

STARTS_ONE = "from cloudfn import Mock; print(Mock().process.pid, flush=True); input()"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends programs with their parent")
def test_a_program_ends_with_a_killed_parent():
    pipe, here = subprocess.PIPE, Path(__file__).parent
    parent = subprocess.Popen([sys.executable, "-c", STARTS_ONE], stdin=pipe, stdout=pipe, cwd=here)
    state = Path("/proc", parent.stdout.readline().decode().strip(), "stat")
    assert "cloudfn" in state.read_text()
    parent.kill()
    parent.wait()
    end = time.monotonic() + 10
    # A process that has ended may wait for init to take note of it.
    while state.exists() and ") Z " not in state.read_text():
        assert time.monotonic() < end, "the mock server still runs"
        time.sleep(0.05)
