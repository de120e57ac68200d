"""The draft of a poll: its questions and rules, made once, and amended as often as needed until the roll is frozen."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pingjia.core.ballot import fields
from pingjia.core.ballot.slate import GREATEST_SUBJECTS
from pingjia.journal.actions import record
from pingjia.polls.impartial import keep_out_the_judged
from pingjia.polls.models import Electorate, GradeSet, Medium, Poll, State, Subject
from pingjia.polls.refusal import Refused, unless_ready
from pingjia.units.models import Unit

FORMULAS = ("fav-valid", "fav-expressed")
# What every poll of a pool must have in common with its lead, beside the questions.
SHARED = ("formula", "threshold_num", "threshold_den", "pool", "practice")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """All that a draft decides. ``subjects``: (code, title, code of the grade set); ``threshold``: (num, den)."""

    title: str
    year: int
    opens_at: datetime
    closes_at: datetime
    subjects: Sequence[tuple[str, str, str]]
    electorate: str = Electorate.MEMBERS
    medium: str = Medium.ELECTRONIC
    revote: bool = True
    with_opinions: bool = True
    formula: str = "fav-valid"
    threshold: tuple[int, int] = (4, 5)
    practice: bool = False
    pool: str = ""
    scrutineers_needed: int = 2
    objection_days: int = 7

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of ``Poll`` that hold these terms."""
        same = (
            *("year", "opens_at", "closes_at", "electorate", "medium", "revote", "with_opinions"),
            *("formula", "practice", "pool", "scrutineers_needed", "objection_days"),
        )
        num, den = self.threshold
        threshold = {"threshold_num": num, "threshold_den": den}
        return {"title": self.title.strip(), **{name: getattr(self, name) for name in same}, **threshold}

    def problems(self, unit: Unit) -> list[str]:
        """Return everything that keeps the terms from being a draft of this unit."""
        scales = set(GradeSet.objects.values_list("code", flat=True))
        codes = [code for code, _title, _scale in self.subjects]
        num, den = self.threshold
        checks = [
            (unit.is_home, _("只有基层工会和联合基层工会开展会员评家，%s 不是。") % unit.name),
            (unit.stands, _("%s 已经撤销，不再开展会员评家。") % unit.name),
            (_fits(self.title, 100), _("名称要有 1 至 100 个字，不能换行。")),
            (self.closes_at > self.opens_at, _("最早结束时间要晚于投票开始时间。")),
            (1 <= len(codes) <= GREATEST_SUBJECTS, _("评议内容要有 1 至 64 项。")),
            (len(set(codes)) == len(codes), _("评议内容的代码不能重复。")),
            (all(_is_code(code) for code in codes), _("评议内容的代码只能用小写字母、数字、“_”和“-”。")),
            (all(_fits(words, 120) for _code, words, _scale in self.subjects), _("每项评议内容要有 1 至 120 个字。")),
            (all(scale in scales for _code, _words, scale in self.subjects), _("有一项评议内容的等次表不存在。")),
            (self.formula in FORMULAS, _("认同率算法只能是“认同票 ÷ 有效票”或“认同票 ÷ 表态票”。")),
            (0 < num <= den, _("认同标准要是大于 0、不超过 1 的分数。")),
            (2 <= self.scrutineers_needed <= 16, _("开箱所需监票人至少 2 人，至多 16 人。")),
            (self.pool == "" or _is_code(self.pool), _("合并计票组的代码只能用小写字母和数字。")),
        ]
        return [sentence for holds, sentence in checks if not holds]

    def misfits(self, lead: Poll) -> list[str]:
        """Return what keeps a poll with these terms from being counted as one pool with ``lead``."""
        mine = self.columns
        checks = [
            (bool(self.pool), _("合并计票要写明合并计票组。")),
            (
                all(getattr(lead, name) == mine[name] for name in SHARED if name != "practice"),
                _("合并计票的各单位，规则必须相同。"),
            ),
            (subjects_of(lead) == [tuple(row) for row in self.subjects], _("合并计票的各单位，评议内容必须相同。")),
            (lead.practice == self.practice, _("演练与正式投票不能合并计票。")),
        ]
        return [sentence for holds, sentence in checks if not holds]


