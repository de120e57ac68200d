"""Bundles written here, read by the browser's core (``booth/src/core/zip.ts``), whole and altered."""

from __future__ import annotations

from pingjia.core.ballot.tests.browser_core import ask
from pingjia.core.tests.scale import chance, scaled
from pingjia.core.verify import storedzip

ENTRIES = [("poll.json", b"{}"), ("1/heads.bin", bytes(range(256))), ("1/empty.bin", b""), ("result.sigs", b"s" * 65)]


def verdict_here(raw: bytes) -> list[list[str]] | str:
    try:
        return [[name, content.hex()] for name, content in storedzip.read(raw)]
    except storedzip.BadZip:
        return "refused"


def test_both_languages_read_the_same_bundles_and_refuse_the_same() -> None:
    good = storedzip.write(ENTRIES)
    random = chance()
    zips = [good, storedzip.write([]), b"", good + b"\0", b"\0" + good]
    for _ in range(scaled(300, 10000)):
        at, length = random.randrange(len(good)), random.choice([0, 1, 1, 1, 2, 4])
        new = bytes(
            random.choice([0, 1, 10, 20, 255, random.randrange(256)]) for _ in range(random.choice([0, length]))
        )
        zips.append(good[:at] + new + good[at + length :])
    there = ask("zip", {"zips": [raw.hex() for raw in zips]})["verdicts"]
    here = [verdict_here(raw) for raw in zips]
    assert here[0] == [[name, content.hex()] for name, content in ENTRIES]
    assert [(raw, a, b) for raw, a, b in zip(zips, here, there, strict=True) if a != b] == []
