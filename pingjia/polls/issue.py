"""Handing out ballots. ``Issuer`` is the seam: a faster implementation passes the same contract tests.

One draw is one transaction over all boxes of the poll: insert or compare. The same request gets the same bytes for
ever; a different one by the same person gets a signed no. No time is kept, no journal line is written, and nothing here
touches the box's database: who drew is known, what was dropped is not, and no transaction knows both.
(docs/spec/ballot.md §8)
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.db import IntegrityError, transaction
from django.utils import timezone

from pingjia.ballotbox import keyfile
from pingjia.core.ballot.blindsigner import BlindSigner
from pingjia.core.ballot.issuance import (
    UNKNOWN_LEAF,
    BadDraw,
    DrawRequest,
    IssueStatus,
    Reason,
    granted,
    refused,
    sign_refusal,
)
from pingjia.core.ballot.token import BadBlinding
from pingjia.people.models import User
from pingjia.polls import secretcodes, slipcount
from pingjia.polls.models import Issuance, Poll, RollEntry, Slip, State

K = 256
# WebKit empties a page's storage after seven days without a visit, so nobody draws much before the box opens.
EARLIEST = timedelta(days=5)


class Issuer(Protocol):
    """Answers one request to draw. See ``docs/spec/ballot.md`` §8 for both byte strings."""

    def issue(self, request: bytes, user: User | None) -> bytes:
        """Return the answer; ``user`` is who is signed in, and counts only where the request holds no code."""


class _No(Exception):
    """A refusal with a reason, and the leaf of the person refused where the issuer knows it."""

    def __init__(self, reason: Reason, leaf: bytes = UNKNOWN_LEAF) -> None:
        super().__init__(reason.value)
        self.reason, self.leaf = reason, leaf


@lru_cache(maxsize=64)
def _signer(path: Path, _modified: int) -> BlindSigner:
    return BlindSigner(keyfile.read(path))


def signer(poll: secretcodes.HasKeys, order: int) -> BlindSigner:
    """Return the RSA key of one box; raise KeyGone once it is destroyed, also where it is still in memory."""
    return signer_at(secretcodes.key_path(poll, f"issuer-{order}"))


def signer_at(path: Path) -> BlindSigner:
    """Return the RSA key that lies there; raise KeyGone."""
    try:
        return _signer(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise keyfile.KeyGone(path.name) from error


def forget_signers() -> None:
    """Drop every RSA key from memory, after some were destroyed."""
    _signer.cache_clear()


class PlainIssuer:
    """One transaction a draw, on any database."""

    def issue(self, request: bytes, user: User | None) -> bytes:
        """See ``Issuer``."""
        boxes = max(0, len(request) - 65) // K
        try:
            poll = Poll.objects.filter(poll_hash=DrawRequest.poll_of(request).hex()).first()
            if poll is None:
                return refused(IssueStatus.MALFORMED, K, boxes)
            orders = list(poll.boxes.values_list("order", flat=True))
            draw = DrawRequest.parse(request, K, len(orders))
        except BadDraw:
            return refused(IssueStatus.MALFORMED, K, boxes)
        try:
            return self._answer(poll, orders, draw, user)
        except BadBlinding:
            return refused(IssueStatus.MALFORMED, K, len(orders))
        except keyfile.KeyGone:
            return self._refuse(poll, len(orders), _No(Reason.CLOSED))
        except _No as no:
            return self._refuse(poll, len(orders), no)

    def _answer(self, poll: Poll, orders: list[int], draw: DrawRequest, user: User | None) -> bytes:
        who = self._who(poll, draw, user)
        blinded = b"".join(draw.blinded)
        earlier = self._earlier(who)
        if earlier is not None:
            return self._same(earlier, blinded, who)
        self._may_draw(poll, who)
        # Signed before the transaction, so that none is held open for the work; released only after it has committed.
        answer = granted([signer(poll, order).sign(one) for order, one in zip(orders, draw.blinded, strict=True)])
        try:
            with transaction.atomic():
                self._take(poll, who, blinded, answer, draw.code)
        except IntegrityError:  # the same person drew at the same moment, on another device or in another tab
            earlier = self._earlier(who)
            if earlier is None:
                raise
            return self._same(earlier, blinded, who)
        return answer

    @staticmethod
    def _who(poll: Poll, draw: DrawRequest, user: User | None) -> RollEntry | Slip:
        """Return the line of the roll, or the blank slip, that this request draws on."""
        if draw.code:
            slip = PlainIssuer._slip(poll, draw.code)
            if slip is None:
                raise _No(Reason.CLOSED if poll.state not in (State.SEALED, State.OPEN) else Reason.CODE_UNKNOWN)
            return slip.entry or slip
        if user is None or not user.is_authenticated:
            raise _No(Reason.CODE_UNKNOWN)
        entry = poll.roll.filter(member__user=user).first()
        if entry is None:
            raise _No(Reason.NOT_ON_ROLL)
        if poll.slips.by_hand().exists():  # drawn by hand: the slip is the right, the log-in is none
            raise _No(Reason.CODE_UNKNOWN, bytes.fromhex(entry.leaf))
        return entry

    @staticmethod
    def _slip(poll: Poll, code: str) -> Slip | None:
        """Return the slip with this code, if it opens anything: a sealed one does once it is handed out."""
        kept = secretcodes.slip_hash(poll, code)
        slips = poll.slips.select_related("entry").exclude(state__in=["surplus", "stock"])
        return slips.filter(code_hash=kept).first() if kept else None

    @staticmethod
    def _leaf(who: RollEntry | Slip) -> bytes:
        return bytes.fromhex(who.leaf) if isinstance(who, RollEntry) else UNKNOWN_LEAF

    @staticmethod
    def _earlier(who: RollEntry | Slip) -> Issuance | None:
        field = "entry" if isinstance(who, RollEntry) else "slip"
        return Issuance.objects.filter(**{field: who}).first()

    def _same(self, earlier: Issuance, blinded: bytes, who: RollEntry | Slip) -> bytes:
        """The same bytes get the same answer, as long as it is kept (until the close)."""
        if bytes(earlier.blinded) != blinded:
            raise _No(Reason.ALREADY_DRAWN, self._leaf(who))
        if earlier.answer is None:
            raise _No(Reason.CLOSED, self._leaf(who))
        return bytes(earlier.answer)

    def _may_draw(self, poll: Poll, who: RollEntry | Slip) -> None:
        early = poll.state == State.SEALED and poll.opens_at - timezone.now() <= EARLIEST
        if poll.state != State.OPEN and not early:
            raise _No(Reason.CLOSED, self._leaf(who))
        if isinstance(who, RollEntry) and who.medium == "paper":
            raise _No(Reason.PAPER, self._leaf(who))

    def _take(self, poll: Poll, who: RollEntry | Slip, blinded: bytes, answer: bytes, code: str) -> None:
        """Compare and set the person's one right, then keep the answer. The poll's row holds off a close meanwhile."""
        held = Poll.objects.select_for_update().values_list("state", flat=True).get(pk=poll.pk)
        if held not in (State.SEALED, State.OPEN):
            raise _No(Reason.CLOSED, self._leaf(who))
        if isinstance(who, RollEntry):
            # Asked again under the lock: slips for drawing by hand may have been printed a moment ago.
            if poll.slips.by_hand().exists():
                raise _No(Reason.CODE_UNKNOWN, self._leaf(who))
            # Nor may a sealed slip have been taken back at the door.
            slip = self._slip(poll, code) if code else None
            if code and (slip is None or slip.entry_id != who.pk):
                raise _No(Reason.CODE_UNKNOWN, self._leaf(who))
            if RollEntry.objects.filter(pk=who.pk, medium="open").update(medium="drawn") != 1:
                now = RollEntry.objects.values_list("medium", flat=True).get(pk=who.pk)
                if now == "paper":
                    raise _No(Reason.PAPER, self._leaf(who))
                raise IntegrityError("drawn at this moment")
            Slip.objects.filter(entry=who).update(state="drawn")
        elif (most := slipcount.most_draws(poll)) is not None and poll.issuances.filter(entry=None).count() >= most:
            raise _No(Reason.CODE_UNKNOWN)  # every slip that was given out has drawn: this one was destroyed
        elif Slip.objects.filter(pk=who.pk, state="out").update(state="drawn") != 1:
            raise IntegrityError("drawn at this moment")
        owner = {"entry": who} if isinstance(who, RollEntry) else {"slip": who}
        Issuance.objects.create(poll=poll, blinded=blinded, answer=answer, **owner)

    @staticmethod
    def _refuse(poll: Poll, boxes: int, no: _No) -> bytes:
        """Return the signed no. Without the poll's identity key (after the result is final) it goes unsigned."""
        first = poll.boxes.first()
        assert first is not None
        try:
            seed = keyfile.read(secretcodes.key_path(poll, "id"))
        except keyfile.KeyGone:
            return refused(no.reason.status, K, boxes)
        signed = sign_refusal(seed, bytes.fromhex(first.box_hash), no.reason, no.leaf)
        return refused(no.reason.status, K, boxes, signed)
