"""Secrets that live in files, outside every database and its backup, and can be destroyed.

A file system may keep old blocks of a file that was overwritten (flash, snapshots). Overwriting is therefore the
second line of defence; the first is that these directories are in no backup (docs/guide/operators.md). What is
destroyed here is *stated* in the public log, not proved.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


class KeyGone(LookupError):
    """The key was destroyed, or never made on this machine."""


def make(path: Path, raw: bytes | None = None) -> bytes:
    """Write ``raw`` (32 random bytes unless given) to a new file that only this user can read; return it.

    If the file exists already its content is returned: a step that is repeated after a crash finds the same key.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = secrets.token_bytes(32) if raw is None else raw
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, path)  # fails where another got there first, and then the other key is the key
    except FileExistsError:
        content = path.read_bytes()
    finally:
        draft.unlink()
    return content


def read(path: Path) -> bytes:
    """Return the key; raise KeyGone."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise KeyGone(path.name) from error


def destroy(path: Path) -> bool:
    """Overwrite the file with random bytes, then remove it. Say whether there was anything to destroy.

    What a process that was killed while it made the key left beside it holds the same key, and goes with it.
    """
    for draft in path.parent.glob(f".{path.name}.*"):
        _destroy(draft)
    found = _destroy(path)
    with contextlib.suppress(OSError):
        path.parent.rmdir()  # only when nothing else is in it
    return found


def _destroy(path: Path) -> bool:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return False
    with path.open("r+b") as out:
        out.write(secrets.token_bytes(size))
        out.flush()
        os.fsync(out.fileno())
    path.unlink()
    return True
