"""The ceremony: each scrutineer takes a card, the chief deals the keys, everybody checks and accepts, the box opens.

Every secret stays in the scrutineers' browsers. What comes here is public halves, sealed shares and signatures, and
each is checked. A step may be repeated after a lost answer: the same input changes nothing. (docs/spec/ballot.md §10)
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.ballotbox import close
from pingjia.core.ballot import sealing, signing
from pingjia.core.ballot.cards import enrolment_message
from pingjia.core.ballot.objects import KeySet, Slate, Subject
from pingjia.core.tlog.entry import EntryType
from pingjia.journal.actions import record
from pingjia.polls import boxmaking, pagehashes, statements, witnessing
from pingjia.polls.impartial import keep_out_the_judged
from pingjia.polls.models import Poll, PublicObject, Scrutineer, State
from pingjia.polls.refusal import Refused, unless_ready
from pingjia.ui import hosts


class Rejected(Exception):
    """A message of a scrutineer's browser that does not fit; ``code`` is what the browser is told."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def slate_of(poll: Poll) -> Slate:
    """Return what stands on the ballot paper of the poll (that of the lead, where several are pooled)."""
    lead = poll.ceremony
    subjects = []
    for row in lead.subjects.select_related("grade_set").prefetch_related("grade_set__grades"):
        grades = list(row.grade_set.grades.all())
        favourable = tuple(grade.code for grade in grades if grade.favourable)
        subjects.append(Subject(row.code, favourable, tuple(grade.code for grade in grades), row.title))
    return Slate("ballot", tuple(subjects), lead.title)


def keyset_of(poll: Poll) -> KeySet | None:
    """Return the key set that was dealt, or None before."""
    digest = poll.ceremony.keyset_hash
    row = PublicObject.objects.filter(hash=digest).first() if digest else None
    return KeySet.from_bytes(bytes(row.content)) if row else None


def _locked(poll: Poll) -> Poll:
    """Return the poll's row, held for this transaction."""
    return Poll.objects.select_for_update().get(pk=poll.pk)


@transaction.atomic
def enrol(scrutineer: Scrutineer, key: bytes, exchange: bytes, proof: bytes) -> Scrutineer:
    """Keep the public halves of a card; ``proof`` shows that whoever sends them holds the card (Rejected)."""
    poll = _locked(scrutineer.poll)
    scrutineer.refresh_from_db()
    if (scrutineer.key, scrutineer.exchange) == (key.hex(), exchange.hex()):
        return scrutineer
    if scrutineer.key or poll.keyset_hash:
        raise Rejected("enrolled_before")
    if poll.state not in (State.DRAFT, State.ROLLED):
        raise Rejected("state")
    message = enrolment_message(bytes.fromhex(poll.poll_id), scrutineer.position, exchange)
    if not signing.verify(key, proof, message):
        raise Rejected("proof")
    if poll.scrutineers.filter(key=key.hex()).exists() or poll.scrutineers.filter(exchange=exchange.hex()).exists():
        raise Rejected("card_used")
    scrutineer.key, scrutineer.exchange = key.hex(), exchange.hex()
    scrutineer.save(update_fields=["key", "exchange"])
    record("poll.card_taken", by=scrutineer.name, about=poll.poll_id, unit=poll.unit.code, position=scrutineer.position)
    return scrutineer


@transaction.atomic
def seal(poll: Poll, keyset_raw: bytes, shares: Sequence[bytes], *, by: Scrutineer) -> KeySet:
    """Take the key set and the sealed shares that the chief scrutineer's browser dealt (Rejected)."""
    held = _locked(poll)
    if by.poll_id != held.pk or by.position != 1:
        raise Rejected("not_chief")
    try:
        keyset = KeySet.from_bytes(keyset_raw)
    except ValueError as error:
        raise Rejected("keyset") from error
    if held.keyset_hash == keyset.hash.hex():
        return keyset
    if held.keyset_hash:
        raise Rejected("sealed_before")
    seats = list(held.scrutineers.all())
    _check_deal(held, seats, keyset, shares)
    statements.publish_object("keyset", keyset_raw)
    for seat, share in zip(seats, shares, strict=True):
        seat.sealed_share = share
        seat.save(update_fields=["sealed_share"])
    Poll.objects.filter(pk=held.pk).update(keyset_hash=keyset.hash.hex())
    poll.keyset_hash = keyset.hash.hex()
    record("poll.keys_dealt", by=by.name, about=held.poll_id, unit=held.unit.code, keyset=keyset.hash.hex())
    return keyset


