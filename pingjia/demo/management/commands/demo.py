"""``pingjia demo``: fill an empty home with the story once, then serve it and say where to look."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections

from pingjia.demo import fill

# The links that the terminal prints: one for each audience.
DOORS = [
    ("会员", "member", "tangrui"),
    ("工会干部", "unit officer", "hejun"),
    ("监票人", "scrutineer", "fangming"),
    ("上级组织部", "superior", "linwei"),
]


def hurry() -> None:
    """Do not wait for the disk while filling: an interrupted story is simply told again, nobody's ballot is in it."""
    for connection in connections.all():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")


class Command(BaseCommand):
    """Fill and serve the demo; one process, nothing outside its home."""

    help = "Fill ten unions with a story and serve them (only with PINGJIA_DEMO=1)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let tests and CI fill without serving."""
        parser.add_argument("--no-serve", action="store_true", help="stop after filling")

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill what is empty, keep what is there, then serve."""
        if not settings.PINGJIA_DEMO:
            raise CommandError("The demo runs only with PINGJIA_DEMO=1: it lets anybody log in as anybody.")
        home = Path(settings.HOME)
        told = home / "story.json"
        if not told.exists():
            self.say("建立数据库", "making the databases")
            call_command("migrate", verbosity=0)
            call_command("migrate", database="box", verbosity=0)
            hurry()
            told.write_text(json.dumps(fill.story(self.say, home), ensure_ascii=False, indent=1))
        else:
            self.say(
                "故事已经在这里，直接使用（删去 demo/ 可以重来）",
                "the story is here already (delete demo/ to start anew)",
            )
        self.say(f"已公布的票箱在 {home / 'box.zip'}", f"the published box lies in {home / 'box.zip'}")
        if options["no_serve"]:
            return
        site = settings.PINGJIA_SITE
        self.stdout.write(f"\n  打开 open: {site}/demo/\n")
        for chinese, english, who in DOORS:
            self.stdout.write(f"    {chinese} {english}: {site}/demo/as/{who}")
        self.stdout.write("\n  按 Ctrl-C 结束  Ctrl-C to stop\n")
        self.stdout.flush()
        call_command("serve")

    def say(self, chinese: str, english: str) -> None:
        """Say what is being done, in both languages, as it happens."""
        self.stdout.write(f"  · {chinese}  ({english})")
        self.stdout.flush()
