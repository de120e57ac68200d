"""What is deleted at the end of a poll: all that served only the opening or a recount. (docs/spec/ballot.md §12)"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from pingjia.ballotbox import close, keyfile, shelf
from pingjia.core import canonical
from pingjia.core.ballot.tiers import Tier
from pingjia.journal.actions import record
from pingjia.polls import issued, secretcodes, statements
from pingjia.polls.issue import forget_signers
from pingjia.polls.models import Box, Opening, OpinionShare, Partial, Poll, RollEntry, Scrutineer, State, Steward

PUBLISHED = (Tier.TWO_WAY.value, Tier.FULL.value)
ENDED = (State.FINAL, State.VOID, State.UNOPENED)


def destroy_issuer(poll: Poll) -> None:
    """Destroy every key of the issuer and the pepper of the slips."""
    for box in poll.boxes.all():
        keyfile.destroy(secretcodes.key_path(poll, f"issuer-{box.order}"))
    for name in ("id", "slips"):
        keyfile.destroy(secretcodes.key_path(poll, name))
    forget_signers()


def holds_ballots(box_hash: str) -> bool:
    """Say whether a box was neither closed nor discarded yet."""
    return close.state(box_hash) in ("sealed", "open")


def discard_boxes(poll: Poll) -> None:
    """Destroy what the boxes of a void poll still hold, uncounted, and all else it leaves. Runs again harmlessly.

    A process that serves the site alone has no right to; there ``pingjia finish`` comes after it.
    """
    if settings.PINGJIA_ONLY != "site":
        for box in poll.boxes.all():
            if holds_ballots(box.box_hash):
                close.discard(box.box_hash)
    sweep(poll)


def _unpublished(boxes: list[Box]) -> list[str]:
    """Return the boxes whose bodies served only the opening: all but those of which every sum was published."""
    counted = Opening.objects.filter(tier__in=PUBLISHED, result__isnull=False)
    return [box.box_hash for box in boxes if not counted.filter(boxes=box).exists()]


def sweep(poll: Poll) -> None:
    """Delete sealed shares, relayed messages, bodies of small boxes and of opinions, the issuer's last key, who drew.

    For a poll that has ended: final, void or unopened. Shares and invitations serve a whole pool; they go when the last
    of its polls has ended. Runs again harmlessly.
    """
    poll = Poll.objects.select_related("unit", "lead").get(pk=poll.pk)
    boxes = list(poll.boxes.all())
    shut = _unpublished(boxes)
    gone = [f"bodies:{box_hash}" for box_hash in shut]
    for box_hash in shut:
        for name in ("bodies.bin", "invalid.bin"):
            shelf.file(box_hash, name).unlink(missing_ok=True)
    destroy_issuer(poll)
    issued.keep_leaves(poll)  # the root stays provable; then who drew goes
    with transaction.atomic():
        issued.forget(poll)
        lead = poll.ceremony
        OpinionShare.objects.filter(box__in=boxes).delete()
        if all(one.state in ENDED for one in [lead, *lead.followers.all()]):
            Partial.objects.filter(opening__boxes__poll__in=[lead, *lead.followers.all()], recipient__gt=0).delete()
            Scrutineer.objects.filter(poll=lead).update(sealed_share=None, invitation_hash="")
            gone.append("sealed_shares")
        Steward.objects.filter(poll=poll).update(invitation_hash="")
        # Without its salt a line of the roll can no longer be shown to anybody; the root stays what it was.
        RollEntry.objects.filter(poll=poll).update(salt=None)
        if not poll.poll_hash:  # void before it was sealed: nothing of it was ever made public
            return
        gone += ["relayed_messages", "id_key", "roll_salts", "who_drew"]
        statement = canonical.dumps({"gone": sorted(gone), "poll": poll.poll_hash, "what": f"after_{poll.state}"})
        statements.state(poll, "destroyed", statement)
        record("poll.swept", by="system", about=poll.poll_id, unit=poll.unit.code)
