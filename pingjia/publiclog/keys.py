"""The secret keys of the logs: one file each, made on first use, readable by this user only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings

from pingjia.core.tlog.note import SignerKey


def key_file(origin: str) -> Path:
    """Return where the secret key of the log ``origin`` lies."""
    return Path(settings.PINGJIA_KEYS_DIR) / "log" / f"{origin.replace('/', '+')}.key"


def make(origin: str) -> SignerKey:
    """Return the log's key, and make it if there is none yet; of two makers at once one wins and both read its key."""
    file = key_file(origin)
    if not file.exists():
        _write_once(file, SignerKey.generate(origin).text() + "\n")
    return read(origin)


def read(origin: str) -> SignerKey:
    """Return the log's key; raise FileNotFoundError if it is gone, as a new one could not continue the log."""
    return SignerKey.parse(key_file(origin).read_text("ascii").removesuffix("\n"))


def _write_once(file: Path, text: str) -> None:
    """Put a complete file in place unless one is there: a link appears whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = file.parent / f".{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        file.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
