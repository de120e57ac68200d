"""``pingjia import roster FILE --unit CODE``: what the page does, for the shell: look, then all of it or nothing."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, OperationalError, transaction

from pingjia.intake import mapping, reading
from pingjia.intake.table import Limits, Table
from pingjia.intake.unreadable import Unreadable
from pingjia.intake.workbooks import rejected
from pingjia.people import actions, layouts, roster
from pingjia.people.models import Category
from pingjia.people.roster_columns import COLUMNS
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

# The shell may bring what no page would take; the memory of the reading process stays bounded.
BOUNDS = Limits(file_bytes=500 * 2**20, rows=2_000_000, seconds=300, memory=6 * 2**30)
SHOWN = 50
TOLD_EVERY = 20_000


class Command(BaseCommand):
    """Say what would change or did; a file with one wrong row changes nothing."""

    help = "导入一个工会的名册：先核对，有一行不对就什么都不写；写入后一天之内可以在网页上撤销。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, whose roster it is, and what the page asks."""
        parser.add_argument("file", type=Path, metavar="FILE", help=".xlsx、.xls、.ods 或 .csv")
        parser.add_argument("--unit", required=True, metavar="CODE", help="工会的编号")
        parser.add_argument("--sheet", default="", help="工作表；不写就读第一张看得见的")
        parser.add_argument("--part", action="store_true", help="只是一部分：不在表里的人不动，否则记为离会")
        parser.add_argument("--found", action="store_true", help="表里有而本工会没有的分会、小组一并建立")
        parser.add_argument("--sure", action="store_true", help="四分之一以上的人离会也写入")
        parser.add_argument(
            "--column", action="append", default=[], metavar="会员编号=工号", help="哪一列是什么，可写多次"
        )
        parser.add_argument("--category", default="", choices=Category.values, help="表里没有岗位类别时，新会员记为")
        parser.add_argument("--rejected", type=Path, metavar="FILE.xlsx", help="不对的行写到这里，改好再导入")
        parser.add_argument("--dry-run", action="store_true", help="只看会改什么，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        start = time.monotonic()
        unit = Unit.objects.filter(code__iexact=options["unit"]).first()
        if unit is None or not unit.is_home:
            raise CommandError(f"没有编号是 {options['unit']} 的基层工会。")
        try:
            table = reading.read(_bytes(options["file"]), sheet=options["sheet"], limits=BOUNDS)
            said = _said(unit, table, options)
            if options["dry_run"]:
                made = self._plan(unit, table, said, options)
            else:
                made = self._write(unit, table, said, options)
        except (Refused, Unreadable) as refusal:
            raise CommandError(str(refusal)) from refusal
        except IntegrityError as error:
            raise CommandError("刚刚有人改了这份名册，这次什么都没有写入，请再执行一次。") from error
        except OperationalError as error:  # SQLite has one writer at a time, and waits for half a minute
            raise CommandError(
                "别处正在写入，等了很久还没有轮到，这次什么都没有写入，请过几分钟再执行一次。"
            ) from error
        did = f"新增 {len(made.new)} 人，离会 {len(made.left)} 人，改动 {len(made.changed)} 人，"
        did += f"其中改名 {made.renamed} 人，不变 {made.unchanged} 人"
        self.stdout.write(f"{options['file'].name}：{did}" + ("（没有写入）" if options["dry_run"] else ""))
        self.stdout.write(f"用时 {time.monotonic() - start:.1f} 秒")

    def _write(self, unit: Unit, table: Table, said: dict[str, Any] | None, options: dict[str, Any]) -> roster.Plan:
        """Look and write in one transaction, behind a lock: two imports at once come one after the other."""
        with transaction.atomic():
            Unit.objects.select_for_update().get(pk=unit.pk)
            made = self._plan(unit, table, said, options)
            if made.writes:
                actions.apply_roster(made, by="system", progress=self._progress("写入"))
        return made

    def _plan(self, unit: Unit, table: Table, said: dict[str, Any] | None, options: dict[str, Any]) -> roster.Plan:
        layout = layouts.choose(unit, table, said)
        made = roster.plan(
            unit, table, whole=not options["part"], found_branches=options["found"], layout=layout,
            progress=self._progress("核对"),
        )  # fmt: skip
        for note in made.notes:
            self.stdout.write(note)
        if made.errors:
            if options["rejected"]:
                options["rejected"].write_bytes(rejected(table, made.header_row, made.errors))
            more = [f"……共 {len(made.errors)} 处"] if len(made.errors) > SHOWN else []
            shown = [str(error) for error in made.errors[:SHOWN]]
            raise CommandError("\n".join([f"{options['file'].name}：什么都没有写入。", *shown, *more]))
        if made.new_branches:
            self.stdout.write("一并建立：" + "、".join(made.new_branches))
        if made.loses_many and not options["sure"] and not options["dry_run"]:
            raise CommandError(
                f"有 {len(made.left)} 人不在这份表里，会记为离会。确实如此，请加 --sure；只是一部分，请加 --part。"
            )
        return made

    def _progress(self, what: str) -> Any:
        told = 0

        def tell(done: int, total: int) -> None:
            nonlocal told
            if total >= TOLD_EVERY and (done - told >= TOLD_EVERY or done == total):
                told = done
                self.stdout.write(f"{what} {done}/{total}")
                self.stdout.flush()

        return tell


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"文件 {file} 读不出来：{error.strerror}") from error


def _said(unit: Unit, table: Table, options: dict[str, Any]) -> dict[str, Any] | None:
    """Return the columns that were named, remembered for the next time unless this is only a look."""
    if not options["column"]:
        return None
    ours = {str(column.title): column.key for column in COLUMNS} | {column.key: column.key for column in COLUMNS}
    named: dict[str, str] = {}
    for pair in options["column"]:
        title, _sign, label = pair.partition("=")
        if title not in ours or not label:
            raise Refused(
                f"--column {pair}：请写成“会员编号=工号”，等号前面是：{'、'.join(str(c.title) for c in COLUMNS)}。"
            )
        named[ours[title]] = label
    found = mapping.find_named(table, named)
    there = mapping.file_columns(table, found.row if found else mapping.likely_header(table, COLUMNS))
    if reasons := layouts.problems(named, options["category"], there):
        raise Refused(*reasons)
    if not options["dry_run"]:
        layouts.remember(unit, named, category=options["category"], there=there, by="system")
    return {"named": named, "category": options["category"]}
