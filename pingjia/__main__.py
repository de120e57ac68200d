"""The one command: ``pingjia count``, ``pingjia verify``, and everything that Django's manage knows.

    pingjia count --slate S.json FILE.csv [--blank 0] [--formula fav-expressed]     recount ballots copied from paper
    pingjia verify box.zip [--box HASH | --trust trust.json]                        check a published ballot box
    pingjia witness DIR                                                             watch and cosign public logs
    pingjia verify-pages https://booth.example [--trust trust.json]                 are these the logged pages?
    pingjia keep-receipt RECEIPT URL|FOLDER --out mine.json                         make a receipt prove itself
    pingjia verify-receipt mine.json --trust trust.json                             check it, offline
    pingjia freeze-log --federation CODE --year YEAR --out DIR                      a year's log as static files
    pingjia import units FILE… [--national]                                         load the organisation
    pingjia export units FILE                                                       write it out, whole
    pingjia import roster FILE --unit CODE                                          load a union's roster
    pingjia export roster FILE --unit CODE                                          write it out, whole
    pingjia serve | demo | check | migrate | …                                      the web site's own commands

``count``, ``verify`` and ``witness`` need no database and no settings. Exit codes: 0 good, 2 unreadable; ``verify``
adds 1 bad and 3 unchecked root, ``witness`` 1 a log that contradicts itself.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pingjia.core import canonical
from pingjia.core.ballot.fields import BadObject
from pingjia.core.ballot.objects import Threshold
from pingjia.core.ballot.slate import Slate
from pingjia.core.count import MOST_FAULTS, BlankRule, Count, Fault, FaultCode, TableRefused, count_ballots, read_table
from pingjia.core.tally import Formula, SubjectCount

GOOD, UNREADABLE = 0, 2

# What is wrong and what to do about it, in the language of the terminal (Chinese unless LANG says English).
FAULT_TEXT = {
    FaultCode.NOT_TEXT: (
        "文件既不是 UTF-8 也不是 GB 18030 文本。请在表格软件中另存为“CSV UTF-8”后重试。",
        "The file is neither UTF-8 nor GB 18030 text. Save it again as “CSV UTF-8” in the spreadsheet program.",
    ),
    FaultCode.NOT_CSV: (
        "第 {row} 行附近引号不成对或含有不可见字符，读不出表格。请在表格软件中另存为 CSV 后重试。",
        "Near row {row} a quote is not closed, or there is an invisible character. Save it again as CSV.",
    ),
    FaultCode.NO_HEADER: (
        "第 1 行应写明各测评对象的代码或名称，现在是空的。请补上表头。",
        "Row 1 must name the subjects by code or title, but is empty. Add the header.",
    ),
    FaultCode.UNKNOWN_COLUMN: (
        "第 1 行第 {column} 列“{found}”不是选项单上的测评对象（{allowed}）。请改正列名；票号只能放在没有列名的第一列。",
        "Row 1 column {column}: “{found}” is no subject of the slate ({allowed}). Correct the name; ballot numbers may "
        "only stand in a first column without a name.",
    ),
    FaultCode.DOUBLE_COLUMN: (
        "第 1 行第 {column} 列“{found}”重复出现。请只保留一列。",
        "Row 1 column {column}: “{found}” appears twice. Keep one column.",
    ),
    FaultCode.MISSING_COLUMN: (
        "缺少“{found}”一列。请补上该列；全部弃权也要有空列。",
        "The column “{found}” is missing. Add it, with empty cells if everyone left it blank.",
    ),
    FaultCode.EMPTY_ROW: (
        "第 {row} 行是空行。如是整张弃权票，请保留逗号；否则请删去此行。",
        "Row {row} is empty. If it is a wholly blank ballot, write its commas; otherwise delete the row.",
    ),
    FaultCode.ROW_LENGTH: (
        "第 {row} 行有 {found} 格，表头有 {allowed} 格。请对照原票补齐或删去多余的格。",
        "Row {row} has {found} cells, the header {allowed}. Compare it with the paper and add or remove cells.",
    ),
    FaultCode.UNKNOWN_GRADE: (
        "第 {row} 行第 {column} 列“{found}”不是该对象的等次代码（{allowed}）。"
        "请对照原票改正；弃权请留空，或用 --blank 指明表示弃权的代码。",
        "Row {row} column {column}: “{found}” is no grade code of this subject ({allowed}). Correct it from the paper; "
        "leave it empty for a blank vote, or name with --blank the code that means blank.",
    ),
    FaultCode.BLANK_IS_GRADE: (
        "“{found}”是选项单上的等次，不能同时表示弃权。请改用别的 --blank。",
        "“{found}” is a grade of the slate and cannot mean blank. Give another --blank.",
    ),
}
MORE_FAULTS = (f"只列出前 {MOST_FAULTS} 处。", f"Only the first {MOST_FAULTS} are listed.")
UNREADABLE_TEXT = {
    "file": ("读不出文件 {found}：{why}", "Cannot read the file {found}: {why}"),
    "slate": ("{found} 不是选项单：{why}", "{found} is not a slate: {why}"),
}


def _in_language(texts: tuple[str, str]) -> str:
    """Choose (Chinese, English) by the terminal's locale."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return texts[1] if locale.startswith("en") else texts[0]


