"""``python -m benchmarks [NAME…] [--quick] [--readme [FILE]]``

    python -m benchmarks               run all programs, print one table, write build/bench.json
    python -m benchmarks verify        run one; results of the others on this machine stay in build/bench.json
    python -m benchmarks NAME --quick  run at the tiniest size; JSON goes to standard output, nothing is written
    python -m benchmarks --readme      write the table between the markers of both READMEs from build/bench.json

Exit code 1 if a promise was broken (never with ``--quick``, whose figures mean nothing).
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any

import benchmarks
from benchmarks import machine, readme
from benchmarks.row import Row

OUT = Path(__file__).resolve().parents[1] / "build" / "bench.json"


def names() -> list[str]:
    """Return the benchmark programs: the modules with a ``measure``."""
    found = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")
    return [name for name in found if hasattr(importlib.import_module(f"benchmarks.{name}"), "measure")]


def main(argv: list[str] | None = None) -> int:
    """Run, write, print."""
    parser = _parser()
    options = parser.parse_args(argv)
    if unknown := set(options.names) - set(names()):
        parser.error(f"no such program: {', '.join(sorted(unknown))}")
    if options.readme is not None:
        readme.write(json.loads(options.readme.read_text()))
        return 0
    value: dict[str, Any] = {"machine": machine.describe(), "results": {}}
    if OUT.exists() and not options.quick:
        before = json.loads(OUT.read_text())
        value["results"] = before["results"] if before.get("machine") == value["machine"] else {}
    kept = True
    for name in options.names or names():
        print(f"… {name}", file=sys.stderr)
        load = machine.load()
        rows: list[Row] = importlib.import_module(f"benchmarks.{name}").measure(quick=options.quick)
        print("\n".join(row.line() for row in rows), file=sys.stderr if options.quick else sys.stdout, flush=True)
        value["results"][name] = {"load": load, "rows": [row.as_value() for row in rows]}
        kept = kept and all(row.kept is not False for row in rows)
        if not options.quick:
            OUT.parent.mkdir(exist_ok=True)
            OUT.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
    if options.quick:
        print(json.dumps(value, ensure_ascii=False))
        return 0
    return 0 if kept else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="measure, as ratios within one run")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--quick", action="store_true", help="the tiniest sizes; JSON on standard output")
    parser.add_argument("--readme", type=Path, nargs="?", const=OUT, metavar="FILE", help="write the README's table")
    return parser


if __name__ == "__main__":
    sys.exit(main())
