"""Loading a country's administrative divisions as the tree of territorial federations, level by level, in flat memory.

Each level is one or more .csv files (``.csv.gz`` too) with ``code`` and ``name`` and the code of every level above,
in any order of columns: ``provinceCode``, ``cityCode``, ``areaCode``, ``streetCode``. The lowest of these is the lead
superior. Names are kept byte for byte; they are not unique and never keys.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from pingjia.core.letters import letters
from pingjia.journal.actions import record
from pingjia.units import actions, counting, history
from pingjia.units.actions import CODE
from pingjia.units.models import Kind, Level, Unit
from pingjia.units.refusal import Refused

ABOVE = ("provinceCode", "cityCode", "areaCode", "streetCode")
LEVELS = (Level.PROVINCE, Level.CITY, Level.COUNTY, Level.TOWN, Level.VILLAGE)
BATCH = 5_000
KNOWN = 20_000  # superiors remembered while a file is read; the memory stays flat whatever its length


@dataclass(frozen=True)
class Source:
    """One file: its level (0 provinces … 4 villages and communities) and the column that names the superior."""

    file: Path
    level: int
    parent: str

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield line numbers and rows."""
        try:
            with _open(self.file) as text:
                yield from enumerate(csv.DictReader(text), 2)
        except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
            raise Refused(
                _("文件 %(file)s 读不出来，不是完整的 UTF-8 区划表，请重新取得这个文件。") % {"file": self.file.name}
            ) from error

    def unit(self, code: str, name: str, parent: int | None, above: str) -> Unit:
        """Return a new unit of this level, unsaved."""
        path = f"{above}{code}/"
        full, short = letters(name)
        return Unit(
            code=code,
            name=name,
            kind=Kind.JOINT if self.level == len(ABOVE) else Kind.FEDERATION,
            level=LEVELS[self.level],
            parent_id=parent,
            path=path,
            depth=path.count("/") - 1,
            letters=full,
            initials=short,
        )


@dataclass
class Loaded:
    """What loading did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


def sources(paths: Sequence[Path]) -> tuple[list[Source], list[Path]]:
    """Split files (and the .csv files of folders) into divisions, from the top level down, and all others."""
    found, others = [], []
    for path in paths:
        files = sorted([*path.glob("*.csv"), *path.glob("*.csv.gz")]) if path.is_dir() else [path]
        for file in files:
            titles = _titles(file)
            if {"code", "name"} <= set(titles) and "kind" not in titles:
                columns = [column for column in ABOVE if column in titles]
                level = ABOVE.index(columns[-1]) + 1 if columns else 0
                found.append(Source(file, level, columns[-1] if columns else ""))
            else:
                others.append(file)
    return sorted(found, key=lambda source: (source.level, source.file.name)), others


def _titles(file: Path) -> list[str]:
    if not file.name.endswith((".csv", ".csv.gz")):
        return []
    try:
        with _open(file) as text:
            return next(csv.reader(text), [])
    except (UnicodeDecodeError, csv.Error, EOFError):
        return []
    except OSError as error:
        raise Refused(_("文件 %(file)s 读不出来：%(why)s") % {"file": file, "why": error.strerror}) from error


def _open(file: Path) -> IO[str]:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def load(files: Sequence[Source], *, by: object, say: Callable[[str], None] = lambda line: None) -> Loaded:
    """Load every level; running it again changes only what the files changed.

    All of it is one transaction: a run that is killed leaves everything as it was. Raises ``Refused`` with file and
    line where a superior is missing, a code or name is empty or too long, or another import wrote the same codes.
    """
    total = Loaded()
    try:
        with transaction.atomic():
            for source in files:
                done = _load_file(source, say)
                if done.new or done.changed:
                    record("load_divisions", by=by, about=source.file.name, new=done.new, changed=done.changed)
                total.new += done.new
                total.changed += done.changed
                total.unchanged += done.unchanged
            if total.new or total.changed:
                counting.recount()
    except IntegrityError as clash:
        raise Refused(_("另一次导入刚刚写了同样的编号，这次什么都没有写入，请再执行一次。")) from clash
    return total


def _load_file(source: Source, say: Callable[[str], None]) -> Loaded:
    done = Loaded()
    superiors: dict[str, tuple[int, str]] = {}
    count = 0
    for batch in _batches(source):
        wanted = {parent for _line, _code, _name, parent in batch if parent} - superiors.keys()
        if len(superiors) > KNOWN:
            superiors.clear()
            wanted = {parent for _line, _code, _name, parent in batch if parent}
        found = Unit.objects.filter(code__in=wanted, until=None).values_list("code", "pk", "path")
        superiors.update({code: (pk, path) for code, pk, path in found})
        _load_batch(source, batch, superiors, done)
        count += len(batch)
        if count % (10 * BATCH) == 0:
            say(_("%(file)s：已读 %(n)d 行") % {"file": source.file.name, "n": count})
    say(
        _("%(file)s：新增 %(new)d，改动 %(changed)d，不变 %(unchanged)d")
        % {"file": source.file.name, "new": done.new, "changed": done.changed, "unchanged": done.unchanged}
    )
    return done


def _batches(source: Source) -> Iterator[list[tuple[int, str, str, str]]]:
    """Yield ``(line, code, name, superior's code)`` in batches."""
    batch: list[tuple[int, str, str, str]] = []
    for line, row in source.rows():
        code, name = (row.get("code") or "").strip(), row.get("name") or ""
        parent = (row.get(source.parent) or "").strip() if source.parent else ""
        place = {"file": source.file.name, "line": line}
        if not code or not name.strip():
            raise Refused(_("%(file)s 第 %(line)d 行没有编号或名称，请补上。") % place)
        if not CODE.fullmatch(code) or len(name) > 200:
            raise Refused(
                _("%(file)s 第 %(line)d 行的编号或名称写不下：编号只能用数字和字母，最多 40 位；名称最多 200 字。")
                % place
            )
        batch.append((line, code, name, parent))
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
    for line, code, name, parent in batch:
        place = {"file": source.file.name, "line": line, "code": parent}
        if source.parent and parent not in superiors:
            raise Refused(_("%(file)s 第 %(line)d 行的上级 %(code)s 不存在，请补上那一级的表再装。") % place)
        pk, path = superiors[parent] if source.parent else (None, "")
        unit = standing.get(code)
        if code in new:
            raise Refused(_("%(file)s 第 %(line)d 行的编号 %(code)s 重复，请只留一行。") % (place | {"code": code}))
        if unit is None:
            new[code] = source.unit(code, name, pk, path)
        elif not unit.stands:
            words = _("%(file)s 第 %(line)d 行的编号 %(code)s 属于已撤销的单位，不再使用，请换一个编号。")
            raise Refused(words % (place | {"code": code}))
        else:
            changed = unit.name != name or unit.parent_id != pk
            if unit.parent_id != pk:
                actions.replant(unit, Unit.objects.get(pk=pk) if pk else None, history.today())
            if unit.name != name:
                unit.name = name
                unit.letters, unit.initials = letters(name)
                renamed.append(unit)
            done.changed += changed
            done.unchanged += not changed
    Unit.objects.bulk_create(new.values(), batch_size=BATCH)
    history.keep(Unit.objects.filter(pk__in=[unit.pk for unit in renamed]), history.today())
    Unit.objects.bulk_update(renamed, ["name", "letters", "initials"], batch_size=500)
    done.new += len(new)
