"""``pingjia verify box.zip``: recount a ballot box from its published file, offline.

    pingjia verify box.zip [--box NUMBER|HASH] [--trust trust.json] [--receipt FILE] [--json]
    python -m pingjia.core.verify …                             the same, without the rest of the program

Exit codes: 0 good · 1 bad · 2 unreadable · 3 consistent in itself, but the root of trust was not checked.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pingjia.core.verify import wording
from pingjia.core.verify.crew import Progress, shared_out, told
from pingjia.core.verify.failures import CannotVerify, Unreadable
from pingjia.core.verify.printed import lines
from pingjia.core.verify.receiptfile import Receipt
from pingjia.core.verify.report import Exit, Report
from pingjia.core.verify.trust import Trust, WantedBox
from pingjia.core.verify.verifier import CHUNK, verify

ONE_PROCESS_BELOW = 200  # ballots: starting processes costs more than they save
BYTES_PER_BALLOT = 600  # of a bundle with bodies, at the very least


def main(argv: Sequence[str] | None = None) -> int:
    """Verify one bundle; return the exit code."""
    options = _parser().parse_args(argv)
    language = wording.ENGLISH if _english() else wording.CHINESE
    try:
        report = _verify(options)
    except CannotVerify as problem:
        if options.json:
            _write({"exit": int(Exit.UNREADABLE), "reason": problem.reason.value})
        verdict, why = (
            wording.sentence(*of, language)
            for of in (("verdicts", str(int(Exit.UNREADABLE))), ("unreadable", problem.reason.value))
        )
        sys.stderr.write(f"{verdict}：{why} ({problem})\n")
        return int(Exit.UNREADABLE)
    if options.json:
        _write(report.as_value())
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines(report, language)))
    return int(report.exit)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pingjia verify", description="核验票箱文件包 · verify the bundle of a box")
    parser.add_argument("bundle", type=Path, metavar="box.zip")
    parser.add_argument("--box", metavar="ID|HASH", help="箱号，见领票纸或海报 · the number on your slip or the poster")
    parser.add_argument(
        "--trust", type=Path, metavar="trust.json", help="公开日志与见证人的公钥 · keys of logs, witnesses"
    )
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="自己的回执 · a receipt to look for")
    parser.add_argument("--json", action="store_true", help="输出 JSON · print JSON")
    return parser


def _verify(options: argparse.Namespace) -> Report:
    known: dict[str, Any] = {
        "box": WantedBox.parse(options.box) if options.box is not None else None,
        "trust": Trust.parse(_read(options.trust)) if options.trust else None,
        "receipt": Receipt.parse(_read(options.receipt)) if options.receipt else None,
    }
    progress = Progress(sys.stderr, time.monotonic, _word("checking")) if sys.stderr.isatty() else None
    processes = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        with options.bundle.open("rb") as file:
            bundle = FileSource.of(file)
            if processes == 1 or bundle.size < ONE_PROCESS_BELOW * BYTES_PER_BALLOT:
                return verify(bundle, run=told(map, progress), **known)
            with multiprocessing.Pool(processes) as pool:
                return verify(bundle, run=told(shared_out(pool, processes), progress), chunk=CHUNK, **known)
    except OSError as error:
        raise CannotVerify(Unreadable.FILE, str(error)) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotVerify(Unreadable.FILE, str(error)) from error


@dataclass(frozen=True)
class FileSource:
    """An open file as a source. It is read by ranges and not mapped: pages of a map would count as memory."""

    number: int
    size: int

    @classmethod
    def of(cls, file: BinaryIO) -> FileSource:
        """Return an open file as it is now."""
        return cls(file.fileno(), os.fstat(file.fileno()).st_size)

    def read(self, at: int, length: int) -> bytes:
        """Return a range."""
        found = bytearray()
        while len(found) < length and (more := os.pread(self.number, length - len(found), at + len(found))):
            found += more
        return bytes(found)


def _word(name: str) -> str:
    return wording.sentence("words", name, wording.ENGLISH if _english() else wording.CHINESE)


def _write(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def _english() -> bool:
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return locale.startswith("en")


if __name__ == "__main__":
    sys.exit(main())