def _complain(*lines: str) -> int:
    """Write the lines for a person to read; return the exit code for unreadable input."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return UNREADABLE


def _fault_line(fault: Fault) -> str:
    allowed = " ".join(fault.allowed)
    text = _in_language(FAULT_TEXT[fault.code])
    return text.format(row=fault.row, column=fault.column, found=fault.found, allowed=allowed)


def _threshold(text: str) -> Threshold:
    """Read ``4/5``."""
    num, slash, den = text.partition("/")
    if not slash or not all(part.isascii() and part.isdigit() for part in (num, den)) or not 0 < int(num) <= int(den):
        raise argparse.ArgumentTypeError("NUM/DEN, 0 < NUM <= DEN")
    return Threshold(num=int(num), den=int(den))


def _subject_result(subject: SubjectCount, formula: Formula, threshold: Threshold) -> dict[str, Any]:
    share = subject.rate(formula)
    return {
        "code": subject.code,
        "title": subject.subject.title,
        "counts": subject.by_grade,
        "blank": subject.blank,
        "favourable": subject.favourable,
        "unfavourable": subject.unfavourable,
        "numerator": share.numerator,
        "denominator": share.denominator,
        "percent": share.percent(),
        "reached": share.meets(threshold),
    }


def count_result(slate: Slate, count: Count, threshold: Threshold) -> dict[str, Any]:
    """Return what ``pingjia count`` prints: every number with the rules that made it."""
    formula = count.rule.formula
    return {
        "slate": slate.hash.hex(),
        "ballots": count.ballots,
        "formula": formula.value,
        "blank": {"cells": ["", *count.rule.codes], "in_base": formula is Formula.FAV_VALID},
        "threshold": {"num": threshold.num, "den": threshold.den},
        "subjects": [_subject_result(subject, formula, threshold) for subject in count.subjects],
    }


def _read_slate(path: Path) -> Slate:
    """Read a slate from JSON in any spelling; the order of keys and white space are put right first."""
    value = json.loads(path.read_text("utf-8"))
    return Slate.from_bytes(canonical.dumps(value))


def count_command(argv: Sequence[str]) -> int:
    """``pingjia count``: JSON to standard output; what is wrong, by row and column, to standard error."""
    parser = argparse.ArgumentParser(
        prog="pingjia count", description=_in_language(("计手抄选票", "Count copied ballots"))
    )
    parser.add_argument("--slate", required=True, type=Path, metavar="S.json")
    parser.add_argument("--blank", action="append", default=[], metavar="CODE", help="a cell that means blank, too")
    parser.add_argument("--formula", type=Formula, choices=list(Formula), default=Formula.FAV_VALID)
    parser.add_argument("--threshold", type=_threshold, default=Threshold(num=4, den=5), metavar="NUM/DEN")
    parser.add_argument("table", type=Path, metavar="FILE.csv")
    options = parser.parse_args(argv)
    reading = options.slate
    try:
        slate = _read_slate(options.slate)
        reading = options.table
        rows = read_table(options.table.read_bytes())
        count = count_ballots(slate, rows, BlankRule(tuple(dict.fromkeys(options.blank)), options.formula))
    except OSError as error:
        return _complain(_in_language(UNREADABLE_TEXT["file"]).format(found=reading, why=error.strerror))
    except TableRefused as refusal:
        more = [_in_language(MORE_FAULTS)] if len(refusal.faults) == MOST_FAULTS else []
        return _complain(*(_fault_line(fault) for fault in refusal.faults), *more)
    except (BadObject, ValueError, RecursionError) as error:
        return _complain(_in_language(UNREADABLE_TEXT["slate"]).format(found=reading, why=error))
    result = count_result(slate, count, options.threshold)
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    return GOOD


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command == "count":
        return count_command(rest)
    if command == "verify":
        from pingjia.core.verify.__main__ import main as verify

        return int(verify(rest) or 0)
    if command == "witness":
        from pingjia.witness.__main__ import main as witness

        return witness(rest)
    if command in ("keep-receipt", "verify-receipt"):
        from pingjia.witness import receipts

        return receipts.keep_command(rest) if command == "keep-receipt" else receipts.verify_command(rest)
    if command == "verify-pages":
        from pingjia.witness.pages import main as verify_pages

        return verify_pages(rest)
    if command == "serve" and "--only" in rest[:-1]:  # which databases there are is decided before anything is read
        os.environ.setdefault("PINGJIA_ONLY", rest[rest.index("--only") + 1])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pingjia.settings")
    from django.core.management import execute_from_command_line

    if command in ("import", "export") and rest and not rest[0].startswith("-"):
        command, rest = f"{command}_{rest[0]}", rest[1:]  # a room's own command: import_units, export_roster
    execute_from_command_line(["pingjia", "freeze_log" if command == "freeze-log" else command, *rest])
    return GOOD


if __name__ == "__main__":
    sys.exit(main())
