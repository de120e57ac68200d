"""What came out of a file: text, row by row, with the row numbers that the sheet itself shows."""

from __future__ import annotations

from dataclasses import dataclass, field

# What may be wrong with one cell although the sheet can be read.
LOST_DIGITS = "lost_digits"  # a number of more than 15 digits: the spreadsheet has already rounded it
FORMULA_ERROR = "formula_error"  # #REF!, #N/A and their like


@dataclass(frozen=True)
class Limits:
    """How much one file may cost. ``seconds`` and ``memory`` bound the reading process, the rest the table."""

    file_bytes: int = 20 * 2**20
    unpacked_bytes: int = 400 * 2**20
    rows: int = 200_000
    columns: int = 200
    cell: int = 32_767  # what a spreadsheet itself allows
    seconds: int = 40
    memory: int = 1536 * 2**20


@dataclass(frozen=True)
class Table:
    """One sheet as text.

    ``rows`` are ``(number, cells)``: the number is the one beside the row in the spreadsheet (first row 1), empty
    rows are left out, trailing empty cells too. ``merges`` are ``(top, left, bottom, right)``, rows from 1, columns
    from 0. ``doubts`` maps ``(row, column)`` to ``LOST_DIGITS`` or ``FORMULA_ERROR``.
    """

    kind: str  # xlsx, xls, xlsb, ods, csv
    rows: list[tuple[int, list[str]]]
    sheet: str = ""
    encoding: str = ""
    others: list[str] = field(default_factory=list)  # visible sheets that were not read
    hidden: list[str] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    doubts: dict[tuple[int, int], str] = field(default_factory=dict)
