"""The bundle: one file from which an outsider recounts a box, or a pool of boxes (``docs/spec/bundle.md``).

A bundle of one box                     A bundle of a pool (n = 1, 2, … in ascending order of box_hash)

    poll.json                               slate.json
    box.json                                keyset.json
    slate.json                              accepts.bin
    keyset.json                             n/poll.json
    manifest.tlog-proof                     n/box.json
    accepts.bin                             n/manifest.tlog-proof
    heads.bin                               n/heads.bin
    receipts.bin                            n/receipts.bin
    closing.note                            n/closing.note
    closing.tlog-proof                      n/closing.tlog-proof
    issuance.json                           n/issuance.json
    result.json                             n/bodies.bin          tiers two_way and full only
    result.sigs                             result.json
    bodies.bin    two_way and full only     result.sigs
    partials.bin  two_way and full only     partials.bin          tiers two_way and full only
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pingjia.core.verify import storedzip
from pingjia.core.verify.failures import CannotVerify, Unreadable
from pingjia.core.verify.source import Part, Source

ONE_BOX = (
    "poll.json",
    "box.json",
    "slate.json",
    "keyset.json",
    "manifest.tlog-proof",
    "accepts.bin",
    "heads.bin",
    "receipts.bin",
    "closing.note",
    "closing.tlog-proof",
    "issuance.json",
    "result.json",
    "result.sigs",
    "bodies.bin",
    "partials.bin",
)
SHARED_FIRST = ("slate.json", "keyset.json", "accepts.bin")
SHARED_LAST = ("result.json", "result.sigs", "partials.bin")
OF_EACH_BOX = (
    "poll.json",
    "box.json",
    "manifest.tlog-proof",
    "heads.bin",
    "receipts.bin",
    "closing.note",
    "closing.tlog-proof",
    "issuance.json",
    "bodies.bin",
)
ONLY_IF_PUBLISHED = frozenset({"bodies.bin", "partials.bin"})
_POOLED = re.compile(r"([1-9][0-9]{0,2})/.*", re.DOTALL)


class BadLayout(ValueError):
    """Entries that make no bundle: something is missing or does not belong there."""


def names(boxes: int | None, published: bool) -> list[str]:
    """Return the names of a bundle in their order. ``boxes``: number of pooled boxes, or None for a bundle of one box.

    ``published``: whether bodies and partials are in it, as in the tiers ``two_way`` and ``full``.
    """
    if boxes is None:
        found = list(ONE_BOX)
    else:
        each = [f"{n}/{name}" for n in range(1, boxes + 1) for name in OF_EACH_BOX]
        found = [*SHARED_FIRST, *each, *SHARED_LAST]
    return [name for name in found if published or name.rpartition("/")[2] not in ONLY_IF_PUBLISHED]


def write(entries: Mapping[str, bytes]) -> bytes:
    """Return the bundle that holds ``entries``, whatever their order in the mapping; raise BadLayout.

    Bodies and partials are there together or not at all: the caller decides by the tier, as the verifier will.
    """
    expected = names(_pooled(entries), "partials.bin" in entries)
    if set(entries) != set(expected):
        missing, extra = sorted(set(expected) - set(entries)), sorted(set(entries) - set(expected))
        raise BadLayout(f"missing: {', '.join(missing) or 'nothing'}; extra: {', '.join(extra) or 'nothing'}")
    return storedzip.write((name, entries[name]) for name in expected)


@dataclass(frozen=True)
class Bundle:
    """The entries of a bundle as they stand; whether they are the right ones is for the verifier to say."""

    entries: dict[str, Part]
    pooled: int | None

    @property
    def prefixes(self) -> list[str]:
        """What stands before the names of each box: nothing, or ``1/``, ``2/`` …"""
        return [""] if self.pooled is None else [f"{n}/" for n in range(1, self.pooled + 1)]


def read(source: Source) -> Bundle:
    """Take a bundle apart; raise CannotVerify if it is no zip of the one shape."""
    try:
        entries = dict(storedzip.index(source))
    except storedzip.BadZip as error:
        raise CannotVerify(Unreadable.ZIP, str(error)) from error
    return Bundle(entries, _pooled(entries))


def _pooled(entries: Mapping[str, object]) -> int | None:
    """Return the number of pooled boxes (1/, 2/ … without a gap), or None for the layout of one box."""
    if "box.json" in entries or "1/box.json" not in entries:
        return None
    numbers = {int(match[1]) for name in entries if (match := _POOLED.fullmatch(name))}
    boxes = 0
    while boxes + 1 in numbers:
        boxes += 1
    return boxes
