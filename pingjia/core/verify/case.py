"""What the checks of one bundle share: the objects read so far, and the failures found so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from pingjia.core.ballot.body import Paper
from pingjia.core.ballot.closing import Closing
from pingjia.core.ballot.issuance import Statement
from pingjia.core.ballot.objects import BoxManifest, KeySet, Slate
from pingjia.core.ballot.result import Result
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tiers import Tier, tier_of
from pingjia.core.verify.bundle import Bundle
from pingjia.core.verify.failures import Check, Code, Failure, Role
from pingjia.core.verify.source import Part

Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]


class Standing(IntEnum):
    """What a head is worth: one byte for each, whatever their number."""

    MALFORMED = 0
    READABLE = 1
    COUNTED = 2


@dataclass
class BoxCase:
    """One box. ``standing``: a ``Standing`` per head, by its place; empty where there are no heads.

    ``returned`` and ``twins`` (one-time keys that came back, and came back twice under one number) are None as long as
    nobody could count; ``sums`` stays None where a counted body is not there. ``in_order``: every leaf above the last.
    """

    prefix: str
    manifest: BoxManifest | None = None
    closing: Closing | None = None
    standing: bytearray = field(default_factory=bytearray)
    in_order: bool = True
    returned: int | None = None
    twins: int = 0
    statements: list[Statement] | None = None
    sums: Sums | None = None
    invalid_heads: list[int] = field(default_factory=list)

    def place(self, name: str) -> str:
        """Return a place within this box."""
        return self.prefix + name


@dataclass
class Case:
    """The whole bundle under examination. ``opened``: subjects of which every published number was recomputed."""

    bundle: Bundle
    run: Run
    chunk: int
    boxes: list[BoxCase]
    slate: Slate | None = None
    keyset: KeySet | None = None
    result: Result | None = None
    witnesses: frozenset[str] | None = None
    opened: set[int] = field(default_factory=set)
    skipped: set[Check] = field(default_factory=set)
    failures: set[Failure] = field(default_factory=set)

    def fail(self, code: Code, place: str, role: Role, number: int | None = None) -> None:
        """Note a failure; ``number`` is that of the issuer (from 0) or the scrutineer (from 1)."""
        self.failures.add(Failure(code, place, role if number is None else f"{role}/{number}"))

    def skip(self, *checks: Check) -> None:
        """Note checks that could not be made in full, as something they need is missing or unreadable."""
        self.skipped.update(checks)

    def file(self, name: str) -> bytes | None:
        """Return an entry, or None if it is missing. Not for what grows with the ballots: see ``part``."""
        part = self.part(name)
        return None if part is None else part.whole()

    def part(self, name: str) -> Part | None:
        """Return where an entry lies, to be read by ranges, or None if it is missing."""
        return self.bundle.entries.get(name)

    @property
    def manifests(self) -> list[BoxManifest]:
        """The manifests that could be read."""
        return [box.manifest for box in self.boxes if box.manifest is not None]

    @property
    def rules(self) -> BoxManifest | None:
        """The manifest whose tiers, formula and threshold hold for all boxes: the first one that could be read."""
        return next(iter(self.manifests), None)

    @property
    def closings(self) -> list[Closing] | None:
        """The closings of all boxes, or None if one could not be read."""
        found = [box.closing for box in self.boxes if box.closing is not None]
        return found if len(found) == len(self.boxes) else None

    @property
    def valid(self) -> int | None:
        """V over all boxes, as the closing notes state it."""
        closings = self.closings
        return None if closings is None else sum(closing.valid for closing in closings)

    @property
    def tier(self) -> Tier | None:
        """The tier that V leads to: public arithmetic, whatever the result says."""
        valid, rules = self.valid, self.rules
        return None if valid is None or rules is None else tier_of(valid, rules.tiers)

    @property
    def published(self) -> bool:
        """Whether bodies and partials belong in the bundle; where V is unknown, what lies there decides."""
        if self.tier is None:
            return "partials.bin" in self.bundle.entries
        return self.tier in (Tier.TWO_WAY, Tier.FULL)

    def paper(self, box: BoxManifest) -> Paper | None:
        """Return what bodies of a box are bound to, or None if slate or key set are missing or do not fit."""
        if self.slate is None or self.keyset is None or len(self.keyset.keys) != max(self.slate.grade_counts):
            return None
        return Paper.of(box.hash, self.slate, self.keyset)
