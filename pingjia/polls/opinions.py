"""The opinion box after the close: shares resealed to the reader, and what the reader signed. (docs/spec/ballot.md §13)

The server never holds the key. It takes the texts only with the reader's signature, and only if there are enough.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import transaction

from pingjia.core.ballot import hpke, opinion, shamir, signing
from pingjia.journal.actions import record
from pingjia.polls.models import Box, Opinion, OpinionReading, OpinionShare, Scrutineer, State
from pingjia.polls.sealing import Rejected

READER = 1
K_FREE = 10
SEALED_LENGTH = hpke.OVERHEAD + shamir.SHARE_LENGTH
CLOSED = (State.CLOSED, State.COUNTED, State.DECLARED, State.CHALLENGED)


def box_for(scrutineer: Scrutineer, box_hash: str) -> Box:
    """Return a closed opinion box of the scrutineer's ceremony (Rejected)."""
    box = Box.objects.filter(box_hash=box_hash, kind="opinion").select_related("poll__unit").first()
    if box is None or box.poll.ceremony.pk != scrutineer.poll_id:
        raise Rejected("box")
    if box.poll.state not in CLOSED or box.returned is None:
        raise Rejected("state")
    return box


@transaction.atomic
def give_share(scrutineer: Scrutineer, box_hash: str, sealed: bytes) -> None:
    """Keep a scrutineer's share, resealed to the reader."""
    box = box_for(scrutineer, box_hash)
    if len(sealed) != SEALED_LENGTH:
        raise Rejected("length")
    OpinionShare.objects.update_or_create(scrutineer=scrutineer, box=box, defaults={"content": sealed})
    poll = box.poll
    facts = {"position": scrutineer.position}
    record("poll.opinion_share", by=scrutineer.name, about=poll.poll_id, unit=poll.unit.code, **facts)


def shares_for(scrutineer: Scrutineer, box_hash: str) -> dict[str, str]:
    """Return the resealed shares by position (hex), to the reader alone."""
    box = box_for(scrutineer, box_hash)
    if scrutineer.position != READER:
        raise Rejected("not_reader")
    rows = OpinionShare.objects.filter(box=box).select_related("scrutineer")
    return {str(row.scrutineer.position): bytes(row.content).hex() for row in rows}


@transaction.atomic
def read_out(scrutineer: Scrutineer, box_hash: str, enough: bool, texts: Sequence[str], signature: bytes) -> None:
    """Keep what the reader signed: the texts in the order of their hashes, or that fewer than ten were written."""
    box = box_for(scrutineer, box_hash)
    if scrutineer.position != READER:
        raise Rejected("not_reader")
    if enough != (len(texts) >= K_FREE) or len(texts) > (box.returned or 0):
        raise Rejected("number")
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    fits = all(0 < len(text.encode()) <= opinion.TEXT_LENGTH for text in texts)
    if digests != sorted(digests) or not fits:
        raise Rejected("texts")
    message = opinion.outcome_message(bytes.fromhex(box_hash), enough, list(texts))
    if not signing.verify(bytes.fromhex(scrutineer.key), signature, message):
        raise Rejected("signature")
    earlier = OpinionReading.objects.filter(poll=box.poll).first()
    if earlier is not None:
        if bytes(earlier.signature) == signature:
            return
        raise Rejected("read_before")
    OpinionReading.objects.create(
        poll=box.poll, written=len(texts) if enough else None, enough=enough, signature=signature
    )
    Opinion.objects.bulk_create(
        Opinion(poll=box.poll, hash=digest.hex(), text=text) for digest, text in zip(digests, texts, strict=True)
    )
    record("poll.opinions_read", by=scrutineer.name, about=box.poll.poll_id, unit=box.poll.unit.code, enough=enough)
