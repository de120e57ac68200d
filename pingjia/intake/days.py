"""Days as people write them in spreadsheets: as dates, or as text that looks like one."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

SHAPES = (
    re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日?"),
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
)
MIDNIGHT = re.compile(r"[T ]\s*0?0:00(:00)?$")


def day_of(text: str) -> date | None:
    """Return the day that a cell means, or nothing where it is no day or more than one could be meant.

    Year first only: 01/02/2024 is two days, depending on who wrote it. A bare serial number (45413) is no day either:
    it is another one in each of the two calendars that spreadsheets have.
    """
    plain = MIDNIGHT.sub("", unicodedata.normalize("NFKC", text).strip()).replace(" ", "")
    for shape in SHAPES:
        if found := shape.fullmatch(plain):
            try:
                return date(*map(int, found.groups()))
            except ValueError:
                return None
    return None
