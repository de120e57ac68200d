"""Check a bundle from end to end. Every check runs, whatever the others found."""

from __future__ import annotations

from pingjia.core.verify import (
    ballots,
    bodies,
    bundle,
    entries,
    handedout,
    logged,
    outcome,
    papers,
    receiptfile,
    report,
)
from pingjia.core.verify.case import BoxCase, Case, Run
from pingjia.core.verify.report import Report
from pingjia.core.verify.source import Held, Source
from pingjia.core.verify.trust import Trust, WantedBox

CHUNK = 64


def verify(
    given: bytes | Source,
    *,
    box: WantedBox | None = None,
    trust: Trust | None = None,
    receipt: receiptfile.Receipt | None = None,
    run: Run = map,
    chunk: int = CHUNK,
) -> Report:
    """Return the report on a bundle; raise CannotVerify if it cannot be read at all.

    ``box`` and ``trust`` are what the person knows from elsewhere: without either, the best verdict is that the bundle
    is consistent in itself. ``run`` maps ``work.run`` over tasks of ``chunk`` ballots: other processes may do that, in
    order and without taking many tasks ahead. Memory grows by some ten bytes a ballot.
    """
    found = bundle.read(Held(given) if isinstance(given, bytes) else given)
    case = Case(found, run, chunk, [BoxCase(prefix) for prefix in found.prefixes])
    papers.read(case)
    for one in case.boxes:
        ballots.read_closing(case, one)
    entries.check(case)
    papers.check_wanted(case, box, trust)
    papers.check_acceptances(case)
    logged.check(case, trust)
    for one in case.boxes:
        ballots.check_heads(case, one)
        handedout.check(case, one)
        bodies.check_bodies(case, one)
    outcome.check(case)
    if receipt is not None:
        receiptfile.check(case, receipt)
    return report.write(case, root_checked=box is not None or trust is not None, receipt_given=receipt is not None)
