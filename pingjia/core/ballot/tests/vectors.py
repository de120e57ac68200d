"""Where the tests of this room find the shared vectors and the published data."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]
DIRECTORY = ROOT / "vectors"


def load(name: str) -> dict[str, Any]:
    """Return one file of ``vectors/``."""
    found: dict[str, Any] = json.loads((DIRECTORY / f"{name}.json").read_text(encoding="utf-8"))
    return found


def published(name: str) -> Any:
    """Return one file of ``tests/data/crypto/``."""
    return json.loads((ROOT / "tests" / "data" / "crypto" / f"{name}.json").read_text(encoding="utf-8"))


def cast() -> Any:
    """Return the fixed cast of the vectors, so that tests and vectors tell one story."""
    if str(DIRECTORY) not in sys.path:
        sys.path.append(str(DIRECTORY))
    import cast as module

    return module
