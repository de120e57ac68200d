"""``pingjia serve``: both doors from one process, or ``--only site|booth`` each from its own (ADR 0015)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Serve site and booth at the port named in PINGJIA_SITE, without a request log."""

    help = "Serve the site and the booth from one process (no request is logged)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let an operator listen beyond this machine, behind a proxy that speaks HTTPS."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")
        parser.add_argument("--port", type=int, help="port to listen on (the one in the door's address, or 8000)")
        parser.add_argument("--only", choices=["site", "booth"], help="serve one side, with the rights of that side")

    def handle(self, *args: Any, **options: Any) -> None:
        """Finish what an earlier process left half-way, then run until interrupted."""
        if (options["only"] or "") != settings.PINGJIA_ONLY:  # pingjia.__main__ reads it before the settings are
            raise CommandError("Call it as `pingjia serve --only …`, or set PINGJIA_ONLY.")
        if not settings.PINGJIA_ONLY:  # else `pingjia finish` has a process, and rights, of its own
            call_command("finish")
        door = settings.PINGJIA_BOOTH if settings.PINGJIA_ONLY == "booth" else settings.PINGJIA_SITE
        uvicorn.run(
            "pingjia.asgi:application",
            host=options["host"],
            workers=options["workers"],
            port=options["port"] or urlsplit(door).port or 8000,
            # Neither addresses nor times of requests are written anywhere.
            access_log=False,
            log_level="warning",
            # Who calls is counted in memory where it fails; behind a proxy all would else be one caller, and one who
            # fails often would stop the vote for everybody. Only a proxy on this machine is believed.
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            server_header=False,
        )
