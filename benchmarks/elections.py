"""Bundles to be measured: three subjects, three grades, blank allowed."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from pingjia.core.ballot import closing, head
from pingjia.core.tlog import merkle
from pingjia.core.verify import storedzip
from pingjia.core.verify.storedzip import Entry
from pingjia.core.verify.tests.dishonest import Election
from pingjia.core.verify.tests.fixedkeys import slate
from pingjia.core.verify.tests.founding import found


def election(ballots: int) -> Election:
    """Return an honest election that is over."""
    made = found(slate("sbd", "sbd", "sbd"), 1, 1, roll_size=max(1000, 2 * ballots))
    for n in range(ballots):
        made.box.vote(made, f"v{n}", [n % 4, (n + 1) % 4, n % 3])
    return made.finish()


def write_hollow(path: Path, ballots: int) -> None:
    """Write a bundle whose papers are real and whose heads and bodies are noise, each different, in their right order.

    Nobody could compute a million true ballots for a measurement of memory; what lies where, and how long it is, is as
    in a true one: the leaves ascend, each body has the hash that its head names, the closing note is right.
    """
    base = election(20)
    order = sorted(range(ballots), key=lambda n: head.leaf(_head(n)))
    root = merkle.root_of_hashes(head.leaf(_head(n)) for n in order)
    base.sign_closing(base.box, closing.Closing(base.box.manifest.hash, ballots, root, ballots, 0))
    base.log()
    sizes = {"heads.bin": 386, "receipts.bin": 64, "bodies.bin": 1152}
    makers = {"heads.bin": _head, "receipts.bin": lambda n: _noise(n, b"r", 64), "bodies.bin": _body}
    right = list(dict(storedzip.read(base.pack())))
    entries: list[Entry] = []
    with path.open("wb") as file:
        for name in right:
            at, size, crc = file.tell(), 0, 0
            whole = name not in sizes
            size = len(base.entries[name]) if whole else sizes[name] * ballots
            file.write(Entry(name, 0, size, at).local())
            for piece in [base.entries[name]] if whole else map(makers[name], order):
                crc = zlib.crc32(piece, crc)
                file.write(piece)
            entries.append(Entry(name, crc, size, at))
        end = file.tell()
        file.write(storedzip.directory(entries, end))
        for entry in entries:
            file.seek(entry.at)
            file.write(entry.local())


def _noise(n: int, kind: bytes, length: int) -> bytes:
    return hashlib.shake_128(kind + struct.pack(">Q", n)).digest(length)


def _body(n: int) -> bytes:
    return _noise(n, b"b", 1152)


def _head(n: int) -> bytes:
    return b"\x02\x01" + _noise(n, b"k", 32) + hashlib.sha256(_body(n)).digest() + _noise(n, b"t", 320)


def distinct(ballots: int) -> Iterator[bytes]:
    """Yield heads of noise, for whoever needs leaves."""
    return (_noise(n, b"h", 386) for n in range(ballots))
