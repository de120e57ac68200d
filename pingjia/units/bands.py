"""Bands of size, and how large a union committee may be in each; a table, because the rules on it change.

Each line: least number of members, fewest and most people on the committee. Source: the rules on electing grassroots
union committees (工会基层组织选举工作条例).
"""

from __future__ import annotations

from dataclasses import dataclass

TABLE = (
    (1, 1, 1),
    (11, 3, 3),
    (26, 3, 5),
    (101, 5, 7),
    (201, 7, 9),
    (501, 9, 15),
    (1_001, 15, 21),
    (5_001, 21, 29),
    (10_001, 29, 37),
    (50_001, 37, 45),
)


@dataclass(frozen=True)
class Band:
    """From ``least`` to ``most`` members (none: no upper bound); the committee has ``fewest`` to ``largest`` people."""

    least: int
    most: int | None
    fewest: int
    largest: int


def band(members: int) -> Band | None:
    """Return the band of a union with that many members; none has no members."""
    for place in range(len(TABLE) - 1, -1, -1):
        least, fewest, largest = TABLE[place]
        if members >= least:
            most = TABLE[place + 1][0] - 1 if place + 1 < len(TABLE) else None
            return Band(least, most, fewest, largest)
    return None
