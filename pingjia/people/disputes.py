"""A member objects to the own entry, somebody who is not judged answers, and both see what became of it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.people.guards import is_judged
from pingjia.people.models import Dispute, DisputeState, Member, User
from pingjia.people.typed import sentence
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

LONGEST = 200


def disputes(unit: Unit) -> QuerySet[Dispute]:
    """Return every objection in this union, open ones first, then the latest."""
    return Dispute.objects.filter(member__unit=unit).select_related("member__branch", "member__unit").order_by("-pk")


def open_disputes(unit: Unit) -> int:
    """Count what waits for an answer."""
    return Dispute.objects.filter(member__unit=unit, state=DisputeState.OPEN).count()


@transaction.atomic
def object_to(member: Member, *, by: User, text: str) -> Dispute:
    """Say what is wrong with the own entry; one objection at a time. The journal keeps that, not what, was said."""
    if member.user_id != by.pk:
        raise Refused(_("只能对自己的登记提出异议。"))
    words = sentence(text, LONGEST, _("请写一句哪里不对、应当是什么。"))
    if Dispute.objects.filter(member=member, state=DisputeState.OPEN).exists():
        raise Refused(_("上一次的异议还在等答复。"))
    dispute = Dispute.objects.create(member=member, text=words)
    record("object_to_entry", by=by, about=f"{member.unit.code}/{member.no}", unit=member.unit.code)
    return dispute


def judged_by_the_roll(user: User, unit: Unit) -> bool:
    """Say whether a vote for which this roster is the roll judges the user: today, or for this year or the last."""
    return is_judged(user, unit, timezone.localdate().year - 1)


@transaction.atomic
def settle(dispute: Dispute, *, by: User, corrected: bool, answer: str) -> Dispute:
    """Answer an objection: corrected, or kept with the reason. Never by somebody whom the union's vote judges."""
    reasons = []
    if judged_by_the_roll(by, dispute.member.unit):
        reasons.append(_("您是（或不久前是）被评议的人，不能答复对投票名册的异议。请由别的工作人员或上级组织部答复。"))
    if dispute.member.user_id == by.pk:
        reasons.append(_("不能答复自己的异议，请由别人答复。"))
    if reasons:
        raise Refused(*reasons)
    words = sentence(answer, LONGEST, _("请写明改了什么，或为什么不改。"))
    state = DisputeState.CORRECTED if corrected else DisputeState.KEPT
    _close(dispute, state, answer=words, answered_by=by.username, answered_name=by.full_name)
    _journal("settle_dispute", dispute, by)
    return dispute


@transaction.atomic
def withdraw(dispute: Dispute, *, by: User) -> Dispute:
    """Take the own objection back."""
    if dispute.member.user_id != by.pk:
        raise Refused(_("只能撤回自己的异议。"))
    _close(dispute, DisputeState.WITHDRAWN)
    _journal("withdraw_dispute", dispute, by)
    return dispute


def _close(dispute: Dispute, state: str, **facts: str) -> None:
    """Compare and set, so that of two answers one counts."""
    still = Dispute.objects.filter(pk=dispute.pk, state=DisputeState.OPEN)
    if still.update(state=state, answered_at=timezone.now(), **facts) != 1:
        raise Refused(_("这条异议已经答复过了，请刷新看结果。"))
    dispute.refresh_from_db()


def _journal(verb: str, dispute: Dispute, by: User) -> None:
    member = dispute.member
    about = f"{member.unit.code}/{member.no}"
    record(verb, by=by, about=about, unit=member.unit.code, state=str(dispute.state))
