"""Closing a poll: one change of state, then steps that may each be killed and run again.

    1 state → closed (no ballot is issued from here on)     2 the box closes itself and writes its files
    3 the issuer states how many ballots it gave out        4 all of it is logged
    5 keys and stored rows are destroyed, and that is logged  6 the sets to be opened, and their tiers, are fixed

Each step looks at what is already there. ``close_poll`` on a poll that was left half-closed goes on where it stopped.
(docs/spec/ballot.md §11)
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.ballotbox import close, drop, keyfile, shelf
from pingjia.core import canonical
from pingjia.core.ballot import issuance, tiers
from pingjia.core.ballot.closing import Closing
from pingjia.core.ballot.issuance import Statement
from pingjia.core.ballot.opening import opening_hash
from pingjia.core.tlog.entry import EntryType
from pingjia.journal.actions import record
from pingjia.polls import cleaning, secretcodes, slipcount, statements
from pingjia.polls.impartial import keep_out_the_judged
from pingjia.polls.issue import forget_signers
from pingjia.polls.issued import entries
from pingjia.polls.models import Box, Opening, Poll, State
from pingjia.polls.refusal import NotYet, Refused, unless_ready

RETURNED_ABOVE_ISSUED = "收回的票多于发出的票"


def close_poll(poll: Poll, *, by: object) -> Poll:
    """Close the poll for ever, publish what lay in its boxes, destroy its keys, and fix what will be opened.

    Raises NotYet before ``closes_at`` (a practice may close at any time), and while slips for a hall are
    unaccounted for. Voids the poll if more ballots came back than were given out. May be called again after a crash.
    """
    keep_out_the_judged(by, poll.unit, poll.year)
    _stop(poll, by)
    if settings.PINGJIA_ONLY != "site":  # that process may not read ballots: `pingjia finish` may (ADR 0015)
        finish(poll)
    poll.refresh_from_db()
    return poll


@transaction.atomic
def _stop(poll: Poll, by: object) -> None:
    held = Poll.objects.select_for_update().get(pk=poll.pk)
    if held.state == State.CLOSED and not Opening.objects.filter(boxes__poll=held).exists():
        return  # a close that was interrupted, or one whose pool still waits for another unit
    if held.state in (State.DRAFT, State.ROLLED, State.SEALED):
        raise NotYet([_("投票还没有开始。")])
    if held.state != State.OPEN:
        raise Refused(_("投票已经停止过了。"))
    if not held.practice and held.closes_at > timezone.now():
        raise NotYet([_("还没到最早结束时间。在那以前不能停止投票。")])
    unless_ready(slipcount.unaccounted(held))
    Poll.objects.filter(pk=held.pk).update(state=State.CLOSED)
    record("poll.closed", by=by, about=held.poll_id, unit=held.unit.code)


def unfinished() -> list[Poll]:
    """Return the polls whose close was interrupted; whoever starts the server calls ``finish`` on each."""
    return list(Poll.objects.filter(state=State.CLOSED, boxes__openings=None, boxes__kind="ballot"))


def undiscarded() -> list[Poll]:
    """Return the void polls whose boxes still hold something: where the site may not destroy it, ``finish`` does."""
    return [
        poll
        for poll in Poll.objects.filter(state=State.VOID).exclude(boxes=None).distinct()
        if any(cleaning.holds_ballots(box.box_hash) for box in poll.boxes.all())
    ]


def finish(poll: Poll) -> None:
    """Run steps 2 to 6 as far as they are not yet done."""
    boxes = list(poll.boxes.all())
    for box in boxes:
        closed = close.close_box(box.box_hash)
        _state_issuance(poll, box, closed)
    _log(poll, boxes)
    _destroy(poll, boxes)
    _fix_openings(poll)
    if Poll.objects.filter(pk=poll.pk, state=State.VOID).exists():
        cleaning.discard_boxes(poll)


def _state_issuance(poll: Poll, box: Box, closed: Closing) -> None:
    """Write the issuer's signed statement beside the closing note, and keep the numbers of custody with the box."""
    path = shelf.file(box.box_hash, "issuance.json")
    found = entries(poll, box)
    paper = poll.roll.filter(medium="paper").count()
    if not path.exists():
        root = issuance.issuance_root(found)
        statement = Statement(bytes.fromhex(box.box_hash), len(found), 0, paper, root)
        seed = keyfile.read(secretcodes.key_path(poll, "id"))
        shelf.put(path, issuance.write_statements([(statement, statement.sign(seed))]))
    Box.objects.filter(pk=box.pk).update(
        returned=closed.returned, invalid=closed.invalid, issued=len(found), paper=paper
    )


