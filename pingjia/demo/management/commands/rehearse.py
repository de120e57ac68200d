"""``pingjia rehearse``: play a hall of members on real client code against a real server, and judge the outcome.

    pingjia rehearse [--members 1000] [--browsers 100] [--lose 0] [--seed 1] [--json]

Everything happens in a folder of its own that is removed afterwards. Exit code 0: no error, no receipt without its
ballot, the count is right, the bundle verifies. Times are what browsers on this machine saw, server and browsers
sharing its cores.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from pingjia.core.verify.__main__ import main as verify
from pingjia.demo import fullhouse
from pingjia.demo.management.commands.demo import hurry

INSIDE = "PINGJIA_REHEARSAL"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Command(BaseCommand):
    """Rehearse a whole hall; nothing touches the databases of this installation."""

    help = "Play a hall of members on real client code against a real server, in a folder of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Sizes of the hall."""
        parser.add_argument("--members", type=int, default=1000, help="how many people vote")
        parser.add_argument("--browsers", type=int, default=100, help="how many of them at the same time")
        parser.add_argument("--lose", type=int, default=0, help="answers lost by the network, in a thousand")
        parser.add_argument("--seed", type=int, default=1, help="what everybody chooses")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start anew inside a home of its own, or play, where that has happened."""
        members, browsers, lose = options["members"], options["browsers"], options["lose"]
        if not (1 <= browsers <= members <= 100_000 and 0 <= lose < 500):
            raise CommandError("1 ≤ browsers ≤ members ≤ 100000, 0 ≤ lose < 500")
        if os.environ.get(INSIDE) == str(settings.HOME):
            return self._play(options)
        with tempfile.TemporaryDirectory(prefix="pingjia-rehearsal-") as home:
            port = _free_port()
            own = {
                INSIDE: home,
                "PINGJIA_HOME": home,
                "PINGJIA_DEMO": "1",
                "PINGJIA_SITE": f"http://localhost:{port}",
                "PINGJIA_BOOTH": f"http://127.0.0.1:{port}",
            }
            kept = {name: value for name, value in os.environ.items() if not name.startswith("PINGJIA_")}
            again = [sys.executable, "-m", "pingjia", "rehearse", *sys.argv[2:]]
            sys.exit(subprocess.run(again, env=kept | own, check=False).returncode)

    def _play(self, options: dict[str, Any]) -> None:
        call_command("migrate", verbosity=0)
        call_command("migrate", database="box", verbosity=0)
        hurry()  # this process only prepares; the server that takes the ballots waits for the disk as it always does
        house = fullhouse.build(options["members"], options["seed"])
        with fullhouse.server():
            seen = fullhouse.play(house, options["browsers"], options["lose"])
            result = fullhouse.count(house)
            wrong = fullhouse.findings(house, seen, result)
            bundle, trust = fullhouse.download(house, Path(settings.HOME))
        if verify([str(bundle), "--trust", str(trust)] + (["--json"] if options["json"] else [])):
            wrong.append("the bundle does not verify")
        report = {
            "members": options["members"],
            "browsers": options["browsers"],
            **{name: seen[name] for name in ("errors", "lost", "retries", "seconds", "steps")},
            "wrong": wrong,
        }
        self._say(report, options["json"])
        sys.exit(1 if wrong else 0)

    def _say(self, report: dict[str, Any], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        write = self.stdout.write
        write(f"{report['members']} 人、{report['browsers']} 个浏览器 · members, browsers: {report['seconds']:.1f} s")
        write(f"丢失的回答 · lost answers {report['lost']}，重试 · retries {report['retries']}")
        for step, times in report["steps"].items():
            write(f"  {step:7} p50 {times['p50']:9.1f} ms   p99 {times['p99']:9.1f} ms")
        for line in report["wrong"] or ["全部对得上 · everything fits"]:
            write(line)
