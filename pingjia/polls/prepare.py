"""Before the ballots: the frozen roll. The draft lives in ``drafts``, seats in ``seats``, slips in ``slips``."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.core.ballot.roll import SALT_LENGTH
from pingjia.core.ballot.roll import RollEntry as Commitment
from pingjia.journal.actions import record
from pingjia.people.models import Delegate, Member, Status
from pingjia.polls.drafts import amend_poll, create_poll
from pingjia.polls.impartial import keep_out_the_judged, name_of
from pingjia.polls.models import Electorate, Poll, RollEntry, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.seats import accept_stewardship, invite_scrutineers, invite_steward
from pingjia.polls.slipcount import confirm_left, count_left
from pingjia.polls.slips import print_blank_slips, print_named_slips, print_sealed_slips

__all__ = [
    "accept_stewardship",
    "amend_poll",
    "confirm_left",
    "count_left",
    "create_poll",
    "electorate",
    "freeze_roll",
    "invite_scrutineers",
    "invite_steward",
    "move_to_paper",
    "print_blank_slips",
    "print_named_slips",
    "print_sealed_slips",
]


def electorate(poll: Poll) -> QuerySet[Member]:
    """Return who votes if the roll were frozen now: active members, or the delegates in term among them.

    Retained members keep their membership without a vote; the judged are members and vote like everybody else.
    """
    members = Member.objects.filter(unit=poll.unit, status=Status.ACTIVE).select_related("branch", "unit")
    if poll.electorate == Electorate.MEMBERS:
        return members
    today = timezone.localdate()
    mandates = Delegate.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today), delegation__unit=poll.unit, since__lte=today
    )
    return members.filter(pk__in=mandates.values("member_id"))


@transaction.atomic
def freeze_roll(poll: Poll, *, by: object) -> int:
    """Write the roll as it stands today, each line with its salt and leaf; return its length."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if Poll.objects.filter(pk=poll.pk, state=State.DRAFT).update(state=State.ROLLED) != 1:
        raise Refused(_("名册已经冻结过了，不能再改。名册有错请作废后重新举行。"))
    entries = [_entry(poll, member) for member in electorate(poll)]
    if not entries:
        raise NotYet([_("名册上没有可以参加投票的人。请先导入会员名册（会员代表大会还要登记会员代表）。")])
    RollEntry.objects.bulk_create(entries)
    poll.state = State.ROLLED
    record("poll.roll_frozen", by=by, about=poll.poll_id, unit=poll.unit.code, roll_size=len(entries))
    return len(entries)


def _entry(poll: Poll, member: Member) -> RollEntry:
    salt = secrets.token_bytes(SALT_LENGTH)
    branch = member.branch.name if member.branch else ""
    leaf = commitment(member.no, member.name, branch, member.category, poll.unit.code, salt).leaf.hex()
    return RollEntry(
        poll=poll,
        member=member,
        no=member.no,
        name=member.name,
        branch=branch,
        category=member.category,
        salt=salt,
        leaf=leaf,
    )


def commitment(no: str, name: str, branch: str, category: str, unit: str, salt: bytes) -> Commitment:
    """Return one line of a roll in the form that its leaf commits to."""
    return Commitment(branch=branch, category=category, name=name, no=no, unit=unit, salt=salt)


@transaction.atomic
def move_to_paper(entry: RollEntry, *, by: object) -> RollEntry:
    """Move a member to the table: one officer asks, another confirms. Never after a ballot was drawn.

    Both steps compare and set one column, so a draw at the same moment wins or loses as a whole. Only the second step
    may tell that the member has drawn: one officer alone learns nothing by asking.
    """
    poll = entry.poll
    keep_out_the_judged(by, poll.unit, poll.year)
    if poll.state not in (State.ROLLED, State.SEALED, State.OPEN):
        raise Refused(_("现在不能再改用纸质票。"))
    Poll.objects.select_for_update().get(pk=poll.pk)  # nobody prints slips for drawing by hand meanwhile
    if poll.slips.by_hand().exists():
        raise Refused(_("这次用的是现场抽取的领票条，对不上人，不能改用纸质票。"))
    name, rows = name_of(by), RollEntry.objects.filter(pk=entry.pk).exclude(medium="paper")
    if rows.filter(paper_asked_by="").update(paper_asked_by=name):
        step = "poll.paper_asked"
    elif rows.filter(medium="open").exclude(paper_asked_by__in=["", name]).update(medium="paper"):
        step = "poll.paper_confirmed"
    else:
        entry.refresh_from_db()
        raise Refused(_why_not_paper(entry, name))
    entry.refresh_from_db()
    record(step, by=by, about=poll.poll_id, unit=poll.unit.code, no=entry.no)
    return entry


def _why_not_paper(entry: RollEntry, name: str) -> str:
    if entry.medium == "drawn" and entry.paper_asked_by != name:
        return _("%s 已经领过票，不能再改用纸质票。") % entry.name
    if entry.medium == "paper":
        return _("%s 已经改用纸质票。") % entry.name
    return _("改用纸质票要两名工作人员分别确认，请由另一个人确认。")
