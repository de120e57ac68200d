"""After the count: declaring, objecting, settling, making final; voiding and holding the vote again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.core import canonical
from pingjia.journal.actions import record
from pingjia.polls import cleaning, closing, opening, prepare, statements
from pingjia.polls.impartial import keep_out_the_judged, name_of, only_superiors
from pingjia.polls.models import Challenge, Medium, Opening, Poll, State
from pingjia.polls.pressure import answer_pressure, report_pressure
from pingjia.polls.refusal import NotYet, Refused

__all__ = [
    "answer_pressure",
    "challenge",
    "declare",
    "finalise",
    "finalise_blockers",
    "give_up_opening",
    "repeat",
    "report_pressure",
    "settle",
    "void",
]

ENDS = (State.FINAL, State.VOID)


def _move(poll: Poll, old: State, new: State, refusal: str) -> None:
    """Compare and set the state, here and in the database."""
    if Poll.objects.filter(pk=poll.pk, state=old).update(state=new) != 1:
        raise Refused(refusal)
    poll.state = new


def _note(verb: str, poll: Poll, by: object, **facts: object) -> None:
    record(verb, by=by, about=poll.poll_id, unit=poll.unit.code, **facts)


@transaction.atomic
def declare(poll: Poll, *, by: object) -> Poll:
    """Declare the counted result; the objection period begins."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if poll.state in (State.DRAFT, State.ROLLED, State.SEALED, State.OPEN, State.CLOSED):
        raise NotYet([_("还没有计票结果，不能宣布。")])
    _move(poll, State.COUNTED, State.DECLARED, _("结果已经宣布过了。"))
    poll.declared_at = timezone.now()
    poll.save(update_fields=["declared_at"])
    _note("poll.declared", poll, by)
    return poll


