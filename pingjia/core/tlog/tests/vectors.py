"""Where the published vectors lie, and how they are read."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[4] / "tests" / "data" / "crypto"


def read(name: str) -> Any:
    """Return the parsed JSON file ``name`` of the vectors' folder."""
    return json.loads((FOLDER / name).read_text("utf-8"))


def unbase64(values: list[str] | None) -> list[bytes]:
    """Return the bytes of a list of base64 texts; the vectors write an empty list as null now and then."""
    return [base64.b64decode(value) for value in values or []]
