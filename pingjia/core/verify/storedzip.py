"""Zip files of one shape: stored entries one after the other, dated 1980-01-01, and no room for anything else.

The shape is stated in ``docs/spec/bundle.md``. Reading is parsing followed by writing: what does not come out byte for
byte is refused, so that a comment, a gap, a second directory, an attribute or a compressed entry has no place to hide.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION = 10  # APPNOTE 4.4.3: stored files need version 1.0
_DATE = 0x21  # 1980-01-01, with time 0
_NAME = re.compile(r"[a-z0-9][a-z0-9./-]*")
_MOST_ENTRIES = 0xFFFF - 1


class BadZip(ValueError):
    """Not a zip of this shape."""


def write(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the one byte string that holds ``entries`` (name, content) in their order; BadZip for names or sizes."""
    entries = list(entries)
    _check(entries)
    body, directory = bytearray(), bytearray()
    for name, content in entries:
        raw, crc, size, at = name.encode(), zlib.crc32(content), len(content), len(body)
        common = (_VERSION, 0, 0, 0, _DATE, crc, size, size, len(raw), 0)
        body += _LOCAL.pack(b"PK\x03\x04", *common) + raw + content
        directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, *common, 0, 0, 0, 0, at) + raw
    count = len(entries)
    return bytes(body + directory + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0))


def read(raw: bytes) -> list[tuple[str, bytes]]:
    """Return the entries of ``raw`` in their order; raise BadZip unless ``write`` gives exactly ``raw`` again."""
    if len(raw) < _END.size:
        raise BadZip("too short")
    _, _, _, count, _, _, directory, _ = _END.unpack_from(raw, len(raw) - _END.size)
    entries, at = [], 0
    for _ in range(count):
        if at + _LOCAL.size > min(directory, len(raw)):
            raise BadZip("cut off")
        *_, size, name_length, _ = _LOCAL.unpack_from(raw, at)
        start = at + _LOCAL.size + name_length
        try:
            name = raw[at + _LOCAL.size : start].decode("ascii")
        except UnicodeDecodeError as error:
            raise BadZip("a name is not ASCII") from error
        at = start + size
        entries.append((name, raw[start:at]))
    if write(entries) != raw:
        raise BadZip("not in the one form")
    return entries


def _check(entries: Sequence[tuple[str, bytes]]) -> None:
    names = [name for name, _ in entries]
    if len(names) > _MOST_ENTRIES or len(set(names)) != len(names):
        raise BadZip("too many entries, or two of one name")
    if not all(_NAME.fullmatch(name) and len(name) < 256 for name in names):
        raise BadZip("not a name of a bundle's entry")
    if sum(len(content) + 400 for _, content in entries) >= 0xFFFFFFFF:
        raise BadZip("4 GiB or more")
