"""Find the tests that documents name: ``path/test_x.py::test_y`` (Python) or ``path/x.test.ts::title`` (TypeScript)."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`([\w./-]+\.(?:py|ts))::([^`]+)`")


def missing(text: str) -> list[str]:
    """Return every named test that does not exist."""
    gone = []
    for path, name in NAMED.findall(text):
        file = ROOT / path
        if not file.exists():
            gone.append(f"{path} does not exist")
        elif file.suffix == ".py" and f"def {name}(" not in file.read_text():
            gone.append(f"{path} has no {name}")
        elif file.suffix == ".ts" and name not in file.read_text():
            gone.append(f"{path} has no test called {name}")
    return gone
