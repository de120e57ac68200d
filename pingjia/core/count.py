"""Counting ballots that people copied from paper: one row a ballot, one column a subject, cells hold grade codes.

    ,work,home,chair            the header names subjects by code or title; a first column without a name holds ballot
    1,s,b,s                     numbers and is not counted
    2,s,,d                      an empty cell is a blank vote (弃权)

All that is wrong is reported at once, by row and column as a spreadsheet numbers them. Nothing is guessed: a cell that
is no grade of its subject stops the count.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pingjia.core.ballot.slate import Slate
from pingjia.core.tally import Formula, SubjectCount

MOST_FAULTS = 20
GREATEST_CELL = 80


class FaultCode(StrEnum):
    """What can be wrong with a table of copied ballots."""

    NOT_TEXT = "not-text"  # neither UTF-8 nor GB 18030
    NOT_CSV = "not-csv"
    NO_HEADER = "no-header"
    UNKNOWN_COLUMN = "unknown-column"
    DOUBLE_COLUMN = "double-column"
    MISSING_COLUMN = "missing-column"
    EMPTY_ROW = "empty-row"
    ROW_LENGTH = "row-length"
    UNKNOWN_GRADE = "unknown-grade"
    BLANK_IS_GRADE = "blank-is-grade"  # a code that shall mean blank is a grade of the slate


@dataclass(frozen=True)
class Fault:
    """One thing wrong: ``row`` and ``column`` from 1 as a spreadsheet shows them (0: the whole), ``found`` as read."""

    code: FaultCode
    row: int = 0
    column: int = 0
    found: str = ""
    allowed: tuple[str, ...] = ()


class TableRefused(ValueError):
    """The table cannot be counted; ``faults`` lists what to mend (the first twenty)."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(f"{fault.code} at row {fault.row} column {fault.column}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class BlankRule:
    """How blank votes are told and weighed; it is printed with every result.

    ``codes``: cell contents that mean blank, beside the empty cell. ``formula``: whether blanks stand in the base.
    """

    codes: tuple[str, ...] = ()
    formula: Formula = Formula.FAV_VALID


@dataclass(frozen=True)
class Count:
    """The count of a table: every row is one valid ballot, also a wholly blank one."""

    ballots: int
    subjects: tuple[SubjectCount, ...]
    rule: BlankRule


def read_table(raw: bytes) -> list[list[str]]:
    """Return the cells of a .csv as written by spreadsheets in UTF-8 (with or without mark) or GB 18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableRefused([Fault(FaultCode.NOT_TEXT)])
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    try:
        rows = [[cell.strip() for cell in row] for row in reader]
    except csv.Error as error:
        raise TableRefused([Fault(FaultCode.NOT_CSV, row=reader.line_num)]) from error
    if "\x00" in text:
        raise TableRefused([Fault(FaultCode.NOT_CSV)])
    while rows and not rows[-1]:  # editors end a file with empty lines
        rows.pop()
    return rows


def _columns(slate: Slate, header: Sequence[str]) -> list[int | None]:
    """Return for each column the place of its subject in the slate, None for the ballot numbers."""
    names = {subject.title: place for place, subject in enumerate(slate.subjects)}
    names |= {subject.code: place for place, subject in enumerate(slate.subjects)}  # a code outranks a like title
    known = tuple(subject.code for subject in slate.subjects)
    columns: list[int | None] = []
    faults: list[Fault] = []
    for number, name in enumerate(header, 1):
        if number == 1 and not name:
            columns.append(None)
        elif name not in names:
            faults.append(Fault(FaultCode.UNKNOWN_COLUMN, 1, number, name[:GREATEST_CELL], known))
        elif names[name] in columns:
            faults.append(Fault(FaultCode.DOUBLE_COLUMN, 1, number, name[:GREATEST_CELL]))
        else:
            columns.append(names[name])
    if not faults:
        absent = [subject for place, subject in enumerate(slate.subjects) if place not in columns]
        faults = [Fault(FaultCode.MISSING_COLUMN, 1, 0, subject.title) for subject in absent]
    if faults:
        raise TableRefused(faults[:MOST_FAULTS])
    return columns


def _row_faults(
    slate: Slate, columns: Sequence[int | None], number: int, row: Sequence[str], blank: set[str]
) -> list[Fault]:
    """Return what is wrong with one row of cells."""
    if not row:
        return [Fault(FaultCode.EMPTY_ROW, number)]
    if len(row) != len(columns):
        return [Fault(FaultCode.ROW_LENGTH, number, 0, str(len(row)), (str(len(columns)),))]
    faults = []
    for column, (place, cell) in enumerate(zip(columns, row, strict=True), 1):
        if place is None or cell in blank or cell in slate.subjects[place].grades:
            continue
        faults.append(
            Fault(FaultCode.UNKNOWN_GRADE, number, column, cell[:GREATEST_CELL], slate.subjects[place].grades)
        )
    return faults


def count_ballots(slate: Slate, rows: Sequence[Sequence[str]], rule: BlankRule) -> Count:
    """Count a table whose first row is the header; raise TableRefused with all that has to be mended first."""
    if not rows or not any(rows[0]):
        raise TableRefused([Fault(FaultCode.NO_HEADER, 1)])
    grades = {grade for subject in slate.subjects for grade in subject.grades}
    if clash := [code for code in rule.codes if code in grades]:
        raise TableRefused([Fault(FaultCode.BLANK_IS_GRADE, found=code) for code in clash])
    columns = _columns(slate, rows[0])
    blank = {"", *rule.codes}
    faults: list[Fault] = []
    for number, row in enumerate(rows[1:], 2):
        faults += _row_faults(slate, columns, number, row, blank)
        if len(faults) >= MOST_FAULTS:
            break
    if faults:
        raise TableRefused(faults[:MOST_FAULTS])
    chosen = [Counter[str]() for _ in slate.subjects]
    for row in rows[1:]:
        for place, cell in zip(columns, row, strict=True):
            if place is not None and cell not in blank:
                chosen[place][cell] += 1
    ballots = len(rows) - 1
    subjects = tuple(
        SubjectCount.of(subject, [found[grade] for grade in subject.grades], ballots)
        for subject, found in zip(slate.subjects, chosen, strict=True)
    )
    return Count(ballots, subjects, rule)
