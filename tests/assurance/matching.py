"""How well a guess of the form "this member's ballot is that one" does, against pure chance.

Under chance the matching of n members with n ballots is one of n! equally likely ones. Two statistics are added up over
all boxes: the right pairs (in one box 1 on average; their sum has no heavier tail than a Poisson number with the same
mean, for each factorial moment of it is at most the Poisson one), and Spearman's rank correlation (mean 0, variance
1/(n−1) in one box), scaled to variance 1.

The bounds are so far out that no run will ever meet them by chance: all pairs of orders together beat them with a
probability below 10⁻⁹. The result of a test does therefore not hang on a seed, although the keys of the ballots are
drawn afresh in each run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

FALSE_ALARM = 1e-9


@dataclass
class Score:
    """What one way of matching achieved over all boxes."""

    boxes: int = 0
    ballots: int = 0
    right: int = 0
    correlation: float = 0.0  # sum of ρ·√(n−1)

    def add(self, guess: Sequence[int]) -> None:
        """Count one box. ``guess[k]`` is the true rank of what was put at place k: 0 … n−1 if all is right."""
        n = len(guess)
        self.boxes, self.ballots = self.boxes + 1, self.ballots + n
        self.right += sum(k == rank for k, rank in enumerate(guess))
        distance = sum((k - rank) ** 2 for k, rank in enumerate(guess))
        self.correlation += (1 - 6 * distance / (n * (n * n - 1))) * math.sqrt(n - 1)

    @property
    def sigmas(self) -> float:
        """Rank correlation in standard deviations from none."""
        return self.correlation / math.sqrt(self.boxes)

    def beats_chance(self, ways: int) -> bool:
        """Say whether this is more than the best of ``ways`` blind guesses could ever be."""
        return self.right >= most_right(self.boxes, ways) or abs(self.sigmas) >= most_sigmas(ways)


def most_right(boxes: int, ways: int) -> int:
    """Return the least m with P(Poisson(boxes) ≥ m) · ways < half of FALSE_ALARM (Chernoff's bound)."""
    allowed = math.log(FALSE_ALARM / 2 / ways)
    m = boxes + 1
    while m - boxes - m * math.log(m / boxes) > allowed:
        m += 1
    return m


def most_sigmas(ways: int) -> float:
    """Return the z with P(|N(0,1)| ≥ z) · ways < half of FALSE_ALARM (Gaussian tail bound)."""
    return math.sqrt(2 * math.log(4 * ways / FALSE_ALARM))


def ranks(order: Sequence[bytes], everything: Sequence[bytes]) -> list[int]:
    """Return the ranks of ``everything`` in ``order``; what the order does not hold comes last, as it stood."""
    place = {one: k for k, one in enumerate(order)}
    by_place = sorted(range(len(everything)), key=lambda k: (place.get(everything[k], len(place)), k))
    found = [0] * len(everything)
    for rank, k in enumerate(by_place):
        found[k] = rank
    return found


def cheapest(costs: Sequence[Sequence[float]]) -> list[int]:
    """Return for each row the column of the assignment of least total cost (Kuhn and Munkres, with potentials)."""
    n = len(costs)
    row_potential, column_potential = [0.0] * (n + 1), [0.0] * (n + 1)
    taken_by, way = [0] * (n + 1), [0] * (n + 1)
    for row in range(1, n + 1):
        taken_by[0], column = row, 0
        least, used = [math.inf] * (n + 1), [False] * (n + 1)
        while taken_by[column]:
            used[column] = True
            here, delta, following = taken_by[column], math.inf, 0
            for j in range(1, n + 1):
                if used[j]:
                    continue
                reduced = costs[here - 1][j - 1] - row_potential[here] - column_potential[j]
                if reduced < least[j]:
                    least[j], way[j] = reduced, column
                if least[j] < delta:
                    delta, following = least[j], j
            for j in range(n + 1):
                if used[j]:
                    row_potential[taken_by[j]] += delta
                    column_potential[j] -= delta
                else:
                    least[j] -= delta
            column = following
        while column:
            taken_by[column] = taken_by[way[column]]
            column = way[column]
    found = [0] * n
    for j in range(1, n + 1):
        found[taken_by[j] - 1] = j - 1
    return found
