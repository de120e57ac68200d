"""Which column is which: by the words in the header line, whatever their order and whatever stands above it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable

SEARCHED = 20  # rows in which the header is looked for; titles and notes may stand above it
REMARK = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：]")


@dataclass(frozen=True)
class Column:
    """A column that an import understands: ``key`` for programs, ``title`` for people, and other names it goes by."""

    key: str
    title: str | Promise
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Header:
    """Where the header stands and where each known column is; ``unused`` are the titles nobody reads."""

    row: int
    places: Mapping[str, int]
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """One row under the header: its number in the sheet, its text by column key, what is doubtful in it."""

    row: int
    values: Mapping[str, str]
    doubts: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")


@lru_cache(maxsize=4096)  # a roster says "一线职工" a hundred thousand times
def plain(title: str) -> str:
    """Return a header's word for comparing: width, spaces, case, remarks in brackets and asterisks do not count."""
    return re.sub(r"\s+", "", REMARK.sub("", unicodedata.normalize("NFKC", title))).casefold()


def vocabulary(words: Mapping[str, Sequence[str]], labels: Iterable[tuple[str, object]]) -> dict[str, str]:
    """Return a dictionary from every way to write a value (its label in the reader's language too) to its code."""
    found = {plain(str(label)): code for code, label in labels if code}
    return found | {plain(name): code for code, names in words.items() for name in names}


def find_header(table: Table, columns: Sequence[Column]) -> Header:
    """Return the first row that names every required column; raise ``Unreadable`` with the columns that are missing."""
    with override(None):  # a table in Chinese is understood whatever language its reader has chosen
        originals = {column.key: str(column.title) for column in columns}
    words = {
        plain(word): column.key
        for column in columns
        for word in (column.key, originals[column.key], str(column.title), *column.synonyms)
    }
    required = {column.key for column in columns if column.required}
    best: set[str] = set()
    for number, cells in table.rows[:SEARCHED]:
        places: dict[str, int] = {}
        twice = ""
        for place, title in enumerate(cells):
            key = words.get(plain(title)) if title else None
            if key in places:
                twice = title.strip()
            elif key:
                places[key] = place
        if required <= places.keys():
            if twice:
                raise Unreadable("header_twice", row=number, title=twice)
            unused = tuple(
                cell.strip() for place, cell in enumerate(cells) if cell.strip() and place not in places.values()
            )
            return Header(number, places, unused)
        best = max(best, set(places) & required, key=len)
    missing = _("、").join(str(column.title) for column in columns if column.required and column.key not in best)
    raise Unreadable("no_header", searched=SEARCHED, missing=missing)


def records(table: Table, header: Header) -> Iterator[Record]:
    """Yield the rows under the header that hold anything in a known column.

    A block merged downwards says one thing about all its rows, as its reader sees it; its text is repeated in each of
    them.
    """
    spread = {
        (row, left): top
        for top, left, bottom, _right in table.merges
        if top > header.row and left in header.places.values()
        for row in range(top + 1, bottom + 1)
    }
    cells_by_row = dict(table.rows)
    for number, cells in table.rows:
        if number <= header.row:
            continue
        values: dict[str, str] = {}
        doubts: dict[str, str] = {}
        for key, place in header.places.items():
            source = spread.get((number, place))
            seen = cells_by_row.get(source, []) if source else cells
            values[key] = seen[place].strip() if place < len(seen) else ""
            if doubt := table.doubts.get((source or number, place)):
                doubts[key] = doubt
        if any(values.values()):
            yield Record(number, values, doubts)
