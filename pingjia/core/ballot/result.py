"""The result of a set of boxes: what it may say in each tier, and who signs it (``docs/spec/ballot.md`` §12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pingjia.core import canonical
from pingjia.core.ballot import fields, labels, signing
from pingjia.core.ballot.keyset import KeySet
from pingjia.core.ballot.objects import Threshold
from pingjia.core.ballot.slate import Slate, Subject
from pingjia.core.ballot.tiers import OpeningSet, Tier, only_band
from pingjia.core.tally import Rate

SIGNATURE_LENGTH = 65
_GREATEST = 10**8


class Verdict(StrEnum):
    """Where the share of favourable grades stands to the threshold."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    NO_RESULT = "no_result"


def verdict_of(favourable: int, unfavourable: int, valid: int, formula: str, threshold: Threshold) -> Verdict:
    """Return the verdict: den·F ≥ num·base in integers, base V (``fav-valid``) or F + U (``fav-expressed``)."""
    base = valid if formula == "fav-valid" else favourable + unfavourable
    met = Rate(favourable, base).meets(threshold)
    if met is None:
        return Verdict.NO_RESULT
    return Verdict.REACHED if met else Verdict.NOT_REACHED


@dataclass(frozen=True)
class SubjectResult:
    """One subject. ``counts``: one number per grade (``full``), F and U (``two_way``), nothing (``band``)."""

    code: str
    form: Tier
    verdict: Verdict
    counts: tuple[int, ...] = ()
    blank: int = 0

    def as_value(self) -> dict[str, Any]:
        """Return the canonical value; its fields depend on the form."""
        value: dict[str, Any] = {"code": self.code, "form": self.form.value, "verdict": self.verdict.value}
        if self.form == Tier.TWO_WAY:
            value |= {"blank": self.blank, "favourable": self.counts[0], "unfavourable": self.counts[1]}
        elif self.form == Tier.FULL:
            value |= {"blank": self.blank, "counts": list(self.counts)}
        return value

    @classmethod
    def from_value(cls, value: Any) -> SubjectResult:
        """Read and check the canonical value (BadObject)."""
        form = value.get("form") if isinstance(value, dict) else None
        extra = {"band": (), "two_way": ("blank", "favourable", "unfavourable"), "full": ("blank", "counts")}
        fields.require(isinstance(form, str) and form in extra, "form")
        f = fields.record(value, "code", "form", "verdict", *extra[str(form)])
        numbers = f.get("counts", [f[name] for name in ("favourable", "unfavourable") if name in f])
        least, greatest = (1, 7) if form == "full" else (0, 2)
        counts = tuple(
            fields.integer(n, 0, _GREATEST, "count") for n in fields.array(numbers, least, greatest, "counts")
        )
        verdicts = (Verdict.REACHED, Verdict.NOT_REACHED) if form == "band" else tuple(Verdict)
        verdict = Verdict(fields.choice(f["verdict"], "verdict", *verdicts))
        blank = fields.integer(f["blank"], 0, _GREATEST, "blank") if "blank" in f else 0
        return cls(fields.code(f["code"], "code"), Tier(str(form)), verdict, counts, blank)

    def sides(self, subject: Subject) -> tuple[int, int]:
        """Return F and U of a subject that is not a band."""
        if self.form == Tier.TWO_WAY:
            return self.counts[0], self.counts[1]
        favourable = sum(n for k, n in enumerate(self.counts) if subject.favourable_mask >> k & 1)
        return favourable, sum(self.counts) - favourable


@dataclass(frozen=True)
class Result:
    """``result.json``: the numbers of custody and what the tier allows of each subject."""

    boxes: tuple[bytes, ...]
    formula: str
    invalid: int
    issued: int
    returned: int
    subjects: tuple[SubjectResult, ...]
    tier: Tier
    valid: int

    @classmethod
    def from_bytes(cls, raw: bytes) -> Result:
        """Read and check canonical bytes (NotCanonical, BadObject); numbers are for ``contradictions`` to judge."""
        numbers = ("invalid", "issued", "returned", "valid")
        f = fields.parse(raw, "boxes", "formula", "subjects", "tier", *numbers)
        boxes = tuple(fields.octets(box, 32, "box") for box in fields.array(f["boxes"], 1, 255, "boxes"))
        fields.require(list(boxes) == sorted(set(boxes)), "boxes: ascending, each once")
        return cls(
            boxes=boxes,
            formula=fields.choice(f["formula"], "formula", "fav-valid", "fav-expressed"),
            subjects=tuple(SubjectResult.from_value(s) for s in fields.array(f["subjects"], 0, 64, "subjects")),
            tier=Tier(fields.choice(f["tier"], "tier", *Tier)),
            **{name: fields.integer(f[name], 0, _GREATEST, name) for name in numbers},
        )

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return canonical.dumps(
            {
                "boxes": [box.hex() for box in self.boxes],
                "formula": self.formula,
                "invalid": self.invalid,
                "issued": self.issued,
                "returned": self.returned,
                "subjects": [subject.as_value() for subject in self.subjects],
                "tier": self.tier.value,
                "valid": self.valid,
            }
        )


