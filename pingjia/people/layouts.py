"""How a roster's table is read: as its officer said, as last time, as ours, or as one of the layouts kept as data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from pingjia.intake.columns import SEARCHED, Column, plain
from pingjia.intake.mapping import FileColumn
from pingjia.intake.preview import invisible
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.journal.actions import record
from pingjia.people.models import Category, RosterColumns
from pingjia.people.roster_columns import COLUMNS, Layout, words
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

OURS = Path(__file__).parent / "data" / "profiles"
KEYS = tuple(column.key for column in COLUMNS)
ALWAYS = ("no", "name")  # nobody is entered without them; a category may be given for all
CODED = ("category", "status", "employment", "sex")


class BadProfile(ValueError):
    """A file of columns is not one; says which."""


@dataclass(frozen=True)
class Profile:
    """A layout that comes from elsewhere; a header line is of this kind if all ``marks`` stand in it."""

    title: str
    marks: tuple[str, ...]
    columns: Mapping[str, Sequence[str]]  # our key: the names that it goes by there
    defaults: Mapping[str, str]
    words: Mapping[str, Mapping[str, Sequence[str]]]

    @property
    def layout(self) -> Layout:
        """Return how to read it; made anew for each reader, whose language the words follow too."""
        return Layout(_columns(self.columns), words(self.words), self.defaults, self.title)


def profiles() -> tuple[Profile, ...]:
    """Return the layouts kept as data: the operator's own folder where the settings name one."""
    return _read(Path(settings.PINGJIA_PROFILES or OURS))


@lru_cache(maxsize=4)
def _read(folder: Path) -> tuple[Profile, ...]:
    found = []
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text("utf-8"))
        columns, defaults, more = content["columns"], content.get("defaults", {}), content.get("words", {})
        if not {*ALWAYS, "category"} <= {*columns, *defaults} or not {*columns} <= {*KEYS}:
            raise BadProfile(f"{file}: columns")
        if not {*defaults} <= {"category"} or defaults.get("category", "manager") not in Category.values:
            raise BadProfile(f"{file}: defaults")
        if not {*more} <= {*CODED} or len(content["marks"]) < 2:
            raise BadProfile(f"{file}: words or marks")
        found.append(Profile(content["title"], tuple(content["marks"]), columns, defaults, more))
    return tuple(found)


def _columns(names: Mapping[str, Sequence[str]]) -> tuple[Column, ...]:
    must = {*ALWAYS, "category"}
    return tuple(
        Column(column.key, column.title, tuple(names[column.key]), column.key in must)
        for column in COLUMNS
        if column.key in names
    )


def named(columns: Mapping[str, str], category: str = "") -> Layout:
    """Return the layout in which these columns were named by hand, ``{our key: the file's name for it}``."""
    more: dict[str, dict[str, list[str]]] = {}
    for profile in profiles():
        for key, codes in profile.words.items():
            for code, its in codes.items():
                more.setdefault(key, {}).setdefault(code, []).extend(its)
    defaults = {} if "category" in columns else {"category": category}
    return Layout(_columns(dict.fromkeys(columns, ())), words(more), defaults, named=dict(columns))


def choose(unit: Unit, table: Table, said: Mapping[str, Any] | None = None) -> Layout:
    """Return how to read this table: as was just said, as it was said before, or as the layout that fits best.

    A table that fits none is read as ours, whose refusal says which columns are missing.
    """
    if said:
        return named(said["named"], said.get("category", ""))
    for before in RosterColumns.objects.filter(unit=unit).order_by("-pk"):
        layout = named(before.named, before.category)
        if _found(layout, table):
            return replace(layout, title=_("上次定下的对应"))
    found = [(_found(ours := Layout(), table), ours)]
    for profile in profiles():
        layout = profile.layout
        if _marked(table, profile.marks):
            found.append((_found(layout, table), layout))
    return max(found, key=lambda one: one[0])[1]


def _found(layout: Layout, table: Table) -> int:
    """Count the columns that a layout finds in a table."""
    try:
        return len(layout.header(table).places)
    except Unreadable:
        return 0


def _marked(table: Table, marks: Sequence[str]) -> bool:
    wanted = {plain(mark) for mark in marks}
    return any(wanted <= {plain(cell) for cell in cells} for _number, cells in table.rows[:SEARCHED])


def guess(columns: Sequence[FileColumn]) -> dict[str, str]:
    """Return what a file's columns probably are, ``{our key: the file's name for it}``, by every word that we know."""
    found: dict[str, str] = {}
    for one in (Layout(), *(profile.layout for profile in profiles())):
        for column in one.columns:
            known = {plain(word) for word in (column.key, str(column.title), *column.synonyms)}
            for candidate in columns:
                free = column.key not in found and candidate.label not in found.values()
                if free and plain(candidate.label) in known:
                    found[column.key] = candidate.label
    return found


def problems(columns: Mapping[str, str], category: str, there: Sequence[FileColumn]) -> list[str]:
    """Return everything that is wrong with columns named by hand."""
    titles = {column.key: str(column.title) for column in COLUMNS}
    names = {one.label for one in there}
    reasons = [_("请指明哪一列是“%(title)s”。") % {"title": titles[key]} for key in ALWAYS if key not in columns]
    if "category" not in columns and category not in Category.values:
        reasons.append(_("请指明哪一列是“岗位类别”；表里没有，就选新会员记为哪一类。"))
    for label in dict.fromkeys(columns.values()):
        if strange := invisible(label):
            reasons.append(_("这个列名含有看不见的字符 %(code)s，请在文件里改正。") % {"code": strange})
        elif label not in names:
            reasons.append(_("表里没有“%(label)s”这一列。") % {"label": label})
        used = [titles[key] for key, one in columns.items() if one == label]
        if len(used) > 1:
            twice = {"label": label, "titles": _("、").join(used)}
            reasons.append(_("“%(label)s”这一列用了不止一次：%(titles)s。") % twice)
    return reasons


@transaction.atomic
def remember(
    unit: Unit, columns: Mapping[str, str], *, category: str, there: Sequence[FileColumn], by: object
) -> RosterColumns:
    """Keep how this union's table is read; a table of the same columns, in whatever order, is read so from now on."""
    if reasons := problems(columns, category, there):
        raise Refused(*reasons)
    kept = {"named": dict(columns), "category": "" if "category" in columns else category}
    RosterColumns.objects.filter(unit=unit, named=kept["named"]).delete()
    one = RosterColumns.objects.create(unit=unit, by=getattr(by, "username", None) or str(by), **kept)
    record("remember_columns", by=by, about=unit.code, unit=unit.code, columns=sorted(columns))
    return one
