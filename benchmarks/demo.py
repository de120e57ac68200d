"""``make demo`` after its set-up: the first fill of an empty home, and a second start until the site answers.

Seconds by the clock depend on who else uses the machine, so processor time stands beside them. A third figure counts
the processes of the demo while it serves.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks import child
from benchmarks.row import Row

ROOT = Path(__file__).resolve().parents[1]
FIRST, AGAIN = 120.0, 10.0  # seconds
GIVE_UP = 120.0  # seconds, for a start that never answers


class Start(NamedTuple):
    """Seconds until the site answers, seconds of processor time until then, and processes of it."""

    wall: float
    cpu: float
    processes: int


def measure(quick: bool = False) -> list[Row]:
    """Return what the first fill and the second start cost; the story has one size, so quick is the same."""
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        own = {
            "PINGJIA_HOME": folder,
            "PINGJIA_DEMO": "1",
            "PINGJIA_SITE": f"http://localhost:{port}",
            "PINGJIA_BOOTH": f"http://127.0.0.1:{port}",
            "PYTHONPATH": str(ROOT),
        }
        command = ["env", *(f"{name}={value}" for name, value in own.items()), sys.executable, "-m", "pingjia", "demo"]
        first = child.run([*command, "--no-serve"], ROOT)
        again = _start(command, port)
    return [
        Row("demo, first fill of an empty home", first.wall, "s", FIRST),
        Row("… processor time", first.cpu, "s"),
        Row("demo, second start until the site answers", again.wall, "s", AGAIN),
        Row("… processor time", again.cpu, "s"),
        Row("… processes while it serves", again.processes, "", 1),
    ]


def _start(command: list[str], port: int) -> Start:
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        while not _answers(port):
            if process.poll() is not None or time.perf_counter() - begin > GIVE_UP:
                raise RuntimeError("the demo did not come up")
            time.sleep(0.02)
        wall = time.perf_counter() - begin
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        tasks = Path(f"/proc/{process.pid}/task").glob("*/children")
        return Start(wall, cpu, 1 + sum(len(task.read_text().split()) for task in tasks))
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
