"""``python -m benchmarks [NAME…]``: run all programs (or the named ones), write build/bench.json, print one table.

Exit code 1 if a promise was broken.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import sys
from pathlib import Path

import benchmarks
from benchmarks.row import Row

OUT = Path(__file__).resolve().parents[1] / "build" / "bench.json"
NOT_PROGRAMS = {"__main__", "row"}


def names() -> list[str]:
    """Return the benchmark modules: those with a ``measure``."""
    found = sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in NOT_PROGRAMS
    )
    return [name for name in found if hasattr(importlib.import_module(f"benchmarks.{name}"), "measure")]


def main(argv: list[str]) -> int:
    """Run, write, print."""
    results: dict[str, list[Row]] = {}
    for name in argv or names():
        print(f"… {name}", file=sys.stderr)
        results[name] = importlib.import_module(f"benchmarks.{name}").measure()
        print("\n".join(row.line() for row in results[name]), flush=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    OUT.parent.mkdir(exist_ok=True)
    value = {"machine": machine, "results": {name: [row.as_value() for row in rows] for name, rows in results.items()}}
    OUT.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    return int(any(row.kept is False for rows in results.values() for row in rows))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
