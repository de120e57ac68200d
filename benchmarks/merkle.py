"""The root over many leaves, beside hashing the same leaves and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256

from benchmarks.elections import distinct
from benchmarks.row import Row
from pingjia.core.tlog import merkle

LEAVES = 50_000
ROUNDS = 25
PROMISE = 0.75


def measure(quick: bool = False) -> list[Row]:
    """Return the rate of the root as a share of the rate of the leaves; leaves are heads of 386 bytes."""
    leaves = list(distinct(2_000 if quick else LEAVES))

    def only_leaves() -> None:
        for data in leaves:
            sha256(b"\x00" + data).digest()

    times: dict[str, list[float]] = {"leaves": [], "root": []}
    for _ in range(2 if quick else ROUNDS):  # in turn, so that both see the same machine
        times["leaves"].append(_seconds(only_leaves))
        times["root"].append(_seconds(lambda: merkle.root(leaves)))
    best = {name: min(values) for name, values in times.items()}
    share = best["leaves"] / best["root"]
    rate = len(leaves) / best["root"]
    return [
        Row("Merkle root, as a share of hashing the leaves alone", share, at_least=PROMISE, zh="默克尔树根 ÷ 只算叶子"),
        Row("Merkle root, leaves of 386 B", rate, "/s"),
    ]


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin
