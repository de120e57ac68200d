"""Why an action was not done, in sentences that say what is left to do."""

from __future__ import annotations


class Refused(Exception):
    """The action is not allowed, or not any more; the text is one sentence for the person who asked."""


class NotYet(Exception):
    """The action waits for something. ``blockers`` holds *all* that is missing, one sentence each."""

    def __init__(self, blockers: list[str]) -> None:
        super().__init__(" ".join(blockers))
        self.blockers = blockers


def unless_ready(blockers: list[str]) -> None:
    """Raise NotYet if anything is missing."""
    if blockers:
        raise NotYet(blockers)
