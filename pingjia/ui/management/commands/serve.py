"""``pingjia serve``: both doors from one process."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Serve site and booth at the port named in PINGJIA_SITE, without a request log."""

    help = "Serve the site and the booth from one process (no request is logged)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let an operator listen beyond this machine, behind a proxy that speaks HTTPS."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--workers", type=int, default=1, help="processes; more than one needs PostgreSQL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Finish what an earlier process left half-way, then run until interrupted."""
        call_command("finish")
        uvicorn.run(
            "pingjia.asgi:application",
            host=options["host"],
            workers=options["workers"],
            port=urlsplit(settings.PINGJIA_SITE).port or 8000,
            # Neither addresses nor times of requests are written anywhere.
            access_log=False,
            log_level="warning",
            # Who calls is counted in memory where it fails; behind a proxy all would else be one caller, and one who
            # fails often would stop the vote for everybody. Only a proxy on this machine is believed.
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1",
            server_header=False,
        )
