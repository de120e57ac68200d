"""Running a command and asking the system what it cost."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds by the processor and by the clock, of a command and its children; the greatest memory of one, in MiB."""

    cpu: float
    wall: float
    memory: float


def run(command: Sequence[str], folder: Path, allowed: tuple[int, ...] = (0,)) -> Cost:
    """Run a command in a folder; raise RuntimeError unless it ends with an allowed code."""
    begin = time.perf_counter()
    with tempfile.TemporaryFile() as stream:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            stream.seek(0)
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {stream.read()[-400:].decode()}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def cpu(command: Sequence[str], folder: Path, allowed: tuple[int, ...] = (0,)) -> float:
    """Return the CPU seconds of a command and its children."""
    return run(command, folder, allowed).cpu


def slope(values: Sequence[float], sizes: tuple[int, int]) -> float:
    """Return the cost of one more: what does not grow with the size drops out."""
    return (values[1] - values[0]) / (sizes[1] - sizes[0])
