"""Opening sums: what the server gives to the scrutineers' pages, what it takes from them, and what it checks at once.

The server holds no share and opens nothing. It keeps the parts that scrutineers send (public where the tier publishes
sums, sealed to one another where it does not), and refuses a part whose proof does not hold. (docs/spec/ballot.md §11)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.db import transaction

from pingjia.ballotbox import close, drop, shelf
from pingjia.core.ballot import hpke
from pingjia.core.ballot.body import Paper
from pingjia.core.ballot.head import Head, body_length, head_length
from pingjia.core.ballot.objects import BoxManifest, Slate
from pingjia.core.ballot.opening import PARTIAL_LENGTH, BadPartial, check_partial, read_partials
from pingjia.core.ballot.opening import Partial as Part
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tiers import Tier, plan
from pingjia.journal.actions import record
from pingjia.polls.models import Opening, Partial, Poll, Scrutineer, State
from pingjia.polls.sealing import Rejected, keyset_of

PUBLIC = 0  # recipient of what everybody may read
# While a vote stands thus its sums may be worked on; a void one, or one given up or final, is never opened any further.
RUNNING = (State.CLOSED, State.COUNTED, State.DECLARED, State.CHALLENGED)


def lead_of(opening: Opening) -> Poll:
    """Return the poll whose scrutineers open this set."""
    box = opening.boxes.select_related("poll__lead", "poll__unit").first()
    assert box is not None
    return box.poll.ceremony


def box_hashes(opening: Opening) -> list[str]:
    """Return the set's boxes, ascending."""
    return sorted(opening.boxes.values_list("box_hash", flat=True))


def paper_of(opening: Opening) -> tuple[BoxManifest, Slate]:
    """Return manifest (of the first box: all agree on what counts) and slate of the set."""
    manifest, slate = drop.paper_of(box_hashes(opening)[0])
    assert slate is not None
    return manifest, slate


def planned(opening: Opening) -> list[tuple[int, int]]:
    """Return every (subject, mask) that the tier lets the scrutineers open, sorted."""
    manifest, slate = paper_of(opening)
    return plan(slate, Tier(opening.tier), manifest.formula)


@lru_cache(maxsize=32)
def _sums_of_box(box_hash: str, keyset_hash: str, keys: tuple[bytes, ...]) -> Sums:
    """Add up the valid ballots of a closed box, whose files never change."""
    manifest, slate = drop.paper_of(box_hash)
    assert slate is not None
    paper = Paper(manifest.hash, slate.grade_counts, keys)
    heads, bodies = (shelf.file(box_hash, name).read_bytes() for name in ("heads.bin", "bodies.bin"))
    raw = shelf.file(box_hash, "invalid.bin").read_bytes()
    invalid = {raw[at : at + 32] for at in range(0, len(raw), 32)}
    sums, size = Sums(slate.grade_counts), body_length(manifest, slate)
    for n, leaf in enumerate(_counted(manifest, heads)):
        if leaf not in invalid:
            sums.add_body(paper, bodies[n * size : (n + 1) * size])
    return sums


def _counted(manifest: BoxManifest, heads: bytes) -> list[bytes]:
    """Return the leaves of the ballots that count (highest sequence number of each key), ascending like the bodies."""
    size = head_length(manifest)
    latest: dict[bytes, Head] = {}
    for at in range(0, len(heads), size):
        head = Head.parse(heads[at : at + size], manifest)
        if head.pk not in latest or latest[head.pk].seq < head.seq:
            latest[head.pk] = head
    return sorted(head.leaf for head in latest.values())


def sums_of(opening: Opening) -> Sums:
    """Return the sums of all valid ballots of the set: what every part and every count is checked against."""
    keyset = keyset_of(lead_of(opening))
    _manifest, slate = paper_of(opening)
    assert keyset is not None
    total = Sums(slate.grade_counts)
    for box_hash in box_hashes(opening):
        total.add_sums(_sums_of_box(box_hash, keyset.hash.hex(), keyset.keys))
    assert total.count == opening.valid
    return total


