"""Chance that is the same on every run: a stream of SHA-512 blocks under a name."""

from __future__ import annotations

import hashlib

from pingjia.core.ballot.group import L


class Chance:
    """Draws named after their purpose. Two streams of one name are equal; of two names, unrelated."""

    def __init__(self, name: str) -> None:
        self.name, self.drawn = name, 0

    def octets(self, length: int) -> bytes:
        """Return the next ``length`` bytes (at most 64)."""
        block = hashlib.sha512(f"pingjia vectors {self.name} {self.drawn}".encode()).digest()
        self.drawn += 1
        return block[:length]

    def scalar(self) -> int:
        """Return a scalar 0 < x < L."""
        return 1 + int.from_bytes(self.octets(64), "little") % (L - 1)

    def number(self, least: int, greatest: int) -> int:
        """Return an integer within the bounds."""
        return least + int.from_bytes(self.octets(8), "big") % (greatest - least + 1)


def octets(name: str, length: int = 32) -> bytes:
    """Return the first ``length`` bytes of the stream ``name``."""
    return Chance(name).octets(length)
