"""What may be opened, decided by the valid ballots before anything is opened (``docs/spec/ballot.md`` §12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pingjia.core.ballot.objects import BoxManifest, Tiers
from pingjia.core.ballot.slate import Slate, Subject


class Tier(StrEnum):
    """Form of publication."""

    NONE = "none"
    BAND = "band"
    TWO_WAY = "two_way"
    FULL = "full"


class BadPool(ValueError):
    """Boxes of one pool that differ in what they must share."""


def tier_of(valid: int, tiers: Tiers) -> Tier:
    """Return the tier of ``valid`` ballots."""
    if valid < tiers.band:
        return Tier.NONE
    if valid < tiers.two_way:
        return Tier.BAND
    return Tier.TWO_WAY if valid < tiers.full else Tier.FULL


def masks(subject: Subject, tier: Tier, formula: str) -> tuple[int, ...]:
    """Return the masks opened for a subject, bit k−1 for grade k, in ascending order of what the tier lists.

    Where every grade is favourable there is nothing unfavourable to open, and that mask is left out.
    """
    favourable, unfavourable = subject.favourable_mask, subject.unfavourable_mask
    both = (favourable, unfavourable) if unfavourable else (favourable,)
    if tier == Tier.NONE:
        return ()
    if tier == Tier.BAND:
        return both if formula == "fav-expressed" else (favourable,)
    if tier == Tier.TWO_WAY:
        return both
    return tuple(1 << k for k in range(len(subject.grades)))


def plan(slate: Slate, tier: Tier, formula: str) -> list[tuple[int, int]]:
    """Return every (subject from 0, mask) that is opened, sorted."""
    return sorted((s, mask) for s, subject in enumerate(slate.subjects) for mask in masks(subject, tier, formula))


def only_band(valid: int, favourable: int, unfavourable: int) -> bool:
    """Say whether a subject of the ``two_way`` tier is so nearly unanimous that only its band is published."""
    return max(favourable, unfavourable, valid - favourable - unfavourable) >= valid - 2


@dataclass(frozen=True)
class OpeningSet:
    """Boxes that are opened as one sum: hashes ascending, their joint valid ballots, and the tier of these."""

    boxes: tuple[bytes, ...]
    valid: int
    tier: Tier


def opening_sets(counted: Iterable[tuple[BoxManifest, int]]) -> list[OpeningSet]:
    """Return how boxes are opened, given each with its valid ballots, sorted by their first box.

    Boxes of one pool are opened only as one sum if any of them alone falls below its band; else each by itself. Opinion
    boxes are not opened in this way and must not be passed. Raises BadPool.
    """
    pools: dict[tuple[str, bytes], list[tuple[BoxManifest, int]]] = {}
    for box, valid in counted:
        assert box.kind == "ballot"
        # A box of its own pools with nobody: its hash stands in for a pool.
        key = (box.pool, box.slate) if box.pool else ("", box.hash)
        pools.setdefault(key, []).append((box, valid))
    found = []
    for members in pools.values():
        rules = {(box.keyset, box.tiers, box.formula, box.threshold) for box, _ in members}
        if len(rules) > 1:
            raise BadPool("boxes of a pool share key set, tiers, formula and threshold")
        tiers = members[0][0].tiers
        joint = any(valid < tiers.band for _, valid in members)
        for group in [members] if joint else [[member] for member in members]:
            total = sum(valid for _, valid in group)
            found.append(OpeningSet(tuple(sorted(box.hash for box, _ in group)), total, tier_of(total, tiers)))
    return sorted(found, key=lambda opening: opening.boxes)
