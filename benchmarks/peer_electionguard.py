"""What ElectionGuard's Python costs to verify a ballot of three contests with three selections.

    python3.10 benchmarks/peer_electionguard.py BALLOTS      prints CPU seconds for each ballot, one a line

The package runs on Python up to 3.10 only, so this file is a program of its own: ``cost`` makes an environment for it
under ``build/`` and runs it there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

BUILD = Path(__file__).resolve().parents[1] / "build" / "electionguard"
VERSION = "1.4.0"


def interpreter() -> Path | None:
    """Return a Python 3.10, from the path or from pyenv, or None."""
    candidates = [shutil.which("python3.10"), *sorted(Path.home().glob(".pyenv/versions/3.10*/bin/python3.10"))]
    for one in filter(None, candidates):
        if subprocess.run([one, "--version"], capture_output=True, check=False).returncode == 0:
            return Path(one)
    return None


def cost(python: Path, ballots: int) -> float:
    """Return CPU seconds per ballot: the median, start-up not counted."""
    ready = BUILD / "ready"
    if not ready.exists():
        subprocess.run([python, "-m", "venv", "--clear", BUILD], check=True)
        command = [BUILD / "bin" / "pip", "install", "--quiet", f"electionguard=={VERSION}"]
        subprocess.run(command, check=True, capture_output=True)
        ready.touch()
    command = [BUILD / "bin" / "python", __file__, str(ballots)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    times = sorted(map(float, done.stdout.split()))
    return times[len(times) // 2]


def _times(ballots: int) -> Iterator[float]:
    import logging

    logging.disable(logging.CRITICAL)  # it logs every number of every ballot
    from electionguard.ballot_validator import ballot_is_valid_for_election
    from electionguard.elgamal import elgamal_keypair_random
    from electionguard.encrypt import encrypt_ballot
    from electionguard.group import rand_q
    from electionguard.manifest import InternalManifest

    manifest = InternalManifest(_manifest())
    context = _context(elgamal_keypair_random().public_key, manifest.manifest_hash)
    for n in range(ballots):
        sealed = encrypt_ballot(_plain(n), manifest, context, rand_q())
        assert sealed is not None
        before = time.process_time()
        assert ballot_is_valid_for_election(sealed, manifest, context, should_validate=True)
        yield time.process_time() - before


def _manifest():  # type: ignore[no-untyped-def]
    from datetime import datetime, timezone

    from electionguard import manifest as m

    day = datetime(2026, 11, 20, tzinfo=timezone.utc)  # noqa: UP017 - Python 3.10
    candidates = [m.Candidate(f"c{s}-{k}") for s in range(3) for k in range(3)]
    contests = [
        m.ContestDescription(
            f"q{s}", s, "u", m.VoteVariationType.one_of_m, 1, 1, f"q{s}",
            [m.SelectionDescription(f"s{s}-{k}", k, f"c{s}-{k}") for k in range(3)],
        )
        for s in range(3)
    ]  # fmt: skip
    unit = m.GeopoliticalUnit("u", "u", m.ReportingUnitType.other)
    style = m.BallotStyle("style", ["u"])
    kind = m.ElectionType.other
    return m.Manifest("e", m.SpecVersion.EG1_0, kind, day, day, [unit], [m.Party("p")], candidates, contests, [style])


def _context(key, manifest_hash):  # type: ignore[no-untyped-def]
    from electionguard.election import make_ciphertext_election_context
    from electionguard.group import rand_q

    return make_ciphertext_election_context(1, 1, key, rand_q(), manifest_hash)


def _plain(n: int):  # type: ignore[no-untyped-def]
    from electionguard import ballot as b

    contests = [
        b.PlaintextBallotContest(f"q{s}", [b.PlaintextBallotSelection(f"s{s}-{k}", int(k == n % 3)) for k in range(3)])
        for s in range(3)
    ]
    return b.PlaintextBallot(f"b{n}", "style", contests)


if __name__ == "__main__":
    for seconds in _times(int(sys.argv[1])):
        print(seconds, flush=True)
