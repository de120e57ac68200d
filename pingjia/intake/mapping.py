"""Which column is which when its reader says so: by the names in a chosen header line, not by words that we know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pingjia.intake.columns import SEARCHED, Column, Header, plain
from pingjia.intake.table import Table

EXAMPLES = 3


@dataclass(frozen=True)
class FileColumn:
    """A column of a file: the name by which it is chosen, and the first few things that stand in it."""

    label: str
    examples: tuple[str, ...] = ()


def labels(cells: Sequence[str], width: int = 0) -> list[str]:
    """Name the columns of a header line so that no two are alike: 备注, 备注 (2), [C] where no title stands."""
    found: dict[str, None] = {}
    for place in range(max(width, len(cells))):
        title = " ".join(cells[place].split()) if place < len(cells) else ""
        label, number = title or f"[{_letters(place)}]", 2
        while label in found:
            label, number = f"{title} ({number})", number + 1
        found[label] = None
    return list(found)


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def likely_header(table: Table, columns: Sequence[Column]) -> int:
    """Return the number of the row that is most probably the header: most known words, else the first of two cells."""
    words = {plain(word) for column in columns for word in (column.key, str(column.title), *column.synonyms)}

    def known(row: tuple[int, list[str]]) -> int:
        return sum(bool(cell) and plain(cell) in words for cell in row[1])

    searched = table.rows[:SEARCHED]
    best = max(searched, key=known)
    if known(best):
        return best[0]
    return next((number for number, cells in searched if sum(map(bool, cells)) > 1), searched[0][0])


def file_columns(table: Table, header_row: int) -> list[FileColumn]:
    """Return the file's columns under a header line, those without title and content left out."""
    cells = dict(table.rows).get(header_row, [])
    below = [row for number, row in table.rows if number > header_row][:200]
    width = max([len(cells), *(len(row) for row in below)])
    found = []
    for place, label in enumerate(labels(cells, width)):
        seen = dict.fromkeys(row[place].strip() for row in below if place < len(row) and row[place].strip())
        if seen or (place < len(cells) and cells[place].strip()):
            found.append(FileColumn(label, tuple(list(seen)[:EXAMPLES])))
    return found


def find_named(table: Table, named: Mapping[str, str]) -> Header | None:
    """Return the first row in which every named column (``{key: label}``) stands, or nothing."""
    width = max(len(cells) for _number, cells in table.rows)
    for number, cells in table.rows[:SEARCHED]:
        here = {label: place for place, label in enumerate(labels(cells, width))}
        if any(cells) and all(label in here for label in named.values()):
            places = {key: here[label] for key, label in named.items()}
            unused = tuple(
                cell.strip() for place, cell in enumerate(cells) if cell.strip() and place not in places.values()
            )
            return Header(number, places, unused)
    return None
