"""What the figures were measured on: enough to judge them, nothing that names the machine."""

from __future__ import annotations

import os
import platform
from pathlib import Path


def describe() -> dict[str, str | int]:
    """Return processor, cores, memory, Python and kernel."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": f"{round(int((_field('/proc/meminfo', 'MemTotal') or '0 kB').split()[0]) / 2**20)} GiB",
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
    }


def load() -> float:
    """Return how many processes wanted a core in the last minute: a busy machine measures itself, too."""
    return round(os.getloadavg()[0], 2)


def _field(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text().splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
