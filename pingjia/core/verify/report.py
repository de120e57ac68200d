"""What the verifier says in the end: one verdict, every failure, and the numbers with where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from pingjia.core.ballot.objects import box_number
from pingjia.core.ballot.result import SubjectResult
from pingjia.core.ballot.slate import Subject
from pingjia.core.ballot.tiers import Tier
from pingjia.core.verify.case import BoxCase, Case
from pingjia.core.verify.failures import Check, Failure, check_of


class Exit(IntEnum):
    """Exit codes of the program, and the verdict."""

    GOOD = 0
    BAD = 1
    UNREADABLE = 2
    UNCHECKED = 3  # consistent in itself, but compared with nothing from outside


class Count(StrEnum):
    """Where the numbers of the result come from. ``UNVERIFIED``: they should have been recomputed, and were not."""

    RECOMPUTED = "recomputed"
    ATTESTED = "attested"
    UNVERIFIED = "unverified"


class Status(StrEnum):
    """How one check went.

    ``ATTESTED``: cannot be made on this level of publication, the scrutineers' word stands. ``UNCHECKED``: what it
    needs is missing or unreadable, which is a failure of another check.
    """

    PASSED = "passed"
    FAILED = "failed"
    UNCHECKED = "unchecked"
    ATTESTED = "attested"
    NOT_ASKED = "not-asked"


@dataclass(frozen=True)
class Report:
    """The findings. ``facts`` is plain data (JSON), the same in both verifiers."""

    failures: tuple[Failure, ...]
    exit: Exit
    facts: dict[str, Any]

    def as_value(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        failures = [{"code": f.code.value, "party": f.party, "place": f.place} for f in self.failures]
        return {"exit": int(self.exit), "failures": failures, **self.facts}


def write(case: Case, *, root_checked: bool, receipt_given: bool) -> Report:
    """Sum a finished case up."""
    failures = tuple(sorted(case.failures))
    consistent = Exit.GOOD if root_checked else Exit.UNCHECKED
    verdict = Exit.BAD if failures else consistent
    rules, result = case.rules, case.result
    facts: dict[str, Any] = {
        "boxes": [_box(box) for box in case.boxes if box.manifest is not None],
        "checks": {check.value: _status(case, check, receipt_given).value for check in Check},
        "count": _count(case).value,
        "formula": rules.formula if rules else "",
        "practice": any(manifest.practice for manifest in case.manifests),
        "root_checked": root_checked,
        "subjects": [],
        "threshold": {"den": rules.threshold.den, "num": rules.threshold.num} if rules else {},
        "tier": case.tier.value if case.tier else "",
        "title": case.slate.title if case.slate else "",
        "valid": case.valid if case.valid is not None else -1,
        "witnesses": sorted(case.witnesses or ()),
    }
    if result is not None and case.slate is not None and len(result.subjects) == len(case.slate.subjects):
        pairs = zip(result.subjects, case.slate.subjects, strict=True)
        facts["subjects"] = [_subject(case, s, stated, subject) for s, (stated, subject) in enumerate(pairs)]
    return Report(failures, verdict, facts)


def _count(case: Case) -> Count:
    """Say where the numbers come from: of the whole result, what holds for every subject that shows numbers."""
    if not case.published:
        return Count.ATTESTED
    if case.result is None:
        return Count.UNVERIFIED
    sources = {_source(case, s, stated) for s, stated in enumerate(case.result.subjects)} or {Count.UNVERIFIED}
    return max(sources, key=[Count.ATTESTED, Count.RECOMPUTED, Count.UNVERIFIED].index)


def _source(case: Case, s: int, stated: SubjectResult) -> Count:
    if stated.form == Tier.BAND:
        return Count.ATTESTED
    return Count.RECOMPUTED if s in case.opened else Count.UNVERIFIED


def _status(case: Case, check: Check, receipt_given: bool) -> Status:
    if any(check_of(failure.code) == check for failure in case.failures):
        return Status.FAILED
    if check in case.skipped:
        return Status.UNCHECKED
    if check in (Check.BODIES, Check.PARTIALS) and not case.published:
        return Status.ATTESTED
    if check is Check.RECEIPT_FILE and not receipt_given:
        return Status.NOT_ASKED
    return Status.PASSED


def _box(box: BoxCase) -> dict[str, Any]:
    manifest, closing, statements = box.manifest, box.closing, box.statements or []
    assert manifest is not None
    return {
        "hash": manifest.hash.hex(),
        "invalid": closing.invalid if closing else -1,
        "invalid_heads": box.invalid_heads,
        "issued": [statement.issued for statement in statements],
        "issuers": [issuer.operator for issuer in manifest.issuers],
        "log": manifest.log_origin,
        "number": box_number(manifest.hash),
        "paper": [statement.paper for statement in statements],
        "returned": closing.returned if closing else -1,
        "roll_size": manifest.roll_size,
        "title": manifest.title,
    }


def _subject(case: Case, s: int, stated: SubjectResult, subject: Subject) -> dict[str, Any]:
    """Return one subject; ``numbers`` is None where the form shows none."""
    return {
        "code": subject.code,
        "count": _source(case, s, stated).value,
        "form": stated.form.value,
        "grades": list(subject.grades),
        "numbers": _numbers(case, stated, subject),
        "title": subject.title,
        "verdict": stated.verdict.value,
    }


def _numbers(case: Case, stated: SubjectResult, subject: Subject) -> dict[str, Any] | None:
    if stated.form == Tier.BAND or (stated.form == Tier.FULL and len(stated.counts) != len(subject.grades)):
        return None
    favourable, unfavourable = stated.sides(subject)
    expressed = case.rules is not None and case.rules.formula == "fav-expressed"
    return {
        "blank": stated.blank,
        "counts": list(stated.counts) if stated.form == Tier.FULL else [],
        "denominator": favourable + unfavourable + (0 if expressed else stated.blank),
        "favourable": favourable,
        "numerator": favourable,
        "unfavourable": unfavourable,
    }
