"""Files that others read while they are written."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def replace(file: Path, content: bytes) -> None:
    """Write ``content`` so that a reader, or a power cut, meets the old bytes or the new ones and nothing between."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        with draft.open("xb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    descriptor = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
