"""Loading a country's administrative divisions as the tree of territorial federations, level by level, in flat memory.

Each level is one or more .csv files (``.csv.gz`` too) with ``code`` and ``name`` and the code of every level above,
in any order of columns: ``provinceCode``, ``cityCode``, ``areaCode``, ``streetCode``. The lowest of these is the lead
superior. Names are kept byte for byte; they are not unique and never keys.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.units.models import Kind, Unit
from pingjia.units.refusal import Refused

ABOVE = ("provinceCode", "cityCode", "areaCode", "streetCode")
BATCH = 5_000


@dataclass(frozen=True)
class Source:
    """One file: its level (0 provinces … 4 villages and communities) and the column that names the superior."""

    file: Path
    level: int
    parent: str


@dataclass
class Loaded:
    """What loading did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def sources(folder: Path) -> list[Source]:
    """Return the files of a folder that hold divisions, from the top level down."""
    found = []
    for file in sorted([*folder.glob("*.csv"), *folder.glob("*.csv.gz")]):
        with _open(file) as text:
            titles = next(csv.reader(text), [])
        if {"code", "name"} <= set(titles):
            columns = [column for column in ABOVE if column in titles]
            level = ABOVE.index(columns[-1]) + 1 if columns else 0
            found.append(Source(file, level, columns[-1] if columns else ""))
    return sorted(found, key=lambda source: (source.level, source.file.name))


def _open(file: Path) -> IO[str]:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def load(folder: Path, *, by: object, say: Callable[[str], None] = lambda line: None) -> Loaded:
    """Load every level of a folder; running it again changes only what the files changed.

    Each file is one transaction: a run that is killed leaves whole levels, and the next run goes on from there.
    Raises ``Refused`` with file and line where a superior is missing, a code or name is empty.
    """
    files = sources(folder)
    if not files:
        raise Refused(_("文件夹 %(folder)s 里没有区划表（要有 code 和 name 两列的 .csv）。") % {"folder": folder})
    total = Loaded()
    for source in files:
        with transaction.atomic():
            done = _load_file(source)
            if done.new or done.changed:
                record("load_divisions", by=by, about=source.file.name, new=done.new, changed=done.changed)
        say(
            _("%(file)s：新增 %(new)d，改动 %(changed)d，不变 %(unchanged)d")
            % {"file": source.file.name, "new": done.new, "changed": done.changed, "unchanged": done.unchanged}
        )
        total.new += done.new
        total.changed += done.changed
        total.unchanged += done.unchanged
    return total


def _load_file(source: Source) -> Loaded:
    done = Loaded()
    superiors: dict[str, tuple[int, str]] = {}
    for batch in _batches(source):
        wanted = {parent for _line, _code, _name, parent in batch if parent} - superiors.keys()
        found = Unit.objects.filter(code__in=wanted).values_list("code", "pk", "path")
        superiors.update({code: (pk, path) for code, pk, path in found})
        _load_batch(source, batch, superiors, done)
    return done


def _batches(source: Source) -> Iterator[list[tuple[int, str, str, str]]]:
    """Yield ``(line, code, name, superior's code)`` in batches."""
    batch: list[tuple[int, str, str, str]] = []
    with _open(source.file) as text:
        for line, row in enumerate(csv.DictReader(text), 2):
            code, name = (row.get("code") or "").strip(), row.get("name") or ""
            if not code or not name:
                raise Refused(
                    _("%(file)s 第 %(line)d 行没有编号或名称，请补上。") % {"file": source.file.name, "line": line}
                )
            batch.append((line, code, name, (row.get(source.parent) or "").strip() if source.parent else ""))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _load_batch(
    source: Source, batch: list[tuple[int, str, str, str]], superiors: dict[str, tuple[int, str]], done: Loaded
) -> None:
    codes = [code for _line, code, _name, _parent in batch]
    standing = {unit.code: unit for unit in Unit.objects.filter(code__in=codes)}
    new: dict[str, Unit] = {}
    renamed: list[Unit] = []
    kind = Kind.JOINT if source.level == len(ABOVE) else Kind.FEDERATION
    for line, code, name, parent in batch:
        if source.parent and parent not in superiors:
            place = {"file": source.file.name, "line": line, "code": parent}
            raise Refused(_("%(file)s 第 %(line)d 行的上级 %(code)s 不存在，请补上那一级的表再装。") % place)
        pk, path = superiors[parent] if source.parent else (None, "")
        path += f"{code}/"
        unit = standing.get(code)
        if unit is None:
            unit = Unit(code=code, name=name, kind=kind, parent_id=pk, path=path, depth=path.count("/") - 1)
            new[code] = unit
        elif unit.name != name:
            unit.name = name
            renamed.append(unit)
        else:
            done.unchanged += 1
    Unit.objects.bulk_create(new.values(), batch_size=BATCH)
    Unit.objects.bulk_update(renamed, ["name"], batch_size=500)
    done.new += len(new)
    done.changed += len(renamed)
