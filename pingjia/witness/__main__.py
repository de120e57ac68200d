"""``pingjia witness DIR``: watch public logs, cosign them as long as they only grow, keep evidence when they do not.

    pingjia witness DIR --new audit.example.org/w1           make this witness's key, print the public one
    pingjia witness DIR --follow VKEY URL|FOLDER             follow a log from now on
    pingjia witness DIR                                      one round over all followed logs
    pingjia witness DIR --every 300 [--rounds 12]            a round every 300 seconds
    python -m pingjia.witness …                              the same, without the rest of the program

Exit codes: 0 all cosigned · 1 a log contradicts itself (evidence is in DIR) · 2 something to put right first.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from pingjia.witness.folder import Folder, Trouble
from pingjia.witness.rounds import Verdict, one_log
from pingjia.witness.words import sentence

SHORTEST, LONGEST = 10, 24 * 3600


def _interval(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not SHORTEST <= int(text) <= LONGEST:
        raise argparse.ArgumentTypeError(f"{SHORTEST} … {LONGEST}")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 10**9:
        raise argparse.ArgumentTypeError("1 …")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pingjia witness", description="见证公开日志 · witness public logs")
    parser.add_argument("folder", type=Path, metavar="DIR", help="见证人自己的文件夹 · this witness's own folder")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--new", metavar="NAME", help="做钥匙，印出公钥 · make the key, print the public one")
    what.add_argument("--follow", nargs=2, metavar=("VKEY", "URL|FOLDER"), help="见证这本日志 · follow this log")
    what.add_argument("--every", type=_interval, metavar="SECONDS", help=f"每隔多久一轮 · {SHORTEST} … {LONGEST}")
    parser.add_argument("--rounds", type=_count, metavar="N", help="只做 N 轮 · stop after N rounds")
    return parser


def main(argv: Sequence[str] | None = None, sleep: Callable[[float], None] = time.sleep) -> int:
    """Run the command; return the exit code."""
    options = _parser().parse_args(argv)
    folder = Folder(options.folder)
    try:
        with folder.alone():
            if options.new is not None:
                return _new(folder, options.new)
            if options.follow is not None:
                log = folder.follow(*options.follow)
                return _say(sys.stdout, "follows", origin=log.key.name, source=log.source)
            return _rounds(folder, options.every, options.rounds, sleep)
    except Trouble as trouble:
        _say(sys.stderr, trouble.name, **trouble.facts)
        return int(Verdict.TROUBLE)


def _say(out: TextIO, name: str, /, **facts: object) -> int:
    out.write(sentence(name, **facts) + "\n")
    out.flush()
    return int(Verdict.GOOD)


def _new(folder: Folder, name: str) -> int:
    key = folder.make_key(name)
    _say(sys.stderr, "key")
    sys.stdout.write(f"{key.text()}\n")
    return int(Verdict.GOOD)


def _rounds(folder: Folder, every: int | None, rounds: int | None, sleep: Callable[[float], None]) -> int:
    """Run one round, or one every so many seconds; the exit code is the worst that any round came to."""
    left = (rounds if every else 1) or -1
    worst = Verdict.GOOD
    while left:
        worst = _worse(worst, _round(folder))
        left -= 1
        if left:
            sleep(every or 0)
    return int(worst)


def _round(folder: Folder) -> Verdict:
    folder.signer()
    logs = folder.followed()
    if not logs:
        raise Trouble("nothing_followed", folder=folder.path)
    worst = Verdict.GOOD
    for log in logs:
        said = one_log(folder, log, lambda: int(time.time()))
        _say(sys.stdout if said.verdict is Verdict.GOOD else sys.stderr, said.name, **said.facts)
        worst = _worse(worst, said.verdict)
    return worst


def _worse(one: Verdict, other: Verdict) -> Verdict:
    """Return the graver of two: a lie before a trouble before nothing."""
    return min((one, other), key=[Verdict.TWO_FACED, Verdict.TROUBLE, Verdict.GOOD].index)


if __name__ == "__main__":
    sys.exit(main())