@transaction.atomic
def _log(poll: Poll, boxes: list[Box]) -> None:
    events = []
    for box in boxes:
        text = close.read_closing(box.box_hash).text().encode()
        statement = shelf.file(box.box_hash, "issuance.json").read_bytes()
        events.append((EntryType.CLOSE, hashlib.sha256(text).digest()))
        events.append((EntryType.ISSUANCE, hashlib.sha256(statement).digest()))
    statements.enter(poll, events)


def _destroy(poll: Poll, boxes: list[Box]) -> None:
    """Destroy the keys that could tie a row to a ballot or make a new one, and every code; then say so in the log."""
    keys: list[str] = []
    for box in boxes:
        keys += [f"{name}:{box.box_hash}" for name in close.destroy_secrets(box.box_hash)]
        keyfile.destroy(secretcodes.key_path(poll, f"issuer-{box.order}"))
        keys.append(f"issuer_key:{box.box_hash}")
    forget_signers()
    keyfile.destroy(secretcodes.key_path(poll, "slips"))
    keys.append(f"slip_codes:{poll.poll_hash}")
    with transaction.atomic():
        poll.issuances.update(answer=None)
        statement = canonical.dumps({"keys": sorted(keys), "poll": poll.poll_hash, "what": "keys_and_rows"})
        statements.state(poll, "destroyed", statement)
        now = timezone.now()
        if Poll.objects.filter(pk=poll.pk, secrets_destroyed_at=None).update(secrets_destroyed_at=now):
            record("poll.keys_destroyed", by="system", about=poll.poll_id, unit=poll.unit.code, keys=len(keys))


def pooled(poll: Poll) -> list[Poll]:
    """Return the polls that are counted together with this one, itself included; void ones are not counted."""
    lead = poll.ceremony
    group = [lead, *lead.followers.all()] if poll.pool else [poll]
    fresh = Poll.objects.filter(pk__in=[one.pk for one in group]).select_related("unit", "lead")
    return list(fresh.exclude(state=State.VOID).order_by("pk"))


@transaction.atomic
def _fix_openings(poll: Poll) -> None:
    """Void the poll if more came back than was given out; else fix sets and tiers once the whole pool is closed.

    The tier is public arithmetic over the valid ballots, done here before any sum can be opened.
    """
    held = Poll.objects.select_for_update().get(pk=poll.pk)
    if held.state == State.CLOSED and any(box.returned > box.issued for box in poll.boxes.all()):
        Poll.objects.filter(pk=poll.pk).update(state=State.VOID, void_reason=RETURNED_ABOVE_ISSUED)
        log_void(poll, RETURNED_ABOVE_ISSUED)
        record("poll.void", by="system", about=poll.poll_id, unit=poll.unit.code, reason=RETURNED_ABOVE_ISSUED)
    fix_pool(held)


def log_void(poll: Poll, reason: str) -> None:
    """Enter in the log that the poll is void and why: its manifests withdrawn, and the reason as a statement."""
    statements.enter(poll, [(EntryType.WITHDRAWN, bytes.fromhex(box.box_hash)) for box in poll.boxes.all()])
    statement = canonical.dumps({"poll": poll.poll_hash, "reason": reason, "what": "void"})
    statements.state(poll, "evidence", statement)


def fix_pool(poll: Poll) -> None:
    """Make the openings of the poll's pool if every poll in it is closed and none was made before. In a transaction."""
    group = pooled(poll)
    waiting = [one for one in group if one.state != State.CLOSED or one.secrets_destroyed_at is None]
    boxes = {bytes.fromhex(b.box_hash): b for one in group for b in one.boxes.filter(kind="ballot")}
    if waiting or not boxes or Opening.objects.filter(boxes__in=boxes.values()).exists():
        return
    closings = {box_hash: close.read_closing(box_hash.hex()) for box_hash in boxes}
    counted = [(drop.paper_of(box_hash.hex())[0], closings[box_hash].valid) for box_hash in boxes]
    for one in tiers.opening_sets(counted):
        members = [boxes[box_hash] for box_hash in one.boxes]
        name = opening_hash({box_hash: closings[box_hash].text().encode() for box_hash in one.boxes})
        opening = Opening.objects.create(
            set_id=name.hex(),
            tier=one.tier.value,
            returned=sum(box.returned for box in members),
            invalid=sum(box.invalid for box in members),
            valid=one.valid,
            issued=sum(box.issued for box in members),
        )
        opening.boxes.set(members)
        statements.enter(poll, [(EntryType.OPENED, name)])
