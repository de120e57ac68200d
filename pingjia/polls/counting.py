"""From the scrutineers' signed results to *the* result: t equal signatures, and the server's own recomputation.

The server takes no number on trust where the tier lets it be recomputed: every count of a full or two-way subject must
satisfy count·G = D over the sums of all valid ballots. A band is attested by the signatures alone, and is printed so.
(docs/spec/ballot.md §12)
"""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction

from pingjia.core.ballot import labels, signing
from pingjia.core.ballot.objects import KeySet
from pingjia.core.ballot.opening import Partial as Part
from pingjia.core.ballot.opening import combine, is_count, read_partials, write_partials
from pingjia.core.ballot.result import Result, Verdict, contradictions
from pingjia.core.ballot.result import SubjectResult as Stated
from pingjia.core.ballot.slate import Slate, Subject
from pingjia.core.ballot.tiers import Tier, masks
from pingjia.core.tlog.entry import EntryType
from pingjia.journal.actions import record
from pingjia.polls import opening as openings
from pingjia.polls import statements
from pingjia.polls.models import GradeCount, Opening, Partial, Poll, ResultSignature, Scrutineer, State, SubjectResult
from pingjia.polls.sealing import Rejected, keyset_of

REACHED = {Verdict.REACHED: True, Verdict.NOT_REACHED: False, Verdict.NO_RESULT: None}


def check_result(opening: Opening, raw: bytes) -> Result:
    """Read a result and hold it against the set: custody numbers, tier, slate, and itself (Rejected)."""
    manifest, slate = openings.paper_of(opening)
    try:
        result = Result.from_bytes(raw)
    except ValueError as error:
        raise Rejected("result") from error
    stated = (result.boxes, result.formula, result.tier.value, result.issued, result.returned, result.invalid)
    boxes = tuple(bytes.fromhex(box_hash) for box_hash in openings.box_hashes(opening))
    known = (boxes, manifest.formula, opening.tier, opening.issued, opening.returned, opening.invalid)
    if stated != known:
        raise Rejected("custody")
    if contradictions(result, slate, manifest.threshold):
        raise Rejected("contradiction")
    return result


@transaction.atomic
def sign_result(opening: Opening, scrutineer: Scrutineer, raw: bytes, signature: bytes) -> tuple[int, int]:
    """Keep a scrutineer's signature over a result; with t equal ones it becomes the result. Return (signed, needed)."""
    held = openings.locked(opening)
    keyset = keyset_of(openings.lead_of(held))
    assert keyset is not None
    if not signing.verify(bytes.fromhex(scrutineer.key), signature, labels.RESULT + raw):
        raise Rejected("signature")
    if held.result is not None and bytes(held.result) != raw:
        raise Rejected("other_result")
    if held.result is None:
        check_result(held, raw)
    ResultSignature.objects.update_or_create(
        opening=held, scrutineer=scrutineer, defaults={"result": raw, "signature": signature}
    )
    poll = openings.lead_of(held)
    facts = {"position": scrutineer.position, "set": held.set_id}
    record("poll.result_signed", by=scrutineer.name, about=poll.poll_id, unit=poll.unit.code, **facts)
    _settle(held, keyset)
    return held.signatures.filter(result=raw).count(), keyset.t


def published_places(result: Result, slate: Slate, formula: str) -> list[tuple[int, int]]:
    """Return every (subject, mask) whose parts are public: all of a full tier, the counted ones of a two-way tier."""
    return sorted(
        (s, mask)
        for s, (stated, subject) in enumerate(zip(result.subjects, slate.subjects, strict=False))
        if stated.form != Tier.BAND
        for mask in masks(subject, result.tier, formula)
    )


@transaction.atomic
def reveal(opening: Opening, scrutineer: Scrutineer, raw: bytes) -> None:
    """Take the public parts of those two-way subjects that this scrutineer's signed result publishes (Rejected)."""
    held = openings.locked(opening)
    if held.tier != Tier.TWO_WAY:
        raise Rejected("tier")
    signed = held.signatures.filter(scrutineer=scrutineer).first()
    if signed is None:
        raise Rejected("not_signed")
    if held.result is not None and bytes(signed.result) != bytes(held.result):
        raise Rejected("other_result")
    manifest, slate = openings.paper_of(held)
    places = published_places(Result.from_bytes(bytes(signed.result)), slate, manifest.formula)
    openings.checked_parts(held, scrutineer, raw, places)
    Partial.objects.update_or_create(
        opening=held, scrutineer=scrutineer, recipient=openings.PUBLIC, defaults={"content": raw}
    )
    poll = openings.lead_of(held)
    facts = {"position": scrutineer.position, "set": held.set_id}
    record("poll.parts_revealed", by=scrutineer.name, about=poll.poll_id, unit=poll.unit.code, **facts)
    keyset = keyset_of(poll)
    assert keyset is not None
    _settle(held, keyset)


