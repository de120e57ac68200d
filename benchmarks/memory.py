"""The memory of ``verify`` at 10⁵ and 10⁶ ballots of three subjects: it must not grow with the box.

Two things are measured. *The process that leads* (it reads the file, hashes the leaves, finds keys that voted twice,
matches bodies to heads) runs on a whole file of that many heads and bodies, all different; the tasks that it gives away
are answered without being worked on, since what they return has the same size whatever they find. *A process that
works* holds one task of 64 ballots: its greatest memory is taken from a run of the command on true ballots (and
never shown below that of the program that measures).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import child, elections
from benchmarks.row import Row

SIZES = (100_000, 1_000_000)
QUICK = (500, 2_000)
PROMISE = 150  # MiB


def measure(quick: bool = False) -> list[Row]:
    """Return the leader's memory at both sizes, its growth per ballot, and a worker's."""
    sizes = QUICK if quick else SIZES
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            child.run([sys.executable, "-m", "benchmarks.memory", "write", str(size), f"{folder}/box.zip"], Path())
            command = [sys.executable, "-m", "benchmarks.memory", "read", f"{folder}/box.zip"]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found.append(int(done.stdout) / 1024)
        few, many = found
        worker = _worker(Path(folder), 210 if quick else 400)
    growth = (many - few) * 2**20 / (sizes[1] - sizes[0])
    return [
        Row(f"verify, memory of the process that leads, {sizes[0]:,} ballots", few, "MiB", PROMISE),
        Row(
            f"verify, memory of the process that leads, {sizes[1]:,} ballots", many, "MiB", PROMISE,
            zh=f"核验 {sizes[1]:,} 张票：主进程内存",
        ),
        Row("… its growth per ballot", growth, "B"),
        Row("verify, memory of the greatest process on true ballots", worker, "MiB", PROMISE, zh="核验：工作进程内存"),
    ]  # fmt: skip


def _worker(folder: Path, ballots: int) -> float:
    (folder / "true.zip").write_bytes(elections.election(ballots).pack())
    command = [sys.executable, "-m", "pingjia.core.verify", str(folder / "true.zip"), "--json"]
    return child.run(command, Path(), (3,)).memory


def _read(path: Path) -> None:
    """Verify a hollow bundle, other processes' work left out."""
    from pingjia.core.ballot.sums import Sums
    from pingjia.core.verify.__main__ import FileSource
    from pingjia.core.verify.failures import Code
    from pingjia.core.verify.verifier import verify
    from pingjia.core.verify.work import HeadsTask

    def unworked(_: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        for task in tasks:
            bodies = 0 if isinstance(task, HeadsTask) else len(task.ballots)
            yield [], [True] * bodies, Sums(() if isinstance(task, HeadsTask) else task.paper.grade_counts)

    with path.open("rb") as file:
        report = verify(FileSource.of(file), run=unworked)
    # Only the sums cannot be right; heads, bodies and closing note were read to their ends.
    wrong = {failure.code for failure in report.failures} & {Code.ROOT_MISMATCH, Code.BODY_MISSING, Code.HEAD_ORDER}
    assert not wrong, report.failures[:3]
    # Not ru_maxrss: a child begins with that of its parent.
    status = Path("/proc/self/status").read_text()
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


if __name__ == "__main__":
    if sys.argv[1] == "write":
        elections.write_hollow(Path(sys.argv[3]), int(sys.argv[2]))
    else:
        _read(Path(sys.argv[2]))
