"""Saying no to an action, with everything that is missing at once."""

from __future__ import annotations


class Refused(Exception):
    """An action that was not done. ``reasons`` are sentences for the reader, each with what to do next."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)