def least_to_open(seats: int) -> int:
    """Return the smallest number of cards that may open a box with so many scrutineers: more than half, two at least.

    Any two groups that could open a box then share somebody, and that browser opens a box within one set only.
    """
    return max(2, seats // 2 + 1)


def majority_opens(needed: int, seats: int) -> bool:
    """Say whether ``needed`` cards of ``seats`` are more than half (before anybody is seated every number will do)."""
    return seats == 0 or needed >= least_to_open(seats)


def subjects_of(poll: Poll) -> list[tuple[str, str, str]]:
    """Return (code, title, code of the grade set) of every line of the ballot, in order."""
    return [(one.code, one.title, one.grade_set.code) for one in poll.subjects.select_related("grade_set")]


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


def _write_subjects(poll: Poll, terms: Terms) -> None:
    sets = {one.code: one for one in GradeSet.objects.all()}
    for order, (code, words, scale) in enumerate(terms.subjects, start=1):
        Subject.objects.create(poll=poll, order=order, code=code, title=words.strip(), grade_set=sets[scale])


@transaction.atomic
def create_poll(
    unit: Unit, *, by: object, replaces: Poll | None = None, lead: Poll | None = None, **facts: Any
) -> Poll:
    """Create a draft from ``facts``, the fields of ``Terms``. Raises NotYet with everything that is wrong.

    ``lead`` names the poll of another unit with which this one is pooled: scrutineers, keys and questions are then
    that poll's, and ``pool`` and the rules must be the same.
    """
    terms = Terms(**facts)
    keep_out_the_judged(by, unit, terms.year)
    unless_ready(terms.problems(unit) + (_joining_problems(lead) + terms.misfits(lead) if lead else []))
    poll = Poll.objects.create(poll_id=secrets.token_hex(16), unit=unit, replaces=replaces, lead=lead, **terms.columns)
    _write_subjects(poll, terms)
    record("poll.created", by=by, about=poll.poll_id, unit=unit.code, title=poll.title, practice=poll.practice)
    return poll


def _joining_problems(lead: Poll) -> list[str]:
    checks = [
        (lead.lead_id is None, _("请直接与牵头单位的投票合并。")),
        (lead.state in (State.DRAFT, State.ROLLED) and not lead.keyset_hash, _("牵头单位已经封箱，不能再合并。")),
    ]
    return [sentence for holds, sentence in checks if not holds]


@transaction.atomic
def amend_poll(poll: Poll, *, by: object, **facts: Any) -> Poll:
    """Write other terms into a draft: ``facts`` are the fields of ``Terms`` but the pool, which stays as it is.

    Refused once the roll is frozen. Raises NotYet with everything that is wrong.
    """
    keep_out_the_judged(by, poll.unit, poll.year)
    held = Poll.objects.select_for_update(of=("self",)).select_related("unit", "lead").get(pk=poll.pk)
    if held.state != State.DRAFT:
        raise Refused(_("名册已经冻结，内容和规则不能再改。确实要改，请上级作废这一次，再重新举行。"))
    terms = Terms(**facts, pool=held.pool)
    before = {name: getattr(held, name) for name in terms.columns} | {"subjects": subjects_of(held)}
    after = terms.columns | {"subjects": [(code, words.strip(), scale) for code, words, scale in terms.subjects]}
    changed = sorted(name for name, value in after.items() if before[name] != value)
    problems = terms.problems(held.unit) + (terms.misfits(held.lead) if held.lead else [])
    unless_ready(problems + _standing_problems(held, terms, changed))
    for name, value in terms.columns.items():
        setattr(held, name, value)
    held.save()
    held.subjects.all().delete()
    _write_subjects(held, terms)
    record("poll.amended", by=by, about=held.poll_id, unit=held.unit.code, changed=changed)
    return held


def _standing_problems(poll: Poll, terms: Terms, changed: list[str]) -> list[str]:
    """Return what was already built on the draft and would not fit it any more."""
    seats, shared = poll.scrutineers.count(), {"subjects", *SHARED} & set(changed)
    checks = [
        (
            not (shared and poll.followers.exists()),
            _("已有单位按原来的内容和规则同本单位合并计票，不能再改。请上级作废后，各单位重新建。"),
        ),
        (
            seats == 0 or terms.scrutineers_needed <= seats,
            _("已邀请的监票人只有 %s 位，少于开箱所需人数。请先重新邀请监票人。") % seats,
        ),
        (
            majority_opens(terms.scrutineers_needed, seats),
            _("已邀请的监票人有 %(n)s 位，开箱所需人数要超过一半。请改为至少 %(least)s 人，或重新邀请监票人。")
            % {"n": seats, "least": least_to_open(seats)},
        ),
        (
            not (poll.keyset_hash and changed),
            _("监票人的钥匙已按原来的内容分好。请先重新邀请监票人，再来修改。"),
        ),
    ]
    return [sentence for holds, sentence in checks if not holds]
