"""Trying an action from a page: what it made, or everything that is still missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pingjia.polls.refusal import NotYet, Refused

T = TypeVar("T")


def attempt(action: Callable[[], T]) -> tuple[T | None, list[str]]:
    """Run ``action``; return (what it returned, []) or (None, the sentences that say what is left to do)."""
    try:
        return action(), []
    except NotYet as refusal:
        return None, list(refusal.blockers)
    except Refused as refusal:
        return None, [str(refusal)]
