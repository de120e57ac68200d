"""Where a box keeps its files: two keys while it lives, and what is published once it is closed."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from pingjia.publiclog.files import replace as put

__all__ = ["FILES", "file", "key", "put", "tidy"]

# What may lie on the shelf of a closed box. ``invalid.bin`` (leaves whose body proves nothing) serves our own sums.
FILES = ("heads.bin", "bodies.bin", "receipts.bin", "invalid.bin", "issuance.json", "issued.bin", "closing.note")
_HASH = re.compile(r"[0-9a-f]{64}")


def key(box_hash: str, name: str) -> Path:
    """Return the path of one of the box's keys: ``box`` signs receipts, ``storage`` seals rows."""
    assert _HASH.fullmatch(box_hash)
    return Path(settings.PINGJIA_KEYS_DIR) / "boxes" / box_hash / f"{name}.key"


def file(box_hash: str, name: str) -> Path:
    """Return the path of one of the box's published files."""
    assert _HASH.fullmatch(box_hash)
    assert name in FILES
    return Path(settings.PINGJIA_BOX_DIR) / box_hash / name


def tidy(box_hash: str) -> None:
    """Remove what a process that was killed while it wrote left of the box's files: a draft may hold bodies."""
    for draft in file(box_hash, "closing.note").parent.glob(".*"):
        draft.unlink(missing_ok=True)