def _check_deal(poll: Poll, seats: list[Scrutineer], keyset: KeySet, shares: Sequence[bytes]) -> None:
    rolled = all(one.state == State.ROLLED for one in [poll, *poll.followers.all()])
    people = [(seat.key, seat.exchange, seat.name) for seat in seats]
    checks = [
        (rolled, "state"),
        (all(seat.key for seat in seats), "not_all_enrolled"),
        ([(one.key.hex(), one.exchange.hex(), one.name) for one in keyset.scrutineers] == people, "scrutineers"),
        (keyset.poll_id.hex() == poll.poll_id, "poll"),
        (keyset.t == poll.scrutineers_needed, "threshold"),
        (len(keyset.commitments) == max(slate_of(poll).grade_counts), "grades"),
        (tuple(hashlib.sha256(share).digest() for share in shares) == keyset.share_hash, "shares"),
    ]
    for holds, code in checks:
        if not holds:
            raise Rejected(code)


@transaction.atomic
def accept(scrutineer: Scrutineer, signature: bytes) -> bool:
    """Keep a scrutineer's acceptance of the key set; with the last one the boxes are made. Say whether they are.

    Making them puts up rows in the box's database and files of keys before this transaction commits; if it fails, they
    stand unused and unnamed, and the next attempt makes new ones.
    """
    poll = _locked(scrutineer.poll)
    scrutineer.refresh_from_db()
    keyset = keyset_of(poll)
    if keyset is None:
        raise Rejected("not_dealt")
    if not signing.verify(bytes.fromhex(scrutineer.key), signature, sealing.acceptance_message(keyset)):
        raise Rejected("signature")
    if scrutineer.acceptance is None:
        scrutineer.acceptance = signature
        scrutineer.save(update_fields=["acceptance"])
        facts = {"position": scrutineer.position, "keyset": keyset.hash.hex()}
        record("poll.keys_accepted", by=scrutineer.name, about=poll.poll_id, unit=poll.unit.code, **facts)
    seats = list(poll.scrutineers.all())
    if not all(seat.acceptance for seat in seats):
        return False
    if poll.state == State.ROLLED:
        _make_all(poll, keyset, seats)
    return True


def accepts_of(poll: Poll) -> bytes:
    """Return ``accepts.bin``: 64 bytes per scrutineer, in their order."""
    return b"".join(bytes(seat.acceptance or b"") for seat in poll.ceremony.scrutineers.all())


def _make_all(lead: Poll, keyset: KeySet, seats: list[Scrutineer]) -> None:
    """Make the boxes of the poll and of all that are pooled with it, and log what fixes them."""
    slate = slate_of(lead)
    accepts = b"".join(bytes(seat.acceptance or b"") for seat in seats)
    assert sealing.check_acceptances(keyset, accepts) == []
    statements.publish_object("slate", slate.to_bytes())
    statements.publish_object("accepts", accepts)
    accept_hash = hashlib.sha256(accepts).digest()
    statements.enter(lead, [(EntryType.KEYSET, keyset.hash), (EntryType.ACCEPT, accept_hash), _pages()])
    for poll in [lead, *lead.followers.select_related("unit")]:
        boxmaking.make_boxes(poll, keyset, slate)
        record("poll.sealed", by="system", about=poll.poll_id, unit=poll.unit.code, poll_hash=poll.poll_hash)


def _pages() -> tuple[EntryType, bytes]:
    """Publish the list of the booth's files and return its entry: whoever votes can hold the page against it."""
    return EntryType.EVIDENCE, statements.publish_object("pages", pagehashes.listing())


def opening_blockers(poll: Poll) -> list[str]:
    """Return everything that keeps the poll from being opened to voters now."""
    problems = [] if poll.practice else hosts.unfit()
    if poll.state in (State.DRAFT, State.ROLLED):
        problems.append(_("还没有封箱：所有监票人都要验过钥匙并签字。"))
    elif (state := witnessing.of_manifests(poll)).lacking:
        problems.append(witnessing.sentence(state))
    if not poll.practice and poll.opens_at > timezone.now():
        problems.append(_("还没到投票开始时间。"))
    return problems


@transaction.atomic
def open_poll(poll: Poll, *, by: object) -> Poll:
    """Let members draw and drop. Raises NotYet with all that is missing."""
    keep_out_the_judged(by, poll.unit, poll.year)
    held = _locked(poll)
    if held.state not in (State.DRAFT, State.ROLLED, State.SEALED):
        raise Refused(_("投票已经开始过了。"))
    unless_ready(opening_blockers(held))
    statements.enter(held, [_pages()])  # the pages may have been renewed since the sealing
    # The boxes first: a box open before its poll says so harms nothing, the reverse would turn ballots away.
    for box in held.boxes.all():
        close.open_box(box.box_hash)
    Poll.objects.filter(pk=poll.pk, state=State.SEALED).update(state=State.OPEN)
    poll.state = State.OPEN
    record("poll.opened", by=by, about=poll.poll_id, unit=poll.unit.code)
    return poll
