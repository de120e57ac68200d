"""The curious superior: adds and subtracts published sums until a box comes out that was meant to stay hidden."""

from __future__ import annotations

from collections.abc import Iterable

Boxes = frozenset[str]


def derivable(sums: Iterable[Boxes]) -> set[Boxes]:
    """Return every set of boxes whose sum follows from published sums by adding disjoint, subtracting nested ones."""
    known = {frozenset(one) for one in sums}
    fresh = set(known)
    while fresh:
        made = set()
        for new in fresh:
            for old in known:
                smaller, larger = sorted((new, old), key=len)
                if smaller < larger:
                    made.add(larger - smaller)
                elif not smaller & larger:
                    made.add(smaller | larger)
        fresh = made - known
        known |= fresh
    return known


def hidden(sums: Iterable[Boxes], valid: dict[str, int], least: int) -> set[Boxes]:
    """Return the derivable sets that hold fewer than ``least`` valid ballots, empty ones apart."""
    return {one for one in derivable(sums) if one and sum(valid[box] for box in one) < least}
