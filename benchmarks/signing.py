"""Blind signing in one process beside ``openssl speed`` of one process: RSA-2048, the same library, on one core.

Both are counted by the processor time they used, so that a busy machine slows neither down in the figures; rounds are
interleaved and a ratio is taken within its round. The signature's own check, s^e, is measured beside.
"""

from __future__ import annotations

import os
import secrets
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable

from benchmarks.row import Row

NAMES = (
    "blind signatures of RSA-2048 in one process, per core-second",
    "… as a share of openssl speed of one process",
    "… the same with the check s^e that every release makes",
)


def measure(quick: bool = False) -> list[Row]:
    """Return signatures per second of processor time, and their share of what openssl itself says."""
    from pingjia.core.ballot.blindsigner import BlindSigner, generate

    rounds, seconds = (1, 0.05) if quick else (5, 1.0)
    if not shutil.which("openssl"):
        return [Row(name, None, note="apt-get install openssl") for name in NAMES]
    signer = BlindSigner(generate())
    number = b"\0" + secrets.token_bytes(len(signer.n) - 1)
    bare: list[float] = []
    shares: list[float] = []
    checked: list[float] = []
    for _round in range(rounds):
        limit = _openssl(max(1, round(seconds)))
        bare.append(_per_second(lambda: signer.power(number), seconds))
        shares.append(bare[-1] / limit)
        checked.append(_per_second(lambda: signer.sign(number), seconds) / limit)
    spread = f"{min(shares):.2f} … {max(shares):.2f} in {rounds} rounds"
    return [
        Row(NAMES[0], statistics.median(bare)),
        Row(NAMES[1], statistics.median(shares), at_least=0.9, note=spread, zh="盲签名与 openssl speed 之比（单进程）"),
        Row(NAMES[2], statistics.median(checked)),
    ]


def _openssl(seconds: int) -> float:
    """Return signatures per second of processor time, as ``openssl speed`` counts them."""
    command = ["openssl", "speed", "-mr", "-seconds", str(seconds), "rsa2048"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    figures = next(line for line in done.stdout.splitlines() if line.startswith("+F2:"))
    return float(figures.split(":")[3])


def _per_second(work: Callable[[], bytes], seconds: float) -> float:
    """Return how often ``work`` ran per second of processor time."""
    work()
    times, begin = 0, time.process_time()
    while (spent := time.process_time() - begin) < seconds:
        for _n in range(20):
            work()
        times += 20
    return times / spent