def public_parts(opening: Opening) -> list[Part]:
    """Return all public parts of the set, checked when they came; some may belong to a result that does not stand."""
    rows = opening.partials.filter(recipient=openings.PUBLIC).order_by("scrutineer__position")
    return [part for row in rows for part in read_partials(bytes(row.content))]


def partials_file(opening: Opening) -> bytes:
    """Return ``partials.bin`` of the bundle: the parts of what the result that stands publishes, and no others."""
    manifest, slate = openings.paper_of(opening)
    places = set(published_places(Result.from_bytes(bytes(opening.result or b"")), slate, manifest.formula))
    return write_partials(part for part in public_parts(opening) if (part.s, part.mask) in places)


def _settle(opening: Opening, keyset: KeySet) -> None:
    """Make the signed result *the* result once t signatures agree and every published count was recomputed."""
    if opening.result is not None:
        return
    agreeing: dict[bytes, set[int]] = defaultdict(set)
    for row in opening.signatures.select_related("scrutineer"):
        agreeing[bytes(row.result)].add(row.scrutineer.position)
    for raw, signers in agreeing.items():
        if len(signers) < keyset.t:
            continue
        result = check_result(opening, raw)
        if _recomputed(opening, result, keyset):
            _accept(opening, result)
            return


def _recomputed(opening: Opening, result: Result, keyset: KeySet) -> bool:
    """Say whether t public parts are here for every published place and each count is what they decrypt to."""
    manifest, slate = openings.paper_of(opening)
    places = published_places(result, slate, manifest.formula)
    if not places:
        return True
    sums, parts = openings.sums_of(opening), public_parts(opening)
    for s, mask in places:
        mine = [part for part in parts if (part.s, part.mask) == (s, mask)]
        if len(mine) < keyset.t:
            return False
        opened = combine(mine, keyset.t, sums.b_of(s, mask))
        if not is_count(opened, _count_of(result.subjects[s], slate.subjects[s], mask)):
            raise Rejected("count")
    return True


def _count_of(stated: Stated, subject: Subject, mask: int) -> int:
    """Return the number that the result states for one mask."""
    if stated.form == Tier.FULL:
        return stated.counts[mask.bit_length() - 1]
    return stated.counts[0] if mask == subject.favourable_mask else stated.counts[1]


def _accept(opening: Opening, result: Result) -> None:
    """Keep the result, one row a subject, log it, and move the polls whose every set is counted."""
    _manifest, slate = openings.paper_of(opening)
    raw = result.to_bytes()
    opening.result = raw
    opening.save(update_fields=["result"])
    for order, stated in enumerate(result.subjects, start=1):
        write_subject(opening, order, stated, slate.subjects[order - 1])
    lead = openings.lead_of(opening)
    statements.enter(lead, [(EntryType.RESULT, statements.publish_object("result", raw))])
    for poll in Poll.objects.filter(boxes__in=opening.boxes.all(), state=State.CLOSED):
        Poll.objects.filter(pk=poll.pk).update(state=State.COUNTED)
        record("poll.counted", by="system", about=poll.poll_id, unit=poll.unit.code, set=opening.set_id)


def write_subject(opening: Opening, order: int, stated: Stated, subject: Subject) -> None:
    """Write one subject's public outcome: counts, favourable and unfavourable, or a band."""
    row = SubjectResult(opening=opening, order=order, code=stated.code, reached=REACHED[stated.verdict])
    if stated.form != Tier.BAND:
        row.favourable, row.unfavourable = stated.sides(subject)
        row.blank = stated.blank
    row.save()
    if stated.form == Tier.FULL:
        GradeCount.objects.bulk_create(
            GradeCount(subject_result=row, order=n, code=code, count=count)
            for n, (code, count) in enumerate(zip(subject.grades, stated.counts, strict=True), start=1)
        )
