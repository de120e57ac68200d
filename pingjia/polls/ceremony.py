"""Where a ceremony stands, as the scrutineers' page shows it. Nothing in it is secret."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from pingjia.polls import opening as openings
from pingjia.polls import sealing, witnessing
from pingjia.polls.models import Box, Opening, Poll, Scrutineer


def _seat(seat: Scrutineer, given: list[set[int]]) -> dict[str, Any]:
    return {
        "i": seat.position,
        "name": seat.name,
        "key": seat.key,
        "exchange": seat.exchange,
        "accepted": seat.acceptance is not None,
        "contributed": bool(given) and all(seat.position in positions for positions in given),
    }


def _box(box: Box) -> dict[str, Any]:
    return {
        "box_hash": box.box_hash,
        "title": box.title,
        "kind": box.kind,
        "pool": box.poll.pool,
        "returned": box.returned,
        "issued": box.issued,
    }


def _set(opening: Opening) -> dict[str, Any]:
    boxes = openings.box_hashes(opening)
    state = witnessing.of_closings(list(opening.boxes.select_related("poll")))
    witnesses = {"found": list(state.found), "lacking": state.lacking, "waiting": list(state.waiting)}
    facts = {"id": opening.set_id, "boxes": boxes, "tier": opening.tier, "result": opening.result is not None}
    return facts | {"witnesses": witnesses}


def state_of(poll: Poll) -> dict[str, Any]:
    """Return the whole state of a ceremony (that of the lead poll), for ``/relay/enter``."""
    group = [poll, *poll.followers.all()]
    boxes = Box.objects.filter(poll__in=group).select_related("poll").order_by("poll_id", "order")
    sets = list(Opening.objects.filter(boxes__poll__in=group).distinct().order_by("pk"))
    given = [openings.contributed(one) for one in sets]
    seats = list(poll.scrutineers.all())
    counts = sealing.slate_of(poll).grade_counts
    return {
        "poll_id": poll.poll_id,
        "title": poll.title,
        "unit": poll.unit.name,
        "site": settings.PINGJIA_SITE,
        "practice": poll.practice,
        "state": poll.state,
        "n": len(seats),
        "t": poll.scrutineers_needed,
        "grades": max(counts),
        "subjects": len(counts),
        "with_opinions": poll.with_opinions,
        "scrutineers": [_seat(seat, given) for seat in seats],
        "poll_hash": poll.poll_hash,
        "keyset": poll.keyset_hash,
        "boxes": [_box(box) for box in boxes],
        "sets": [_set(one) for one in sets],
    }
