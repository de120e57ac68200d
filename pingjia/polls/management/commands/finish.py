"""``pingjia finish``: bring every close to its end. ``pingjia serve`` does it at each start.

Where the site has a process of its own (``--only site``), which may read no ballot, stopping a vote there only stops
it; this command, run every minute under a role of its own, counts and destroys (ADR 0015).
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from pingjia.polls import cleaning, closing


class Command(BaseCommand):
    """Resume closes that a power cut or a kill left half-way; each step finds what is already done."""

    help = "Finish every close that was interrupted."

    def handle(self, *args: Any, **options: Any) -> None:
        """Resume each, and say which."""
        for poll in closing.unfinished():
            closing.finish(poll)
            self.stdout.write(f"  · {poll.unit.name} · {poll.title}: 停止投票已接着办完 (close finished)")
        for poll in closing.undiscarded():
            cleaning.discard_boxes(poll)
            self.stdout.write(f"  · {poll.unit.name} · {poll.title}: 作废票箱已销毁 (void boxes destroyed)")
