"""One membership over the years: joining, changing, leaving, returning, and moving to another union."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.people.models import Delegate, Member, Passage, PassageKind, Status, Transfer, TransferState
from pingjia.people.overlaps import find_overlaps
from pingjia.people.queries import in_term
from pingjia.people.typed import sentence
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

CHANGEABLE = ("name", "category", "status", "branch", "group", "employment", "sex", "joined_at")


@transaction.atomic
def enter_member(
    unit: Unit, *, by: object, no: str, name: str, category: str, status: str, branch: Unit | None, **more: Any
) -> Member:
    """Enter one member in the roster; ``more`` are group, employment, sex, joined_at (today unless told)."""
    _refuse_taken(unit, no)
    _refuse_strange_group(branch, more.get("group"))
    more["joined_at"] = more.get("joined_at") or timezone.localdate()
    member = Member.objects.create(unit=unit, no=no, name=name, category=category, status=status, branch=branch, **more)
    passed(member, PassageKind.JOINED, by=by, on=more["joined_at"])
    record("enter_member", by=by, about=f"{unit.code}/{no}", unit=unit.code)
    return member


def _refuse_taken(unit: Unit, no: str) -> None:
    if Member.objects.filter(unit=unit, no=no).exists():
        raise Refused(_("会员编号 %(no)s 已有人使用，请改正编号。") % {"no": no})


def _refuse_strange_group(branch: Unit | None, group: Unit | None) -> None:
    if group and branch and group.pk != branch.pk and not group.path.startswith(branch.path):
        raise Refused(_("小组“%(group)s”不在“%(branch)s”里，请改正其中一个。") % {"group": group, "branch": branch})


@transaction.atomic
def change_member(
    member: Member, *, by: object, name: str, category: str, status: str, branch: Unit | None, **more: Any
) -> Member:
    """Correct one line of the roster; the journal says which fields changed, not to what."""
    after = {"name": name, "category": category, "status": status, "branch": branch, **more}
    _refuse_strange_group(branch, after.get("group", member.group))
    if Status.ELSEWHERE in (status, member.status) and status != member.status and status != Status.LEFT:
        raise Refused(_("在哪个工会投票，请在“一人在两个工会”里办理。"))
    before = member.status
    fields = [what for what, value in after.items() if getattr(member, what) != value]
    for what in fields:
        setattr(member, what, after[what])
    if fields:
        member.written_in = None
        member.left_at = (member.left_at or timezone.localdate()) if member.status == Status.LEFT else None
        member.save(update_fields=[*fields, "written_in", "left_at"])
        if before != member.status:
            _stepped(member, before, by=by)
        about = f"{member.unit.code}/{member.no}"
        record("change_member", by=by, about=about, unit=member.unit.code, fields=sorted(fields))
    return member


def _stepped(member: Member, before: str, *, by: object) -> None:
    """Note the step to another standing, and what follows from it."""
    if member.status == Status.LEFT:
        passed(member, PassageKind.LEFT, by=by)
        end_mandates(member)
    elif member.status == Status.RETAINED:
        passed(member, PassageKind.RETAINED, by=by)
    elif before == Status.LEFT:
        passed(member, PassageKind.RETURNED, by=by)
    if member.status == Status.ACTIVE:
        find_overlaps(member.unit)


def passed(member: Member, kind: str, *, by: object, on: date | None = None, other: Unit | None = None) -> Passage:
    """Add one step to a membership's history."""
    name = getattr(by, "username", None) or str(by)
    return Passage.objects.create(member=member, kind=kind, on=on or timezone.localdate(), other=other, by=name)


def end_mandates(member: Member) -> int:
    """End standing mandates with today: who is no member speaks for nobody."""
    return in_term(Delegate.objects.filter(member=member)).update(until=timezone.localdate())


