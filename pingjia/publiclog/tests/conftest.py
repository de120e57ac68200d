"""After each test of this room an outsider verifies every log again, from its static files only."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .outsider import Outsider


class Watch:
    """``look()`` verifies now; a test that tampers on purpose says so, and then the outsider must notice."""

    def __init__(self, keys: Path, logs: Path) -> None:
        self.keys = keys
        self.outsider = Outsider(logs)
        self.tampered = False

    def public_keys(self) -> dict[str, bytes]:
        """Origin → public key, out of the key files and without code of the house."""
        found = {}
        for file in (self.keys / "log").glob("*.key"):
            origin, _, material = file.read_text().strip().removeprefix("PRIVATE+KEY+").split("+", 2)
            seed = base64.b64decode(material)[1:]
            found[origin] = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        return found

    def look(self) -> int:
        """Verify every log and return how many there are."""
        return self.outsider.look(self.public_keys())


@pytest.fixture(autouse=True)
def watch(own_home: None, settings: Any) -> Iterator[Watch]:
    """Let an outsider verify every log once the test is over."""
    watch = Watch(Path(settings.PINGJIA_KEYS_DIR), Path(settings.PINGJIA_LOG_DIR))
    yield watch
    if not watch.tampered:
        watch.look()
        return
    with pytest.raises((AssertionError, FileNotFoundError, KeyError)):
        watch.look()
