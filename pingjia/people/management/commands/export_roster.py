"""``pingjia export roster FILE --unit CODE``: a union's whole roster; importing it again changes nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pingjia.intake.outgoing import write_file
from pingjia.people import export
from pingjia.units.models import Unit


class Command(BaseCommand):
    """Write the table, by member number."""

    help = "写出一个工会的名册（.csv 或 .xlsx），离会的也在内；原样导入不会改动任何人。证件号码没有存，也就写不出来。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file to write, and whose roster."""
        parser.add_argument("file", type=Path, metavar="FILE.csv|FILE.xlsx")
        parser.add_argument("--unit", required=True, metavar="CODE", help="工会的编号")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write beside the file and put it in its place when it is whole."""
        file: Path = options["file"]
        unit = Unit.objects.filter(code__iexact=options["unit"]).first()
        if unit is None or not unit.is_home:
            raise CommandError(f"没有编号是 {options['unit']} 的基层工会。")
        if file.suffix not in (".csv", ".xlsx"):
            raise CommandError("文件名要以 .csv 或 .xlsx 结尾。")
        try:
            write_file(file, "roster", export.titles(), export.rows(unit))
        except OSError as error:
            raise CommandError(f"文件 {file} 写不了：{error.strerror}") from error
        self.stdout.write(f"已写出 {file}")
