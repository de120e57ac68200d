"""``pingjia freeze-log --federation CODE --year YEAR --out DIR``: a year's log as static files, verified."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pingjia.polls import freezing
from pingjia.publiclog.models import Log


class Command(BaseCommand):
    """Freeze one log; whoever gets the folder needs no server of ours."""

    help = "Freeze a year's public log into static files, and verify them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take federation, year, folder."""
        parser.add_argument("--federation", required=True)
        parser.add_argument("--year", required=True, type=int)
        parser.add_argument("--out", required=True, type=Path)
        parser.add_argument("--practice", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Freeze, verify, and say how much there is."""
        wanted = {"federation": options["federation"].lower(), "year": options["year"]}
        log = Log.objects.filter(**wanted, practice=options["practice"]).first()
        if log is None:
            raise CommandError("没有这本日志，请核对 --federation 和 --year。 There is no such log.")
        try:
            count = freezing.freeze(log, options["out"].absolute())
        except freezing.NotFrozen as error:
            raise CommandError(f"没有冻结 (not frozen): {error}") from error
        self.stdout.write(f"已冻结并核对 {count} 个文件 (frozen and verified): {options['out']}")