@transaction.atomic
def challenge(poll: Poll, *, by: object, code: str, reason: str) -> Challenge:
    """Object to the result with a failure code; nothing becomes final before it is settled."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if not reason.strip():
        raise NotYet([_("请写明异议的理由。")])
    if poll.state == State.DECLARED:
        _move(poll, State.DECLARED, State.CHALLENGED, _("请再试一次。"))
    if poll.state != State.CHALLENGED:
        raise Refused(_("只能在结果宣布以后、定案以前提出异议。"))
    made = Challenge.objects.create(
        poll=poll, code=code, reason=reason.strip(), raised_by=name_of(by), raised_at=timezone.now()
    )
    _note("poll.challenged", poll, by, code=code)
    return made


def settle(one: Challenge, *, by: object, upheld: bool, finding: str) -> Challenge:
    """Write down what the recount found. Upheld (superiors only): the poll is void. Else the objection goes away."""
    with transaction.atomic():
        poll = _settle(one, by, upheld, finding)
    if poll.state == State.VOID:
        cleaning.discard_boxes(poll)
    return one


def _settle(one: Challenge, by: object, upheld: bool, finding: str) -> Poll:
    poll = Poll.objects.select_for_update().select_related("unit").get(pk=one.poll_id)
    keep_out_the_judged(by, poll.unit, poll.year)
    if upheld:  # it voids the result, which is the superior's to decide
        only_superiors(by, poll)
    if name_of(by) == one.raised_by:
        raise Refused(_("提出异议的人不能自己下结论。"))
    if not finding.strip():
        raise NotYet([_("请写明复核结论。")])
    facts = {"upheld": upheld, "finding": finding.strip(), "settled_at": timezone.now()}
    if Challenge.objects.filter(pk=one.pk, upheld=None).update(**facts) != 1:
        raise Refused(_("这条异议已经有结论了。"))
    one.refresh_from_db()
    _note("poll.challenge_settled", poll, by, code=one.code, upheld=upheld)
    if upheld:
        _void(poll, _("异议成立：%s") % one.finding)
    elif not poll.challenges.filter(upheld=None).exists():
        _move(poll, State.CHALLENGED, State.DECLARED, _("这次投票的状态已经变了。"))
    return poll


def finalise_blockers(poll: Poll) -> list[str]:
    """Return everything that keeps the result from becoming final."""
    problems = []
    if poll.challenges.filter(upheld=None).exists():
        problems.append(_("还有异议没有复核。"))
    if poll.declared_at is None:
        problems.append(_("结果还没有宣布。"))
    elif not poll.practice and timezone.now() < poll.declared_at + timedelta(days=poll.objection_days):
        end = timezone.localtime(poll.declared_at + timedelta(days=poll.objection_days))
        problems.append(_("异议期到 %s 才满。") % end.strftime("%Y-%m-%d %H:%M"))
    return problems


def finalise(poll: Poll, *, by: object) -> Poll:
    """End the objection period: the result is final, and what only served a recount is deleted and logged as such."""
    keep_out_the_judged(by, poll.unit, poll.year)
    with transaction.atomic():
        blockers = finalise_blockers(poll)
        if poll.state not in ENDS and blockers:
            raise NotYet(blockers)
        if poll.state != State.FINAL:
            _move(poll, State.DECLARED, State.FINAL, _("这次投票不在异议期，不能定案。"))
            if poll.medium == Medium.ELECTRONIC:
                statement = canonical.dumps({"poll": poll.poll_hash, "what": "final"})
                statements.state(poll, "evidence", statement)
            _note("poll.final", poll, by)
    if poll.medium == Medium.ELECTRONIC:
        cleaning.sweep(poll)  # outside: files go only once the end is committed, and may be swept again after a crash
    return poll


def _void(poll: Poll, reason: str) -> None:
    """Void the poll, and let the rest of its pool be counted without it. What its boxes hold goes after the commit."""
    Poll.objects.filter(pk=poll.pk).update(state=State.VOID, void_reason=reason)
    poll.state, poll.void_reason = State.VOID, reason
    if poll.poll_hash:
        closing.log_void(poll, reason)
    if poll.pool:
        closing.fix_pool(poll)


def void(poll: Poll, *, by: object, reason: str) -> Poll:
    """Void the poll: superiors only. It stays on record with its reason; a new vote is a new poll."""
    only_superiors(by, poll)
    if not reason.strip():
        raise NotYet([_("请写明作废的原因。原因会公布。")])
    with transaction.atomic():
        held = Poll.objects.select_for_update().get(pk=poll.pk)
        if held.state in ENDS:
            raise Refused(_("结果已经定案或已经作废，不能再作废。"))
        _void(poll, reason.strip())
        _note("poll.void", poll, by, reason=reason.strip())
    cleaning.discard_boxes(poll)
    return poll


def give_up_opening(poll: Poll, *, by: object, reason: str) -> Poll:
    """State that too few cards are left: the box stays shut for ever, and the vote is held again.

    Refused once enough scrutineers gave their parts: a box that was opened is not called unopened for what came out.
    """
    keep_out_the_judged(by, poll.unit, poll.year)
    if not reason.strip():
        raise NotYet([_("请写明不能开箱的原因。")])
    with transaction.atomic():
        # The set is held, so that no part comes in between.
        for one in Opening.objects.select_for_update().filter(boxes__poll=poll):
            if len(opening.contributed(one)) >= poll.ceremony.scrutineers_needed:
                raise Refused(_("已有足够的监票人打开了合计，不能再宣布未能开箱。计票做不完的，请上级组织部作废。"))
        _move(poll, State.CLOSED, State.UNOPENED, _("只有已停止投票、还没有计票的票箱才能宣布未能开箱。"))
        poll.void_reason = reason.strip()
        poll.save(update_fields=["void_reason"])
        _note("poll.unopened", poll, by, reason=poll.void_reason)
    cleaning.sweep(poll)
    return poll


@transaction.atomic
def repeat(poll: Poll, *, by: object) -> Poll:
    """Make a new draft with the same questions and rules in place of a void or unopened poll, roll included."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if poll.state not in (State.VOID, State.UNOPENED):
        raise Refused(_("只有已作废或未能开箱的投票才能重新举行。"))
    if hasattr(poll, "replaced_by"):
        raise Refused(_("已经重新举行过了。"))
    now = timezone.now()
    subjects = [(s.code, s.title, s.grade_set.code) for s in poll.subjects.select_related("grade_set")]
    same = (
        *("title", "year", "electorate", "medium", "revote", "with_opinions"),
        *("formula", "practice", "scrutineers_needed", "objection_days"),
    )
    return prepare.create_poll(
        poll.unit,
        by=by,
        opens_at=now,
        closes_at=now + (poll.closes_at - poll.opens_at),
        threshold=(poll.threshold_num, poll.threshold_den),
        subjects=subjects,
        replaces=poll,
        **{name: getattr(poll, name) for name in same},
    )
