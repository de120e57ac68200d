"""``pingjia export units FILE``: the standing organisation, whole; importing it again changes nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pingjia.intake.outgoing import write_file
from pingjia.units import export
from pingjia.units.models import Unit


class Command(BaseCommand):
    """Write the table, superiors first."""

    help = "写出组织（.csv 或 .xlsx）；原样导入不会改动任何单位。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file to write, and whose units."""
        parser.add_argument("file", type=Path, metavar="FILE.csv|FILE.xlsx")
        parser.add_argument("--under", default="", metavar="CODE", help="只写这个单位下面的")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write beside the file and put it in its place when it is whole."""
        file: Path = options["file"]
        root = Unit.objects.filter(code=options["under"]).first() if options["under"] else None
        if options["under"] and root is None:
            raise CommandError(f"没有编号是 {options['under']} 的单位。")
        if file.suffix not in (".csv", ".xlsx"):
            raise CommandError("文件名要以 .csv 或 .xlsx 结尾。")
        try:
            write_file(file, "units", export.titles(), export.rows(root))
        except OSError as error:
            raise CommandError(f"文件 {file} 写不了：{error.strerror}") from error
        self.stdout.write(f"已写出 {file}")
