"""The outcome: the tier by V, partial decryptions of sums, the counts they give, and who signed the result."""

from __future__ import annotations

from itertools import pairwise

from pingjia.core.ballot import labels, opening, result, signing
from pingjia.core.ballot.fields import BadObject
from pingjia.core.ballot.keyset import KeySet
from pingjia.core.ballot.opening import BadPartial, Partial
from pingjia.core.ballot.result import Result, SubjectResult
from pingjia.core.ballot.slate import Slate, Subject
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tiers import Tier, plan
from pingjia.core.canonical import NotCanonical
from pingjia.core.verify.case import Case
from pingjia.core.verify.failures import Check, Code, Role

CUSTODY_FIELDS = 6
Place = tuple[int, int]  # subject from 0, mask


def check(case: Case) -> None:
    """Read and check the result, then recount what the tier publishes."""
    _read_result(case)
    if case.result is not None:
        _check_tier(case, case.result)
        _check_custody(case, case.result)
        _check_arithmetic(case, case.result)
    _check_signatures(case)
    _check_joint_opening(case)
    _check_partials(case)


def _read_result(case: Case) -> None:
    raw = case.file("result.json")
    if raw is None:
        case.skip(Check.TIER, Check.RESULT)
        return
    try:
        case.result = Result.from_bytes(raw)
    except (NotCanonical, BadObject):
        case.fail(Code.OBJECT, "result.json", Role.SCRUTINEERS)


def _check_tier(case: Case, stated: Result) -> None:
    if case.tier is None:
        case.skip(Check.TIER)
    elif stated.tier != case.tier:
        case.fail(Code.TIER, "result.json/tier", Role.OPERATOR)


def _check_joint_opening(case: Case) -> None:
    """Boxes are opened as one sum only if one of them is too small to be opened alone."""
    if case.bundle.pooled is None or case.closings is None or case.rules is None:
        return
    if all(closing.valid >= case.rules.tiers.band for closing in case.closings):
        case.fail(Code.POOL_MISFIT, "result.json/boxes", Role.OPERATOR)


def _check_custody(case: Case, stated: Result) -> None:
    """Compare the numbers of custody with those of the boxes."""
    known: dict[str, object] = {}
    if len(case.manifests) == len(case.boxes):
        known["boxes"] = tuple(sorted(manifest.hash for manifest in case.manifests))
        known["formula"] = case.manifests[0].formula
    if (closings := case.closings) is not None:
        known["returned"] = sum(closing.returned for closing in closings)
        known["invalid"] = sum(closing.invalid for closing in closings)
        known["valid"] = case.valid
    issued = [min(s.issued for s in box.statements) for box in case.boxes if box.statements]
    if len(issued) == len(case.boxes):
        known["issued"] = sum(issued)
    if len(known) < CUSTODY_FIELDS:
        case.skip(Check.RESULT)
    for field, value in known.items():
        if getattr(stated, field) != value:
            case.fail(Code.CUSTODY, f"result.json/{field}", Role.SCRUTINEERS)


def _check_arithmetic(case: Case, stated: Result) -> None:
    """S + B + D + A = V, verdict by formula and threshold, and no field that the tier does not allow."""
    if case.slate is None or case.rules is None:
        case.skip(Check.TIER, Check.RESULT)
        return
    for place in result.contradictions(stated, case.slate, case.rules.threshold):
        if place in ("returned", "valid"):
            continue  # compared with the boxes themselves
        last = place.rpartition("/")[2]
        if last in ("form", "subjects"):
            case.fail(Code.FORM, f"result.json/{place}", Role.OPERATOR)
        else:
            case.fail(Code.ARITHMETIC, f"result.json/{place}", Role.SCRUTINEERS)


def _check_signatures(case: Case) -> None:
    """At least t scrutineers signed exactly these bytes; the file holds their entries in order and nothing else."""
    raw, sigs, keyset = case.file("result.json"), case.file("result.sigs"), case.keyset
    if raw is None or sigs is None or keyset is None:
        case.skip(Check.RESULT)
        return
    length = result.SIGNATURE_LENGTH
    entries = [sigs[at : at + length] for at in range(0, len(sigs) - length + 1, length)]
    numbers = [entry[0] for entry in entries]
    in_order = all(a < b for a, b in pairwise(numbers)) and all(1 <= i <= keyset.n for i in numbers)
    if len(sigs) % length or not in_order:
        case.fail(Code.OBJECT, "result.sigs", Role.OPERATOR)
    good = set()
    for n, entry in enumerate(entries):
        i = entry[0]
        if not 1 <= i <= keyset.n:
            continue
        if signing.verify(keyset.scrutineers[i - 1].key, entry[1:], labels.RESULT + raw):
            good.add(i)
        else:
            case.fail(Code.RESULT_SIGNATURE, f"result.sigs/{n}", Role.SCRUTINEER, i)
    if len(good) < keyset.t:
        case.fail(Code.RESULT_SIGNATURES_FEW, "result.sigs", Role.SCRUTINEERS)


