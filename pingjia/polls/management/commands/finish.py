"""``pingjia finish``: bring every close that was interrupted to its end. ``pingjia serve`` does it at each start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from pingjia.polls import closing


class Command(BaseCommand):
    """Resume closes that a power cut or a kill left half-way; each step finds what is already done."""

    help = "Finish every close that was interrupted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Resume each, and say which."""
        for poll in closing.unfinished():
            closing.finish(poll)
            self.stdout.write(f"  · {poll.unit.name} · {poll.title}: 停止投票已接着办完 (close finished)")
