"""Ballots counted by hand: custody counts and counts per subject, entered by one person and confirmed by another."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from pingjia.core.ballot.objects import Threshold
from pingjia.core.ballot.result import Verdict, verdict_of
from pingjia.journal.actions import record
from pingjia.polls.counting import REACHED
from pingjia.polls.impartial import keep_out_the_judged, name_of
from pingjia.polls.models import GradeCount, HandCount, Medium, Poll, State, Subject, SubjectResult
from pingjia.polls.refusal import NotYet, Refused, unless_ready

BLANK = ""


def _problems(
    poll: Poll, subjects: Mapping[str, Mapping[str, int]], roll_size: int, invited: int, returned: int, invalid: int
) -> list[str]:
    """Return everything in the numbers that cannot be."""
    checks = [
        (min(roll_size, invited, returned, invalid) >= 0, _("张数不能是负数。")),
        (roll_size == poll.roll.count(), _("应到人数要和冻结的名册一致（%s 人）。") % poll.roll.count()),
        (invited <= roll_size, _("发出的票不能多于应到人数。")),
        (
            returned <= invited,
            _("收回 %(r)s 张，多于发出的 %(i)s 张：这次投票无效，请上级组织部作废后重新举行。")
            % {"r": returned, "i": invited},
        ),
        (invalid <= returned, _("无效票不能多于收回的票。")),
    ]
    problems = [sentence for holds, sentence in checks if not holds]
    valid = returned - invalid
    for subject in poll.subjects.select_related("grade_set"):
        codes = {grade.code for grade in subject.grade_set.grades.all()} | {BLANK}
        counts = subjects.get(subject.code, {})
        if set(counts) != codes or any(count < 0 for count in counts.values()):
            problems.append(_("“%s”要填齐每个等次和弃权的张数。") % subject.title)
        elif sum(counts.values()) != valid:
            facts = {"title": subject.title, "sum": sum(counts.values()), "valid": valid}
            problems.append(_("“%(title)s”各等次与弃权合计 %(sum)s 张，应等于有效票 %(valid)s 张。") % facts)
    return problems


@transaction.atomic
def enter(
    poll: Poll,
    *,
    by: object,
    roll_size: int,
    invited: int,
    returned: int,
    invalid: int,
    subjects: Mapping[str, Mapping[str, int]],
) -> HandCount:
    """Enter a count; ``subjects``: per subject code the count of each grade code, and of blanks under ``""``.

    Entering again replaces what was entered before, as long as nobody confirmed it. Raises NotYet with all problems.
    """
    keep_out_the_judged(by, poll.unit, poll.year)
    if poll.medium != Medium.PAPER:
        raise Refused(_("电子票箱由监票人开箱计票，不能人工录入。"))
    held = Poll.objects.select_for_update().get(pk=poll.pk)
    if held.state == State.DRAFT:
        raise NotYet([_("请先冻结名册。")])
    if held.state != State.ROLLED:
        raise Refused(_("计票已经确认，不能再改。"))
    unless_ready(_problems(held, subjects, roll_size, invited, returned, invalid))
    HandCount.objects.filter(poll=held).delete()
    count = HandCount.objects.create(
        poll=held,
        roll_size=roll_size,
        invited=invited,
        returned=returned,
        invalid=invalid,
        entered_by=name_of(by),
    )
    for subject in held.subjects.select_related("grade_set"):
        _write(held, count, subject, subjects[subject.code])
    record("poll.hand_count_entered", by=by, about=poll.poll_id, unit=poll.unit.code, returned=returned)
    return count


def _write(poll: Poll, count: HandCount, subject: Subject, counts: Mapping[str, int]) -> None:
    grades = list(subject.grade_set.grades.all())
    favourable = sum(counts[grade.code] for grade in grades if grade.favourable)
    unfavourable = sum(counts[grade.code] for grade in grades if not grade.favourable)
    threshold = Threshold(poll.threshold_den, poll.threshold_num)
    verdict: Verdict = verdict_of(favourable, unfavourable, count.returned - count.invalid, poll.formula, threshold)
    row = SubjectResult.objects.create(
        hand_count=count,
        order=subject.order,
        code=subject.code,
        favourable=favourable,
        unfavourable=unfavourable,
        blank=counts[BLANK],
        reached=REACHED[verdict],
    )
    GradeCount.objects.bulk_create(
        GradeCount(subject_result=row, order=n, code=grade.code, count=counts[grade.code])
        for n, grade in enumerate(grades, start=1)
    )


@transaction.atomic
def confirm(poll: Poll, *, by: object) -> HandCount:
    """Confirm the count that another person entered; the poll is counted."""
    keep_out_the_judged(by, poll.unit, poll.year)
    count = HandCount.objects.filter(poll=poll).first()
    if count is None:
        raise NotYet([_("还没有录入人工计票。")])
    others = HandCount.objects.filter(pk=count.pk, confirmed_by="").exclude(entered_by=name_of(by))
    if others.update(confirmed_by=name_of(by)) != 1:
        raise Refused(_("录入的人不能自己确认。") if not count.confirmed_by else _("计票已经确认过了。"))
    if Poll.objects.filter(pk=poll.pk, state=State.ROLLED).update(state=State.COUNTED) != 1:
        raise Refused(_("这次投票的状态已经变了。"))
    poll.state = State.COUNTED
    count.refresh_from_db()
    record("poll.hand_count_confirmed", by=by, about=poll.poll_id, unit=poll.unit.code)
    return count
