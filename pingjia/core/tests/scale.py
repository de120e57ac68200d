"""How large a proof is: a seeded sample under ``make test``, the full size under ``make proof``."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from typing import TypeVar

Case = TypeVar("Case")

# The sizes that the running test asked for, and what it measured; the root conftest reads and empties this after each
# test.
asked: list[int | str] = []


def proving() -> bool:
    """Say whether the full sizes are asked for (``PINGJIA_PROOF=1``, set by ``make proof``)."""
    return os.environ.get("PINGJIA_PROOF") == "1"


def seed() -> int:
    """Return the seed of this run; ``PINGJIA_SEED`` changes it, and docs/assurance.md prints it."""
    return int(os.environ.get("PINGJIA_SEED", "20261122"))


def chance() -> random.Random:
    """Return a generator seeded for this run, so that a failure can be played again."""
    return random.Random(seed())


def scaled(sample: int, full: int) -> int:
    """Return the number of cases to run: ``sample`` in the everyday test run, ``full`` under ``make proof``."""
    size = full if proving() else sample
    asked.append(size)
    return size


def sampled(cases: Iterable[Case], few: int) -> list[Case]:
    """Return the cases a test is parametrized with: a seeded sample of them every day, all under ``make proof``."""
    every = list(cases)
    if proving() or few >= len(every):
        return every
    return [every[n] for n in sorted(chance().sample(range(len(every)), few))]


def measured(what: str) -> None:
    """Put a measurement beside the sizes in docs/assurance.md: something shown, not something promised."""
    asked.append(what)
