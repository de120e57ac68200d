"""``pingjia roles --sql``: print the SQL that gives site, booth and closer their own least rights on PostgreSQL."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from pingjia.polls import roles

DATABASES = {"default": roles.for_site_database, "box": roles.for_box_database}


class Command(BaseCommand):
    """Print, change nothing: an operator reads it and gives it to psql as the owner of the tables."""

    help = "Print the SQL for the three PostgreSQL roles (docs/guide/operators.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let each database's part be piped into its own psql."""
        parser.add_argument("--sql", action="store_true", required=True, help="print SQL")
        parser.add_argument("--database", choices=sorted(DATABASES), help="only this database's part")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one statement a line."""
        for name in [options["database"]] if options["database"] else DATABASES:
            self.stdout.write(f"-- {name}")
            for statement in DATABASES[name]():
                self.stdout.write(f"{statement};")
