"""Runs programs that end with the tests, also when these are killed."""

import ctypes
import json
import os
import queue
import signal
import subprocess
import sys
import threading

LIMIT = 60


def end_with_parent():
    """Linux kills this process when its parent ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def run(*command, timeout=LIMIT, **options):
    """Runs a program to its end."""
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=timeout, preexec_fn=end_with_parent, **options
    )


class Running:
    """A program that runs until the end of a `with` block. Its stdout is read line by line."""

    def __init__(self, *command, **options):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
            preexec_fn=end_with_parent, **options,
        )
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def line(self):
        line = self.lines.get(timeout=LIMIT)
        assert line is not None, f"{self.process.args[0]} ended with {self.process.wait()}"
        return line

    def ask(self, question):
        """The line of JSON that answers a line of JSON."""
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.line())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


if __name__ == "__main__":
    end_with_parent()
    try:
        os.execvp(sys.argv[1], sys.argv[1:])
    except OSError as error:
        sys.exit(f"{sys.argv[1]}: {error.strerror}")
