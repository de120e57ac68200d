"""Zip files of one shape: stored entries one after the other, dated 1980-01-01, and no room for anything else.

The shape is stated in ``docs/spec/bundle.md``. Reading is parsing followed by writing: what does not come out byte for
byte is refused, so that a comment, a gap, a second directory, an attribute or a compressed entry has no place to hide.
``index`` does both by ranges, so that a large file need not lie in memory.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pingjia.core.verify.source import Held, Part, Source

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION = 10  # APPNOTE 4.4.3: stored files need version 1.0
_DATE = 0x21  # 1980-01-01, with time 0
_NAME = re.compile(r"[a-z0-9][a-z0-9./-]*")
_MOST_ENTRIES = 0xFFFF - 1


class BadZip(ValueError):
    """Not a zip of this shape."""


@dataclass(frozen=True)
class Entry:
    """What stands about one entry in its two headers. ``at``: where the local header begins."""

    name: str
    crc: int
    size: int
    at: int

    @property
    def _common(self) -> tuple[int, ...]:
        return (_VERSION, 0, 0, 0, _DATE, self.crc, self.size, self.size, len(self.name), 0)

    def local(self) -> bytes:
        """Return the header before the content."""
        return _LOCAL.pack(b"PK\x03\x04", *self._common) + self.name.encode()

    def central(self) -> bytes:
        """Return the entry's place in the directory."""
        return _CENTRAL.pack(b"PK\x01\x02", _VERSION, *self._common, 0, 0, 0, 0, self.at) + self.name.encode()


def directory(entries: Sequence[Entry], at: int) -> bytes:
    """Return what stands behind the last entry, which ends at ``at``."""
    raw, count = b"".join(entry.central() for entry in entries), len(entries)
    return raw + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(raw), at, 0)


def write(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the one byte string that holds ``entries`` (name, content) in their order; BadZip for names or sizes."""
    entries = list(entries)
    _check([(name, len(content)) for name, content in entries])
    body, found = bytearray(), list[Entry]()
    for name, content in entries:
        found.append(Entry(name, zlib.crc32(content), len(content), len(body)))
        body += found[-1].local() + content
    return bytes(body + directory(found, len(body)))


def read(raw: bytes) -> list[tuple[str, bytes]]:
    """Return the entries of ``raw`` in their order; raise BadZip unless ``write`` gives exactly ``raw`` again."""
    return [(name, part.whole()) for name, part in index(Held(raw))]


def index(source: Source) -> list[tuple[str, Part]]:
    """Return names and places of the entries, in their order; raise BadZip as ``read`` does. Reads every byte once."""
    if source.size < _END.size:
        raise BadZip("too short")
    _, _, _, count, _, _, start, _ = _END.unpack(source.read(source.size - _END.size, _END.size))
    found, parts, at = list[Entry](), list[tuple[str, Part]](), 0
    for _ in range(count):
        if at + _LOCAL.size > min(start, source.size):
            raise BadZip("cut off")
        *_, size, name_length, _ = _LOCAL.unpack(source.read(at, _LOCAL.size))
        try:
            name = source.read(at + _LOCAL.size, name_length).decode("ascii")
        except UnicodeDecodeError as error:
            raise BadZip("a name is not ASCII") from error
        part = Part(source, at + _LOCAL.size + name_length, size)
        if part.start + size > source.size:
            raise BadZip("cut off")
        found.append(Entry(name, _checksum(part), size, at))
        parts.append((name, part))
        if source.read(at, part.start - at) != found[-1].local():
            raise BadZip("not in the one form")
        at = part.start + size
    _check([(entry.name, entry.size) for entry in found])
    rest = directory(found, at)
    if source.size != at + len(rest) or source.read(at, len(rest)) != rest:
        raise BadZip("not in the one form")
    return parts


def _checksum(part: Part) -> int:
    crc = 0
    for block in part.blocks():
        crc = zlib.crc32(block, crc)
    return crc


def _check(entries: Sequence[tuple[str, int]]) -> None:
    names = [name for name, _ in entries]
    if len(names) > _MOST_ENTRIES or len(set(names)) != len(names):
        raise BadZip("too many entries, or two of one name")
    if not all(_NAME.fullmatch(name) and len(name) < 256 for name in names):
        raise BadZip("not a name of a bundle's entry")
    if sum(size + 400 for _, size in entries) >= 0xFFFFFFFF:
        raise BadZip("4 GiB or more")
