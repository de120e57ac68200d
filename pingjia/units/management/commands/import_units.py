"""``pingjia import units FILE…``: the tree of federations and unions, from divisions or from tables of units."""

from __future__ import annotations

import tempfile
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pingjia.intake import reading
from pingjia.intake.table import Limits
from pingjia.intake.unreadable import Unreadable
from pingjia.units import china, divisions, organisation, writing
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

# The shell may bring what no page would take; the memory of the reading process stays bounded.
BOUNDS = Limits(file_bytes=500 * 2**20, rows=2_000_000, seconds=300, memory=6 * 2**30)
SHOWN = 50


class Command(BaseCommand):
    """Say what each file did, and the sum; a file that is wrong changes nothing."""

    help = "装入组织：行政区划（code、name 和各上级的列，列序不限）或单位表（编号、名称、类别……），可以反复执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take files or folders, or the whole country from the npm package."""
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="文件或文件夹")
        parser.add_argument("--national", action="store_true", help=f"用 npm 取 {china.PACKAGE} 的全国区划")
        parser.add_argument("--under", default="", metavar="CODE", help="单位表里没写上级的，归这个单位")
        parser.add_argument("--dry-run", action="store_true", help="单位表只看会改什么，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report."""
        if not options["files"] and not options["national"]:
            raise CommandError("请指明文件或文件夹，或写 --national。")
        start = time.monotonic()
        try:
            with tempfile.TemporaryDirectory() as folder:
                files = list(options["files"])
                if options["national"]:
                    self.stdout.write(f"正在取 {china.PACKAGE} ……")
                    files += china.fetch(Path(folder))
                self._load(files, options)
        except (Refused, Unreadable) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"用时 {time.monotonic() - start:.1f} 秒")

    def _load(self, files: list[Path], options: dict[str, Any]) -> None:
        places, tables = divisions.sources(files)
        if not places and not tables:
            raise Refused("这里没有区划表，也没有单位表（.csv、.csv.gz、.xlsx、.xls、.ods）。")
        if places:
            done = divisions.load(places, by="system", say=self._say)
            self.stdout.write(f"新增 {done.new}，改动 {done.changed}，不变 {done.unchanged}")
        for file in tables:
            self._table(file, options)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _table(self, file: Path, options: dict[str, Any]) -> None:
        root = Unit.objects.filter(code=options["under"]).first() if options["under"] else None
        if options["under"] and root is None:
            raise Refused(f"没有编号是 {options['under']} 的单位。")
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise Refused(f"文件 {file} 读不出来：{error.strerror}") from error
        made = organisation.plan(root, reading.read(raw, limits=BOUNDS))
        if made.errors:
            more = [f"……共 {len(made.errors)} 处"] if len(made.errors) > SHOWN else []
            shown = [str(error) for error in made.errors[:SHOWN]]
            raise CommandError("\n".join([f"{file.name}：什么都没有写入。", *shown, *more]))
        if not options["dry_run"] and (made.new or made.changed):
            writing.apply(root, made, by="system")
        did = f"新增 {len(made.new)}，改动 {len(made.changed)}，其中换了上级 {made.moved}，不变 {made.unchanged}"
        self.stdout.write(f"{file.name}：{did}" + ("（没有写入）" if options["dry_run"] else ""))
