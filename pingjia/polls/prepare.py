"""Before the ballots: the poll itself and its frozen roll. The seats live in ``seats``, the slips in ``slips``."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.core.ballot import fields
from pingjia.core.ballot.roll import SALT_LENGTH
from pingjia.core.ballot.roll import RollEntry as Commitment
from pingjia.core.ballot.slate import GREATEST_SUBJECTS
from pingjia.journal.actions import record
from pingjia.people.models import Delegate, Member, Status
from pingjia.polls.impartial import keep_out_the_judged, name_of
from pingjia.polls.models import Electorate, GradeSet, Medium, Poll, RollEntry, State, Subject
from pingjia.polls.refusal import NotYet, Refused, unless_ready
from pingjia.polls.seats import accept_stewardship, invite_scrutineers, invite_steward
from pingjia.polls.slips import destroy_surplus, print_blank_slips, print_named_slips
from pingjia.units.models import Unit

__all__ = [
    "accept_stewardship",
    "create_poll",
    "destroy_surplus",
    "electorate",
    "freeze_roll",
    "invite_scrutineers",
    "invite_steward",
    "move_to_paper",
    "print_blank_slips",
    "print_named_slips",
]

FORMULAS = ("fav-valid", "fav-expressed")


@transaction.atomic
def create_poll(
    unit: Unit,
    *,
    by: object,
    title: str,
    year: int,
    opens_at: datetime,
    closes_at: datetime,
    subjects: Sequence[tuple[str, str, str]],
    electorate: str = Electorate.MEMBERS,
    medium: str = Medium.ELECTRONIC,
    revote: bool = True,
    with_opinions: bool = True,
    formula: str = "fav-valid",
    threshold: tuple[int, int] = (4, 5),
    practice: bool = False,
    pool: str = "",
    scrutineers_needed: int = 2,
    objection_days: int = 7,
    replaces: Poll | None = None,
    lead: Poll | None = None,
) -> Poll:
    """Create a draft. ``subjects``: (code, title, code of the grade set); ``threshold``: (numerator, denominator).

    ``lead`` names the poll of another unit with which this one is pooled: scrutineers, keys and questions are then
    that poll's, and ``pool`` and the rules must be the same. Raises NotYet with everything that is wrong.
    """
    keep_out_the_judged(by, unit)
    rules = {"formula": formula, "threshold_num": threshold[0], "threshold_den": threshold[1], "pool": pool}
    problems = _problems(unit, title, opens_at, closes_at, subjects, scrutineers_needed, rules)
    problems += _pool_problems(lead, subjects, rules, practice) if lead else []
    unless_ready(problems)
    poll = Poll.objects.create(
        poll_id=secrets.token_hex(16),
        unit=unit,
        title=title.strip(),
        year=year,
        medium=medium,
        electorate=electorate,
        practice=practice,
        opens_at=opens_at,
        closes_at=closes_at,
        revote=revote,
        with_opinions=with_opinions,
        scrutineers_needed=scrutineers_needed,
        objection_days=objection_days,
        replaces=replaces,
        lead=lead,
        **rules,
    )
    sets = {one.code: one for one in GradeSet.objects.all()}
    for order, (code, words, scale) in enumerate(subjects, start=1):
        Subject.objects.create(poll=poll, order=order, code=code, title=words.strip(), grade_set=sets[scale])
    record("poll.created", by=by, about=poll.poll_id, unit=unit.code, title=poll.title, practice=practice)
    return poll


def _problems(
    unit: Unit,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    subjects: Sequence[tuple[str, str, str]],
    needed: int,
    rules: dict[str, object],
) -> list[str]:
    """Return everything that keeps a draft from being made."""
    scales = set(GradeSet.objects.values_list("code", flat=True))
    codes = [code for code, _title, _scale in subjects]
    checks = [
        (unit.is_home, _("只有基层工会和联合基层工会开展会员评家，%s 不是。") % unit.name),
        (_fits(title, 100), _("名称要有 1 至 100 个字，不能换行。")),
        (closes_at > opens_at, _("最早结束时间要晚于投票开始时间。")),
        (1 <= len(subjects) <= GREATEST_SUBJECTS, _("评议内容要有 1 至 64 项。")),
        (len(set(codes)) == len(codes), _("评议内容的代码不能重复。")),
        (all(_is_code(code) for code in codes), _("评议内容的代码只能用小写字母、数字、“_”和“-”。")),
        (all(_fits(words, 120) for _code, words, _scale in subjects), _("每项评议内容要有 1 至 120 个字。")),
        (all(scale in scales for _code, _words, scale in subjects), _("有一项评议内容的等次表不存在。")),
        (rules["formula"] in FORMULAS, _("认同率算法只能是“认同票 ÷ 有效票”或“认同票 ÷ 表态票”。")),
        (
            0 < int(str(rules["threshold_num"])) <= int(str(rules["threshold_den"])),
            _("认同标准要是大于 0、不超过 1 的分数。"),
        ),
        (2 <= needed <= 16, _("开箱所需监票人至少 2 人，至多 16 人。")),
        (rules["pool"] == "" or _is_code(str(rules["pool"])), _("合并计票组的代码只能用小写字母和数字。")),
    ]
    return [sentence for holds, sentence in checks if not holds]


def _pool_problems(
    lead: Poll, subjects: Sequence[tuple[str, str, str]], rules: dict[str, object], practice: bool
) -> list[str]:
    """Return what keeps a poll from being counted as one pool with ``lead``."""
    theirs = [(s.code, s.title, s.grade_set.code) for s in lead.subjects.select_related("grade_set")]
    checks = [
        (lead.lead_id is None, _("请直接与牵头单位的投票合并。")),
        (lead.state in (State.DRAFT, State.ROLLED) and not lead.keyset_hash, _("牵头单位已经封箱，不能再合并。")),
        (bool(rules["pool"]), _("合并计票要写明合并计票组。")),
        (all(getattr(lead, name) == value for name, value in rules.items()), _("合并计票的各单位，规则必须相同。")),
        (theirs == [tuple(row) for row in subjects], _("合并计票的各单位，评议内容必须相同。")),
        (lead.practice == practice, _("演练与正式投票不能合并计票。")),
    ]
    return [sentence for holds, sentence in checks if not holds]


def _fits(words: str, greatest: int) -> bool:
    try:
        fields.text(words.strip(), "", greatest)
    except fields.BadObject:
        return False
    return True


def _is_code(code: str) -> bool:
    try:
        fields.code(code, "")
    except fields.BadObject:
        return False
    return len(code) <= 20


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
    keep_out_the_judged(by, poll.unit)
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
    keep_out_the_judged(by, poll.unit)
    if poll.state not in (State.ROLLED, State.SEALED, State.OPEN):
        raise Refused(_("现在不能再改用纸质票。"))
    if poll.slips.filter(entry=None).exists():
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
