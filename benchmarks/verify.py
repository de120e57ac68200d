"""What it costs to verify a 3×3 ballot: three subjects, three grades, blank allowed; beside belenios-tool from Debian.

Both verifiers run as their users run them, as a command on a file, on one core. The cost of one ballot is the slope
between a small and a large election: user and system time of the child process, start-up and fixed work subtracted.
Belenios is measured in its own group (2048 bits, exponents of 256), the faster of the two that Debian's version knows.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.row import Row

OURS = (40, 160)  # ballots; below 200 the verifier stays in one process
THEIRS = (4, 16)
ROUNDS = 3
GROUP = "BELENIOS-2048"
PROMISE = 0.25


def measure(quick: bool = False) -> list[Row]:
    """Return our cost, theirs, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        ours = _ours(Path(folder), (2, 6) if quick else OURS, 1 if quick else ROUNDS)
    rows = [Row("verify a 3×3 ballot, pingjia verify, CPU", 1000 * ours, "ms")]
    if shutil.which("belenios-tool") is None:
        return [*rows, Row("… as a share of belenios-tool", None, "", PROMISE, "apt-get install belenios-tool")]
    theirs = _theirs((1, 2) if quick else THEIRS, 1 if quick else ROUNDS)
    rows.append(Row(f"verify a 3×3 ballot, belenios-tool, {GROUP}, CPU", 1000 * theirs, "ms"))
    return [*rows, Row("… as a share of belenios-tool", ours / theirs, "", PROMISE)]


def _cpu(command: list[str], folder: Path, expected: int) -> float:
    """Run a command; return the CPU seconds of it and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != expected:
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[-400:]}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _slope(small: float, large: float, sizes: tuple[int, int]) -> float:
    return (large - small) / (sizes[1] - sizes[0])


def _ours(folder: Path, sizes: tuple[int, int], rounds: int) -> float:
    """Return CPU seconds per ballot of our verifier; the best of some rounds, as noise only ever adds."""
    for size in sizes:
        (folder / f"{size}.zip").write_bytes(_bundle(size))
    best = [
        min(
            _cpu([sys.executable, "-m", "pingjia.core.verify", f"{size}.zip", "--json"], folder, 3)
            for _ in range(rounds)
        )
        for size in sizes
    ]
    return _slope(*best, sizes)


def _bundle(ballots: int) -> bytes:
    from pingjia.core.verify.tests.dishonest import found, slate

    election = found(slate("sbd", "sbd", "sbd"), 1, 1, roll_size=1000)
    for n in range(ballots):
        election.box.vote(election, f"v{n}", [n % 4, (n + 1) % 4, n % 3])
    return election.finish().pack()


def _theirs(sizes: tuple[int, int], rounds: int) -> float:
    """Return CPU seconds per ballot of ``belenios-tool election verify``."""
    best = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _election(Path(folder), size)
            command = ["belenios-tool", "election", "verify"]
            best.append(min(_cpu(command, Path(folder), 0) for _ in range(rounds)))
    return _slope(*best, sizes)


def _election(folder: Path, ballots: int) -> None:
    """Set up an election of three questions with three answers, of which at most one may be chosen, and vote."""

    def tool(*arguments: str, text: str = "") -> str:
        environment = {**os.environ, "BELENIOS_USE_URANDOM": "1"}
        done = subprocess.run(
            ["belenios-tool", *arguments],
            cwd=folder,
            input=text,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    uuid, of_group = tool("setup", "generate-token").strip(), ["--group", GROUP]
    tool("setup", "generate-credentials", "--uuid", uuid, *of_group, "--count", str(ballots))
    next(folder.glob("*.pubcreds")).rename(folder / "public_creds.json")
    credentials = [line.split()[-1] for line in next(folder.glob("*.privcreds")).read_text().splitlines()]
    tool("setup", "generate-trustee-key", *of_group)
    (folder / "public_keys.jsons").write_text(next(folder.glob("*.pubkey")).read_text())
    tool("setup", "make-trustees")
    question = {"answers": ["s", "b", "d"], "min": 0, "max": 1, "question": "q"}
    template = {
        "description": "d",
        "name": "n",
        "questions": [question] * 3,
        "administrator": "a",
        "credential_authority": "c",
    }
    (folder / "template.json").write_text(json.dumps(template))
    tool("setup", "make-election", "--uuid", uuid, *of_group, "--template", "template.json")
    tool("archive", "init")
    (folder / "vote.json").write_text(json.dumps([[1, 0, 0], [0, 1, 0], [0, 0, 0]]))
    for credential in credentials:
        (folder / "credential").write_text(credential)
        ballot = tool("election", "generate-ballot", "--privcred", "credential", "--ballot", "vote.json")
        tool("archive", "add-event", "--type=Ballot", text=ballot)