def build(
    slate: Slate,
    opening_set: OpeningSet,
    formula: str,
    threshold: Threshold,
    counts: Mapping[tuple[int, int], int],
    *,
    issued: int,
    returned: int,
    invalid: int,
) -> Result:
    """Return the result of a set from the opened ``counts`` of every planned (s, mask)."""
    assert returned - invalid == opening_set.valid
    subjects: tuple[SubjectResult, ...] = ()
    if opening_set.tier != Tier.NONE:
        subjects = tuple(
            _subject(s, subject, opening_set, formula, threshold, counts) for s, subject in enumerate(slate.subjects)
        )
    boxes, tier, valid = opening_set.boxes, opening_set.tier, opening_set.valid
    return Result(boxes, formula, invalid, issued, returned, subjects, tier, valid)


def _subject(
    s: int,
    subject: Subject,
    opening_set: OpeningSet,
    formula: str,
    threshold: Threshold,
    counts: Mapping[tuple[int, int], int],
) -> SubjectResult:
    valid, tier = opening_set.valid, opening_set.tier
    if tier == Tier.FULL:
        grades = tuple(counts[s, 1 << k] for k in range(len(subject.grades)))
        full = SubjectResult(subject.code, tier, Verdict.NO_RESULT, grades, valid - sum(grades))
        return SubjectResult(
            subject.code, tier, verdict_of(*full.sides(subject), valid, formula, threshold), grades, full.blank
        )
    favourable = counts[s, subject.favourable_mask]
    unfavourable = counts.get((s, subject.unfavourable_mask), 0)
    verdict = verdict_of(favourable, unfavourable, valid, formula, threshold)
    if tier == Tier.BAND or only_band(valid, favourable, unfavourable):
        # "Nobody expressed anything" would announce that all left it blank.
        band = Verdict.REACHED if verdict == Verdict.REACHED else Verdict.NOT_REACHED
        return SubjectResult(subject.code, Tier.BAND, band)
    blank = valid - favourable - unfavourable
    return SubjectResult(subject.code, tier, verdict, (favourable, unfavourable), blank)


def contradictions(result: Result, slate: Slate, threshold: Threshold) -> list[str]:
    """Return what the result says against itself or its tier, as places such as ``subjects/2/verdict``; [] if nothing.

    The custody numbers, the tier by V and the opened sums are compared by the verifier, who knows the boxes.
    """
    places = []
    if result.valid != result.returned - result.invalid:
        places.append("valid")
    if result.returned > result.issued:
        places.append("returned")
    codes = [] if result.tier == Tier.NONE else [subject.code for subject in slate.subjects]
    if [subject.code for subject in result.subjects] != codes:
        return [*places, "subjects"]
    allowed = {Tier.BAND: {Tier.BAND}, Tier.TWO_WAY: {Tier.BAND, Tier.TWO_WAY}, Tier.FULL: {Tier.FULL}}
    for s, (stated, subject) in enumerate(zip(result.subjects, slate.subjects, strict=False)):
        if stated.form not in allowed[result.tier]:
            places.append(f"subjects/{s}/form")
        elif stated.form != Tier.BAND:
            places += [f"subjects/{s}/{what}" for what in _wrong(stated, subject, result, threshold)]
    return places


def _wrong(stated: SubjectResult, subject: Subject, result: Result, threshold: Threshold) -> list[str]:
    if stated.form == Tier.FULL and len(stated.counts) != len(subject.grades):
        return ["counts"]
    favourable, unfavourable = stated.sides(subject)
    wrong = []
    if favourable + unfavourable + stated.blank != result.valid:
        wrong.append("blank")
    if stated.form == Tier.TWO_WAY and only_band(result.valid, favourable, unfavourable):
        wrong.append("form")
    if stated.verdict != verdict_of(favourable, unfavourable, result.valid, result.formula, threshold):
        wrong.append("verdict")
    return wrong


def sign(result: Result, i: int, sign_seed: bytes) -> bytes:
    """Return one entry of ``result.sigs``: ``u8 i ‖ signature`` by scrutineer ``i``."""
    return bytes([i]) + signing.sign(sign_seed, labels.RESULT + result.to_bytes())


def write_signatures(entries: Sequence[bytes]) -> bytes:
    """Return ``result.sigs``: entries of 65 bytes, i ascending."""
    return b"".join(sorted(entries))


def check_signatures(raw: bytes, sigs: bytes, keyset: KeySet) -> bool:
    """Say whether ``sigs`` holds at least t entries over the bytes ``raw``, i strictly ascending, and none is bad."""
    entries = [sigs[at : at + SIGNATURE_LENGTH] for at in range(0, len(sigs), SIGNATURE_LENGTH)]
    numbers = [entry[0] for entry in entries]
    if len(sigs) % SIGNATURE_LENGTH or numbers != sorted(set(numbers)) or len(entries) < keyset.t:
        return False
    if any(not 1 <= i <= keyset.n for i in numbers):
        return False
    message = labels.RESULT + raw
    return all(signing.verify(keyset.scrutineers[entry[0] - 1].key, entry[1:], message) for entry in entries)
