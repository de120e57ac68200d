"""Which heads count: per one-time key the highest sequence number (``docs/spec/ballot.md`` §7.4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pingjia.core.ballot.head import Head


@dataclass(frozen=True)
class Counted:
    """``counted``: heads whose bodies are added up, ascending by leaf. ``twins`` and ``gaps`` hold one-time keys."""

    returned: int
    counted: tuple[Head, ...]
    twins: frozenset[bytes]
    gaps: frozenset[bytes]


def select(heads: Iterable[Head]) -> Counted:
    """Return what counts among verified, pairwise different heads of one box.

    A key with two heads of one sequence number (twins) is returned and invalid: none of its heads counts. A key whose
    numbers do not run 1, 2, 3 … (gap) shows a fault of the box, and its highest head counts all the same.
    """
    by_key: dict[bytes, list[Head]] = {}
    for head in heads:
        by_key.setdefault(head.pk, []).append(head)
    counted, twins, gaps = [], set(), set()
    for pk, own in by_key.items():
        numbers = sorted(head.seq for head in own)
        if len(set(numbers)) < len(numbers):
            twins.add(pk)
        else:
            counted.append(max(own, key=lambda head: head.seq))
        if sorted(set(numbers)) != list(range(1, numbers[-1] + 1)):
            gaps.add(pk)
    counted.sort(key=lambda head: head.leaf)
    return Counted(len(by_key), tuple(counted), frozenset(twins), frozenset(gaps))
