"""A stand-in for the scrutineers of a practice poll: one machine holds every card. It shouts, and refuses real polls.

Whoever runs it could open single ballots. That is why it exists for the demo and for rehearsals alone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from pingjia.polls import rehearsal
from pingjia.polls.models import Poll

logger = logging.getLogger("pingjia.polls")


class NotPractice(PermissionError):
    """A stand-in was asked to seal or open a real poll."""


def _shout(poll: Poll, what: str) -> None:
    if not poll.practice:
        raise NotPractice(f"a stand-in never touches a real poll ({poll.poll_id})")
    logger.warning(
        "STAND-IN: %s by one machine, which could open single ballots. Practice poll %s.", what, poll.poll_id
    )


def seal(poll: Poll, codes: Sequence[str]) -> list[bytes]:
    """Take every card, deal and accept, with the invitation codes of all scrutineers; return the cards."""
    _shout(poll, "keys dealt")
    cards = rehearsal.play_sealing(codes)
    poll.refresh_from_db()
    return cards


def count(poll: Poll, codes: Sequence[str], cards: Sequence[bytes]) -> None:
    """Open every closed set of the poll and read its opinion box, with the codes and cards of t scrutineers or more."""
    _shout(poll, "sums opened")
    rehearsal.play_opening(codes, cards)
    if poll.with_opinions:
        rehearsal.play_opinions(codes, cards)
    poll.refresh_from_db()