@transaction.atomic
def ask_transfer(member: Member, to: Unit, *, by: object) -> Transfer:
    """Ask another union to take a member over. Nothing changes until it answers."""
    reasons = []
    if member.status not in (Status.ACTIVE, Status.RETAINED):
        reasons.append(_("只有在籍或保留会籍的会员可以转会。"))
    if not to.is_home:
        reasons.append(_("“%(unit)s”不是基层工会，会员不能转到那里。") % {"unit": to})
    if to.until:
        reasons.append(_("“%(unit)s”已经撤销，会员不能转到那里。") % {"unit": to})
    if to.pk == member.unit_id:
        reasons.append(_("这就是现在的工会。要换分会，请改这个人的分会。"))
    if Transfer.objects.filter(member=member, state=TransferState.ASKED).exists():
        reasons.append(_("已经申请转会，还在等对方答复。"))
    if reasons:
        raise Refused(*reasons)
    name = getattr(by, "username", None) or str(by)
    transfer = Transfer.objects.create(member=member, to=to, asked_by=name)
    record("ask_transfer", by=by, about=f"{member.unit.code}/{member.no}", unit=member.unit.code, to=to.code)
    return transfer


def _answer(transfer: Transfer, state: str, *, by: object, reason: str = "") -> None:
    """Move an asked transfer to its end; compare-and-set, so that two answers never both count."""
    name = getattr(by, "username", None) or str(by)
    today = timezone.localdate()
    open_ones = Transfer.objects.filter(pk=transfer.pk, state=TransferState.ASKED)
    if open_ones.update(state=state, answered_by=name, answered_on=today, reason=reason) != 1:
        raise Refused(_("这次转会已经办完，请刷新看结果。"))
    transfer.refresh_from_db()


@transaction.atomic
def accept_transfer(transfer: Transfer, *, by: object, no: str) -> Member:
    """Take a member over under a number of the receiving union; the old line stays as history."""
    there, unit = transfer.member, transfer.to
    no = sentence(no, 40, _("请填写他（她）在本工会的会员编号。"))
    _refuse_taken(unit, no)
    _answer(transfer, TransferState.ACCEPTED, by=by)
    if there.status not in (Status.ACTIVE, Status.RETAINED):
        raise Refused(_("这名会员已不在原工会的名册上，请原工会核对。"))
    today = timezone.localdate()
    here = Member.objects.create(
        unit=unit, no=no, name=there.name, category=there.category, status=there.status, user=there.user,
        employment=there.employment, sex=there.sex, joined_at=today, id_hash=there.id_hash,
        birth_hash=there.birth_hash,
    )  # fmt: skip
    there.status, there.left_at, there.written_in = Status.LEFT, today, None
    there.save(update_fields=["status", "left_at", "written_in"])
    end_mandates(there)
    transfer.arrived = here
    transfer.save(update_fields=["arrived"])
    passed(there, PassageKind.MOVED_OUT, by=by, other=unit)
    passed(here, PassageKind.MOVED_IN, by=by, other=there.unit)
    record("accept_transfer", by=by, about=f"{unit.code}/{no}", unit=unit.code, came_from=there.unit.code)
    return here


@transaction.atomic
def refuse_transfer(transfer: Transfer, *, by: object, reason: str) -> Transfer:
    """Leave a member where they are, with a reason that the other union reads."""
    words = sentence(reason, 200, _("请写明为什么不接收。"))
    _answer(transfer, TransferState.REFUSED, by=by, reason=words)
    about = f"{transfer.member.unit.code}/{transfer.member.no}"
    record("refuse_transfer", by=by, about=about, unit=transfer.to.code)
    return transfer


@transaction.atomic
def withdraw_transfer(transfer: Transfer, *, by: object) -> Transfer:
    """Take the request back before it is answered."""
    _answer(transfer, TransferState.WITHDRAWN, by=by)
    about = f"{transfer.member.unit.code}/{transfer.member.no}"
    record("withdraw_transfer", by=by, about=about, unit=transfer.member.unit.code)
    return transfer