def checked_parts(opening: Opening, scrutineer: Scrutineer, raw: bytes, places: list[tuple[int, int]]) -> list[Part]:
    """Return the parts in ``raw`` if they are this scrutineer's, for exactly ``places``, and every proof holds."""
    keyset, sums = keyset_of(lead_of(opening)), sums_of(opening)
    assert keyset is not None
    try:
        parts = read_partials(raw)
    except BadPartial as error:
        raise Rejected("partials") from error
    if [(part.s, part.mask) for part in parts] != places or any(part.i != scrutineer.position for part in parts):
        raise Rejected("places")
    name = bytes.fromhex(opening.set_id)
    if not all(check_partial(part, keyset, name, sums.a[part.s]) for part in parts):
        raise Rejected("proof")
    return parts


def _keep(opening: Opening, scrutineer: Scrutineer, recipient: int, content: bytes) -> None:
    Partial.objects.update_or_create(
        opening=opening, scrutineer=scrutineer, recipient=recipient, defaults={"content": content}
    )


def locked(opening: Opening) -> Opening:
    """Return the set's row, held for this transaction, unless a vote that it counts has ended (Rejected)."""
    held = Opening.objects.select_for_update().get(pk=opening.pk)
    if Poll.objects.filter(boxes__openings=held).exclude(state__in=RUNNING).exists():
        raise Rejected("state")
    return held


def _still_open(opening: Opening) -> Opening:
    held = locked(opening)
    if held.result is not None:
        raise Rejected("result_exists")
    return held


def _noted(verb: str, opening: Opening, scrutineer: Scrutineer) -> None:
    poll = lead_of(opening)
    facts = {"position": scrutineer.position, "set": opening.set_id}
    record(verb, by=scrutineer.name, about=poll.poll_id, unit=poll.unit.code, **facts)


@transaction.atomic
def give_public(opening: Opening, scrutineer: Scrutineer, raw: bytes) -> None:
    """Take public parts (full tier only), every one of the plan, with proofs that hold (Rejected)."""
    held = _still_open(opening)
    if held.tier != Tier.FULL:
        raise Rejected("tier")
    checked_parts(held, scrutineer, raw, planned(held))
    _keep(held, scrutineer, PUBLIC, raw)
    _noted("poll.parts_given", held, scrutineer)


@transaction.atomic
def give_sealed(opening: Opening, scrutineer: Scrutineer, messages: Mapping[int, bytes]) -> None:
    """Take parts sealed to each of the other scrutineers (band and two-way tiers). The server cannot read them."""
    held = _still_open(opening)
    if held.tier not in (Tier.BAND, Tier.TWO_WAY):
        raise Rejected("tier")
    others = set(lead_of(held).scrutineers.values_list("position", flat=True)) - {scrutineer.position}
    length = hpke.OVERHEAD + PARTIAL_LENGTH * len(planned(held))
    if set(messages) != others or any(len(message) != length for message in messages.values()):
        raise Rejected("recipients")
    for recipient, message in messages.items():
        _keep(held, scrutineer, recipient, message)
    _noted("poll.parts_given", held, scrutineer)


def inbox(opening: Opening, scrutineer: Scrutineer) -> dict[str, dict[str, str]]:
    """Return the public parts, and those sealed to this scrutineer, by the position of who sent them (hex)."""
    found: dict[str, dict[str, str]] = {"public": {}, "sealed": {}}
    rows = opening.partials.filter(recipient__in=[PUBLIC, scrutineer.position]).select_related("scrutineer")
    for row in rows:
        kind = "public" if row.recipient == PUBLIC else "sealed"
        found[kind][str(row.scrutineer.position)] = bytes(row.content).hex()
    return found


def contributed(opening: Opening) -> set[int]:
    """Return the positions of the scrutineers who gave their parts, or signed where nothing is opened."""
    given = set(opening.partials.values_list("scrutineer__position", flat=True))
    return given | set(opening.signatures.values_list("scrutineer__position", flat=True))


def is_destroyed(box_hash: str) -> bool:
    """Say whether the box's keys and rows are gone."""
    return close.state(box_hash) == "destroyed"
