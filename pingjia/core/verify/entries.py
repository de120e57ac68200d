"""The zip holds exactly the entries that its level calls for, in their order."""

from __future__ import annotations

from pingjia.core.verify import bundle
from pingjia.core.verify.case import Case
from pingjia.core.verify.failures import Code, Role


def check(case: Case) -> None:
    """Compare the names with those of ``bundle.names``; runs after the closings have been read."""
    expected = bundle.names(case.bundle.pooled, case.published)
    found = list(case.bundle.entries)
    for name in expected:
        if name not in case.bundle.entries:
            case.fail(Code.ENTRY_MISSING, name, Role.OPERATOR)
    for name in found:
        if name not in expected:
            case.fail(Code.ENTRY_EXTRA, name, Role.OPERATOR)
    if [name for name in found if name in expected] != [name for name in expected if name in case.bundle.entries]:
        case.fail(Code.ENTRY_ORDER, "zip", Role.OPERATOR)
