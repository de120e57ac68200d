"""The bundle: one file from which anybody recounts a set of boxes, offline. (docs/spec/ballot.md, bundle)"""

from __future__ import annotations

from django.http import Http404

from pingjia.ballotbox import shelf
from pingjia.core.ballot import result as results
from pingjia.core.ballot.tiers import Tier
from pingjia.core.tlog.entry import EntryType
from pingjia.core.verify import bundle as layout
from pingjia.polls import counting, statements
from pingjia.polls import opening as openings
from pingjia.polls.models import Box, Opening, PublicObject
from pingjia.polls.sealing import accepts_of

PUBLISHED = (Tier.TWO_WAY, Tier.FULL)


def _object(digest: str) -> bytes:
    return bytes(PublicObject.objects.get(hash=digest).content)


def _of_box(box: Box, published: bool) -> dict[str, bytes]:
    found = {
        "poll.json": _object(box.poll.poll_hash),
        "box.json": _object(box.box_hash),
        "manifest.tlog-proof": statements.proof(box.poll, EntryType.MANIFEST, bytes.fromhex(box.box_hash)),
        "closing.tlog-proof": statements.proof(box.poll, EntryType.CLOSE, statements.closing_digest(box.box_hash)),
    }
    names = ["heads.bin", "receipts.bin", "closing.note", "issuance.json"] + (["bodies.bin"] if published else [])
    return found | {name: shelf.file(box.box_hash, name).read_bytes() for name in names}


def signatures_file(opening: Opening) -> bytes:
    """Return ``result.sigs``: every scrutineer's signature over the result that stands."""
    assert opening.result is not None
    rows = opening.signatures.filter(result=bytes(opening.result)).select_related("scrutineer")
    return results.write_signatures([bytes([row.scrutineer.position]) + bytes(row.signature) for row in rows])


def bundle(opening: Opening) -> bytes:
    """Return ``bundle.zip`` of a counted set; 404 before there is a result."""
    if opening.result is None:
        raise Http404
    published = opening.tier in PUBLISHED
    lead = openings.lead_of(opening)
    boxes = list(opening.boxes.select_related("poll__unit", "poll__lead").order_by("box_hash"))
    entries = {
        "slate.json": _object(lead.slate_hash),
        "keyset.json": _object(lead.keyset_hash),
        "accepts.bin": accepts_of(lead),
        "result.json": bytes(opening.result),
        "result.sigs": signatures_file(opening),
    }
    if published:
        entries["partials.bin"] = counting.partials_file(opening)
    for n, box in enumerate(boxes, start=1):
        prefix = f"{n}/" if len(boxes) > 1 else ""
        entries |= {prefix + name: content for name, content in _of_box(box, published).items()}
    return layout.write(entries)
