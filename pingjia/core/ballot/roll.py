"""The frozen roll (名册) as a commitment: salted leaves, sorted, under one root (``docs/spec/ballot.md`` §8)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from pingjia.core import canonical
from pingjia.core.tlog.merkle import root_of_hashes

SALT_LENGTH = 16


@dataclass(frozen=True)
class RollEntry:
    """One member as the roll states them. Only the root is public; the salt (16 bytes) keeps names unguessable."""

    branch: str
    category: str
    name: str
    no: str
    unit: str
    salt: bytes

    def to_bytes(self) -> bytes:
        """Return ``salt ‖ canonical{"branch","category","name","no","unit"}``, the opening of the leaf."""
        assert len(self.salt) == SALT_LENGTH
        return self.salt + canonical.dumps(
            {"branch": self.branch, "category": self.category, "name": self.name, "no": self.no, "unit": self.unit}
        )

    @property
    def leaf(self) -> bytes:
        """SHA-256(0x00 ‖ opening)."""
        return hashlib.sha256(b"\0" + self.to_bytes()).digest()


def roll_root(leaves: Iterable[bytes]) -> bytes:
    """Return the RFC 6962 root over the leaf hashes in ascending order; that of the empty tree for no leaf."""
    return root_of_hashes(sorted(leaves))
