"""The fast issuing desk with the plain one behind it, as ``pingjia.asgi`` puts them together, for tests."""

from __future__ import annotations

from pingjia.ballotbox.tests.awaiting import Awaiting
from pingjia.people.models import User
from pingjia.polls.issue import PlainIssuer
from pingjia.polls.issue_fast import FastIssuer


class FastDesk(Awaiting[FastIssuer]):
    """``FastIssuer`` as an ``Issuer``: what it has no answer for goes to the plain desk."""

    commits = True

    def __init__(self) -> None:
        super().__init__(FastIssuer)

    def issue(self, request: bytes, user: User | None) -> bytes:
        """See ``Issuer``."""
        answer = self.fast_only(request)
        return PlainIssuer().issue(request, user) if answer is None else answer

    def fast_only(self, request: bytes) -> bytes | None:
        """Return what the fast desk says by itself; None where it leaves the answer to the plain one."""
        return self.run(lambda fast: fast.issue(request))
