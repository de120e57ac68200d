"""The verifier written in TypeScript, asked about many bundles in one process."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

BOOTH = Path(__file__).resolve().parents[4] / "booth"


@cache
def program() -> Path:
    """Build the command-line programs of the booth from their sources; return the verifier."""
    subprocess.run(["node", "build.mjs", "--cli"], cwd=BOOTH, check=True, capture_output=True)
    return BOOTH / "dist" / "cli" / "verify.js"


class Second:
    """A running second verifier."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def report(self, raw: bytes, given: dict[str, Any]) -> dict[str, Any]:
        """Return its report on one bundle."""
        asked = {**given, "zip": base64.b64encode(raw).decode()}
        if "receipt" in given:
            asked["receipt"] = base64.b64encode(given["receipt"]).decode()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the second verifier fell over"
        return dict(json.loads(answer))


@contextmanager
def second_verifier() -> Iterator[Second]:
    """Start it, and end it afterwards."""
    command = ["node", str(program()), "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Second(process)
        assert process.stdin is not None
        process.stdin.close()
