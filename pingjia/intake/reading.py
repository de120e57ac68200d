"""Reading a file that somebody sent: in a process of its own, with bounds on memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from pingjia.intake.table import Limits, Table
from pingjia.intake.unreadable import Unreadable

ROOT = Path(__file__).resolve().parents[2]


def read(raw: bytes, *, sheet: str = "", limits: Limits | None = None) -> Table:
    """Return the sheet of that name (the first visible one with content unless named) as text.

    Raises ``Unreadable`` for everything else: nothing that a file holds can stop the site, and no file is read as
    empty in silence.
    """
    bounds = limits or Limits()
    if len(raw) > bounds.file_bytes:
        raise Unreadable("too_big", limit=bounds.file_bytes // 2**20)
    asked = json.dumps({"wanted": sheet, "limits": asdict(bounds)}).encode() + b"\n"
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pingjia.intake.child"],
            input=asked + raw,
            capture_output=True,
            timeout=bounds.seconds + 20,
            cwd="/",
            env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "RUST_BACKTRACE": "0"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("too_heavy") from error
    if done.returncode < 0:
        # Stopped by a limit (SIGXCPU, SIGKILL) or by its reader running out of memory (SIGABRT).
        raise Unreadable("too_heavy")
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        heavy = b"memory" in done.stderr or b"MemoryError" in done.stderr
        raise Unreadable("too_heavy" if heavy else "damaged") from error
    if "refusal" in answer:
        raise Unreadable(answer["refusal"], **answer["facts"])
    answer["rows"] = [(number, cells) for number, cells in answer["rows"]]
    answer["merges"] = [tuple(block) for block in answer["merges"]]
    answer["doubts"] = {(row, column): doubt for row, column, doubt in answer["doubts"]}
    return Table(**answer)