def _check_partials(case: Case) -> None:
    """Check the partial decryptions and, where the sums are known, the counts that they give."""
    if not case.published:
        return
    raw, keyset, slate, tier, rules = case.file("partials.bin"), case.keyset, case.slate, case.tier, case.rules
    fit = rules is not None and case.paper(rules) is not None
    if raw is None or keyset is None or slate is None or tier is None or rules is None or not fit:
        case.skip(Check.TIER, Check.PARTIALS, Check.RESULT)
        return
    expected = [place for place in plan(slate, tier, rules.formula) if not _only_band(case, slate, place[0])]
    parts = _read_partials(case, raw, keyset)
    planned = [(n, part) for n, part in parts if (part.s, part.mask) in expected]
    for n, part in parts:
        if (part.s, part.mask) not in expected:
            case.fail(Code.MASK, f"partials.bin/{n}", Role.OPERATOR)
    sums, name = _sums(case, slate), _opening_name(case)
    if sums is None or name is None:
        case.skip(Check.PARTIALS, Check.RESULT)
        return
    good: dict[Place, dict[int, Partial]] = {place: {} for place in expected}
    for n, part in planned:
        if opening.check_partial(part, keyset, name, sums.a[part.s]):
            good[part.s, part.mask].setdefault(part.i, part)
        else:
            case.fail(Code.PARTIAL_PROOF, f"partials.bin/{n}", Role.SCRUTINEER, part.i)
    right = {place: _check_count(case, keyset, slate, sums, place, list(good[place].values())) for place in expected}
    case.opened = {s for s, _ in expected if all(holds for place, holds in right.items() if place[0] == s)}


def _read_partials(case: Case, raw: bytes, keyset: KeySet) -> list[tuple[int, Partial]]:
    """Return the partials that can be read, with their places."""
    length = opening.PARTIAL_LENGTH
    if len(raw) % length:
        case.fail(Code.OBJECT, "partials.bin", Role.OPERATOR)
    chunks = [raw[at : at + length] for at in range(0, len(raw) - length + 1, length)]
    for n, (earlier, later) in enumerate(pairwise(chunks), start=1):
        if earlier[:3] >= later[:3]:
            case.fail(Code.PARTIAL_ORDER, f"partials.bin/{n}", Role.OPERATOR)
    found = []
    for n, chunk in enumerate(chunks):
        known = 1 <= chunk[0] <= keyset.n
        try:
            part = Partial.parse(chunk)
        except BadPartial:
            part = None
        if part is None or not known:
            role, i = (Role.SCRUTINEER, chunk[0]) if known else (Role.OPERATOR, None)
            case.fail(Code.PARTIAL_PROOF, f"partials.bin/{n}", role, i)
        else:
            found.append((n, part))
    return found


def _only_band(case: Case, slate: Slate, s: int) -> bool:
    subjects = case.result.subjects if case.result is not None else ()
    return len(subjects) == len(slate.subjects) and subjects[s].form == Tier.BAND


def _sums(case: Case, slate: Slate) -> Sums | None:
    """Return the sums over all boxes, or None if a body of one of them is not there."""
    total = Sums(slate.grade_counts)
    for box in case.boxes:
        if box.sums is None:
            return None
        total.add_sums(box.sums)
    return total


def _opening_name(case: Case) -> bytes | None:
    closings = case.closings
    if closings is None or len({closing.box_hash for closing in closings}) != len(closings):
        return None
    return opening.opening_hash({closing.box_hash: closing.text().encode() for closing in closings})


def _check_count(case: Case, keyset: KeySet, slate: Slate, sums: Sums, place: Place, parts: list[Partial]) -> bool:
    """count·G = D, for the count that the result states; say whether it was there to compare, and right."""
    s, mask = place
    if len(parts) < keyset.t:
        case.fail(Code.PARTIALS_FEW, f"partials.bin/{s}/{mask}", Role.SCRUTINEERS)
        case.skip(Check.RESULT)
        return False
    subjects = case.result.subjects if case.result is not None else ()
    stated = _stated(subjects[s], slate.subjects[s], mask) if len(subjects) == len(slate.subjects) else None
    if stated is None:
        case.skip(Check.RESULT)
        return False
    name, number = stated
    right = opening.is_count(opening.combine(parts, keyset.t, sums.b_of(s, mask)), number)
    if not right:
        case.fail(Code.COUNT, f"result.json/subjects/{s}/{name}", Role.SCRUTINEERS)
    if subjects[s].form == Tier.TWO_WAY and not slate.subjects[s].unfavourable_mask and subjects[s].counts[1]:
        # Where every grade is favourable nothing else is opened, and nothing else can have been chosen.
        case.fail(Code.COUNT, f"result.json/subjects/{s}/unfavourable", Role.SCRUTINEERS)
        right = False
    return right


def _stated(stated: SubjectResult, subject: Subject, mask: int) -> tuple[str, int] | None:
    """Return the field of the result that an opened mask answers for, and its number."""
    if stated.form == Tier.FULL:
        k = mask.bit_length() - 1
        return (f"counts/{k}", stated.counts[k]) if mask == 1 << k and k < len(stated.counts) else None
    if stated.form != Tier.TWO_WAY or mask not in (subject.favourable_mask, subject.unfavourable_mask):
        return None
    name = "favourable" if mask == subject.favourable_mask else "unfavourable"
    return name, stated.counts[name == "unfavourable"]
