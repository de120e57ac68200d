"""Where the bytes of a bundle come from: read by ranges, so that a box of a million ballots never lies in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

BLOCK = 1 << 20


class Source(Protocol):
    """Something of ``size`` bytes. ``read`` returns the bytes from ``at`` on, fewer than ``length`` only at the end."""

    @property
    def size(self) -> int:
        """Bytes in all."""

    def read(self, at: int, length: int) -> bytes:
        """Return a range."""


@dataclass(frozen=True)
class Held:
    """A source in memory."""

    raw: bytes

    @property
    def size(self) -> int:
        """Bytes in all."""
        return len(self.raw)

    def read(self, at: int, length: int) -> bytes:
        """Return a range."""
        return self.raw[at : at + length]


@dataclass(frozen=True)
class Part:
    """A range of a source: one entry of a bundle."""

    source: Source
    start: int
    size: int

    def read(self, at: int, length: int) -> bytes:
        """Return a range of the part."""
        return self.source.read(self.start + at, max(0, min(length, self.size - at)))

    def whole(self) -> bytes:
        """Return all of it."""
        return self.read(0, self.size)

    def blocks(self, length: int = BLOCK) -> Iterator[bytes]:
        """Yield it from its beginning to its end, ``length`` bytes at a time."""
        for at in range(0, self.size, length):
            yield self.read(at, length)

    def pieces(self, length: int, together: int = 256) -> Iterator[bytes]:
        """Yield the whole pieces of ``length`` bytes; ``together`` are read at once."""
        for block in self.blocks(length * together):
            for at in range(0, len(block) - length + 1, length):
                yield block[at : at + length]
