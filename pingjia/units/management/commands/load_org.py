"""``pingjia load_org DIR``: load the administrative divisions of a folder as the tree of territorial federations."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pingjia.units import divisions
from pingjia.units.refusal import Refused


class Command(BaseCommand):
    """Say what each file did, and the sum."""

    help = "装入行政区划（省、市、区县、街道乡镇、村社区），可以反复执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder with the .csv or .csv.gz files; the working folder unless named."""
        parser.add_argument("folder", nargs="?", default=".", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and report."""
        start = time.monotonic()
        try:
            done = divisions.load(options["folder"], by="system", say=self.stdout.write)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"新增 {done.new}，改动 {done.changed}，不变 {done.unchanged}，用时 {time.monotonic() - start:.1f} 秒"
        )
