"""What it costs to verify a 3×3 ballot: three subjects, three grades, blank allowed.

The verifier runs as its users run it, as a command on a file. The cost of one ballot is the slope between two sizes:
start-up and fixed work drop out. It is held against the bound from its own primitives (``bound``), measured on all
cores at once, in turn with it, so that both see the same machine; and against what peers cost on one core.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from benchmarks import child, elections, peer_belenios, peer_electionguard
from benchmarks.row import Row

ONE_CORE = (40, 160)  # ballots; below 200 the verifier stays in one process
ALL_CORES = (300, 900)
BELENIOS = (4, 16)
ROUNDS = 3
SHARE_OF_BOUND = 0.85


class Bound(NamedTuple):
    """Ballots a second on all cores at once, and CPU seconds a ballot."""

    rate: float
    cpu: float


def measure(quick: bool = False) -> list[Row]:
    """Return cost and rate, their shares of the bound, and peers."""
    rounds = 1 if quick else ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        ours = _one_core(Path(folder), (2, 6) if quick else ONE_CORE, rounds)
        rows = [Row("verify a 3×3 ballot, CPU", 1000 * ours, "ms", zh="核验一张 3×3 选票：处理器时间")]
        rows += _beside_bound(Path(folder), (210, 220) if quick else ALL_CORES, rounds, 0.2 if quick else 3.0)
    return [*rows, *_beside_belenios(ours, quick), *_beside_electionguard(ours, quick)]


def _verify(folder: Path, size: int) -> child.Cost:
    path = folder / f"{size}.zip"
    if not path.exists():
        path.write_bytes(elections.election(size).pack())
    return child.run([sys.executable, "-m", "pingjia.core.verify", str(path), "--json"], folder.parent, (3,))


def _one_core(folder: Path, sizes: tuple[int, int], rounds: int) -> float:
    """Return CPU seconds per ballot; the best of some rounds, as noise only ever adds."""
    best = [min(_verify(folder, size).cpu for _ in range(rounds)) for size in sizes]
    return child.slope(best, sizes)


def _beside_bound(folder: Path, sizes: tuple[int, int], rounds: int, seconds: float) -> list[Row]:
    """Return rate and CPU on all cores beside the bound; bound and command take turns."""
    bounds, costs = [_bound(seconds)], [list[child.Cost](), list[child.Cost]()]
    for _ in range(rounds):
        for n, size in enumerate(sizes):
            costs[n].append(_verify(folder, size))
        bounds.append(_bound(seconds))
    wall = child.slope([min(cost.wall for cost in of_size) for of_size in costs], sizes)
    cpu = child.slope([min(cost.cpu for cost in of_size) for of_size in costs], sizes)
    bound = Bound(max(one.rate for one in bounds), min(one.cpu for one in bounds))
    return [
        Row("verify, all cores", 1 / wall, "ballots/s"),
        Row("verify, share of the bound from its own primitives, all cores, by the clock", 1 / wall / bound.rate,
            at_least=SHARE_OF_BOUND, zh="核验速度 ÷ 自身密码运算的上限（全部核心）"),
        Row("verify, share of the bound from its own primitives, by CPU time", bound.cpu / cpu,
            at_least=SHARE_OF_BOUND, zh="同上，按处理器时间"),
    ]  # fmt: skip


def _bound(seconds: float) -> Bound:
    command = [sys.executable, "-m", "benchmarks.bound", str(seconds)]
    each = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in os.sched_getaffinity(0)]
    answers = [process.communicate()[0].split() for process in each]
    return Bound(sum(float(rate) for rate, _ in answers), min(float(cpu) for _, cpu in answers))


def _beside_belenios(ours: float, quick: bool) -> list[Row]:
    name, zh = "verify, CPU, as a share of belenios-tool's", "核验一张票的处理器时间 ÷ belenios-tool"
    if shutil.which("belenios-tool") is None:
        return [Row(name, None, "", 1 / 6, "not measured: apt-get install belenios-tool", zh=zh)]
    theirs = peer_belenios.cost((1, 2) if quick else BELENIOS, 1 if quick else ROUNDS)
    return [
        Row(f"verify a 3×3 ballot, belenios-tool, {peer_belenios.GROUP}, CPU", 1000 * theirs, "ms"),
        Row(name, ours / theirs, "", 1 / 6, zh=zh),
    ]


def _beside_electionguard(ours: float, quick: bool) -> list[Row]:
    name, zh = "verify, CPU, as a share of ElectionGuard's (Python)", "核验一张票的处理器时间 ÷ ElectionGuard（Python）"
    python = None if quick else peer_electionguard.interpreter()
    if python is None:
        return [
            Row(name, None, "", 1 / 30, "not measured: no Python 3.10" if not quick else "not in quick mode", zh=zh)
        ]
    theirs = peer_electionguard.cost(python, 6)
    return [
        Row("verify a 3×3 ballot, electionguard 1.4.0, CPU", 1000 * theirs, "ms"),
        Row(name, ours / theirs, "", 1 / 30, zh=zh),
    ]
