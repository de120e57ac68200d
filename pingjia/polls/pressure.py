"""Reporting pressure: to the superior only. The journal says that a report came, never from whom or on which vote."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.polls.impartial import name_of, only_superiors
from pingjia.polls.models import Poll, PressureReport
from pingjia.polls.refusal import NotYet


@transaction.atomic
def report_pressure(poll: Poll, text: str, signed: str = "", *, by: object = "member") -> PressureReport:
    """Keep a member's report with the day and, only where the member wrote one, a name. ``by`` is not kept."""
    if not text.strip():
        raise NotYet([_("请写明发生了什么。")])
    made = PressureReport.objects.create(
        poll=poll, text=text.strip(), signed=signed.strip(), on_day=timezone.localdate()
    )
    record("pressure.reported", by="member", about="pressure")
    return made


@transaction.atomic
def answer_pressure(report: PressureReport, *, by: object, answer: str) -> PressureReport:
    """Write down what the superior did about a report."""
    only_superiors(by, report.poll)
    if not answer.strip():
        raise NotYet([_("请写明处理情况。")])
    report.answer, report.answered_by = answer.strip(), name_of(by)
    report.save(update_fields=["answer", "answered_by"])
    record("pressure.answered", by=by, about="pressure")
    return report
