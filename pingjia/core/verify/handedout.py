"""The issuers' closing statements: signed, about this box, and enough for what came back."""

from __future__ import annotations

from pingjia.core.ballot import issuance
from pingjia.core.ballot.fields import BadObject
from pingjia.core.canonical import NotCanonical
from pingjia.core.verify.case import BoxCase, Case
from pingjia.core.verify.failures import Check, Code, Role


def check(case: Case, box: BoxCase) -> None:
    """Check each statement, then returned ≤ issued_j, and issued_j + paper_j ≤ roll_size, for every issuer j."""
    place, manifest = box.place("issuance.json"), box.manifest
    raw = case.file(place)
    if raw is None or manifest is None or box.returned is None:
        case.skip(Check.ISSUANCE)
    if raw is None or manifest is None:
        return
    try:
        signed = issuance.read_statements(raw)
    except (NotCanonical, BadObject):
        case.fail(Code.OBJECT, place, Role.ISSUERS)
        return
    if len(signed) != len(manifest.issuers):
        case.fail(Code.STATEMENT, place, Role.ISSUERS)
        return
    box.statements = [statement for statement, _ in signed]
    for j, (issuer, (statement, signature)) in enumerate(zip(manifest.issuers, signed, strict=True)):
        here = statement.box == manifest.hash and statement.issuer == j
        if not here or not statement.verify(issuer.id_key, signature):
            case.fail(Code.STATEMENT, f"{place}/{j}", Role.ISSUER, j)
        if statement.issued + statement.paper > manifest.roll_size:
            case.fail(Code.ISSUED_EXCEEDS_ROLL, f"{place}/{j}", Role.ISSUER, j)
    _compare_with_returned(case, box, box.statements)


def _compare_with_returned(case: Case, box: BoxCase, statements: list[issuance.Statement]) -> None:
    if box.returned is None:
        return
    place, returned = box.place("issuance.json"), box.returned
    short = [j for j, statement in enumerate(statements) if returned > statement.issued]
    if len(short) == len(statements):
        case.fail(Code.RETURNED_EXCEEDS_ISSUED, place, Role.ISSUERS)
        return
    for j in short:
        case.fail(Code.RETURNED_EXCEEDS_ISSUED, f"{place}/{j}", Role.ISSUER, j)
