"""What is deleted at the end of a poll: all that served only the opening or a recount. (docs/spec/ballot.md §12)"""

from __future__ import annotations

from django.db import transaction

from pingjia.ballotbox import close, keyfile, shelf
from pingjia.core import canonical
from pingjia.core.ballot.tiers import Tier
from pingjia.journal.actions import record
from pingjia.polls import secretcodes, statements
from pingjia.polls.issue import forget_signers
from pingjia.polls.models import Opening, OpinionShare, Partial, Poll, Scrutineer, State, Steward

SMALL = (Tier.NONE.value, Tier.BAND.value)
ENDED = (State.FINAL, State.VOID, State.UNOPENED)


def destroy_issuer(poll: Poll) -> None:
    """Destroy every key of the issuer and the pepper of the slips."""
    for box in poll.boxes.all():
        keyfile.destroy(secretcodes.key_path(poll, f"issuer-{box.order}"))
    for name in ("id", "slips"):
        keyfile.destroy(secretcodes.key_path(poll, name))
    forget_signers()


def discard_boxes(poll: Poll) -> None:
    """Destroy what the boxes of a void poll still hold, uncounted. Runs again harmlessly."""
    for box in poll.boxes.all():
        if close.state(box.box_hash) in ("sealed", "open"):
            close.discard(box.box_hash)
    destroy_issuer(poll)


def sweep(poll: Poll) -> None:
    """Delete sealed shares, relayed messages, bodies of small boxes and of opinions, and the issuer's last key.

    Shares and invitations serve a whole pool; they go when the last of its polls has ended. Runs again harmlessly.
    """
    boxes = list(poll.boxes.all())
    small = [
        box.box_hash
        for box in boxes
        if box.kind == "opinion" or Opening.objects.filter(boxes=box, tier__in=SMALL).exists()
    ]
    gone = [f"bodies:{box_hash}" for box_hash in small]
    for box_hash in small:
        for name in ("bodies.bin", "invalid.bin"):
            shelf.file(box_hash, name).unlink(missing_ok=True)
    destroy_issuer(poll)
    with transaction.atomic():
        lead = poll.ceremony
        OpinionShare.objects.filter(box__in=boxes).delete()
        if all(one.state in ENDED for one in [lead, *lead.followers.all()]):
            Partial.objects.filter(opening__boxes__poll__in=[lead, *lead.followers.all()], recipient__gt=0).delete()
            Scrutineer.objects.filter(poll=lead).update(sealed_share=None, invitation_hash="")
            gone.append("sealed_shares")
        Steward.objects.filter(poll=poll).update(invitation_hash="")
        gone += ["relayed_messages", "id_key"]
        statement = canonical.dumps({"gone": sorted(gone), "poll": poll.poll_hash, "what": "after_final"})
        statements.state(poll, "destroyed", statement)
        record("poll.swept", by="system", about=poll.poll_id, unit=poll.unit.code)
