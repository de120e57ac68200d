"""Every slip that was printed for a hall is accounted for before the vote closes, as surplus paper ballots are.

Two persons count what lies unused on the table, each without knowing the other's figure; if they agree, those slips are
destroyed, and what was printed, given, destroyed, spoilt and missing goes into the public log. From then on no more
slips open a ballot than were given out. (docs/spec/ballot.md §9.6)
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from pingjia.core import canonical
from pingjia.journal.actions import record
from pingjia.polls import statements
from pingjia.polls.impartial import keep_out_the_judged, name_of
from pingjia.polls.models import Issuance, Poll, SlipCount, State
from pingjia.polls.refusal import Refused


def unaccounted(poll: Poll) -> list[str]:
    """Return what keeps the vote from being closed, as a sentence: slips that nobody has accounted for."""
    count = SlipCount.objects.filter(poll=poll).first()
    if count is None or count.settled:
        return []
    if count.counted_by:
        return [_("剩下的领票条只有一个人清点过。请另一位经办人也清点一次。")]
    return [_("现场用的领票条还没有清点。请两位经办人各点一次剩下的条，当众销毁，再停止投票。")]


def most_draws(poll: Poll) -> int | None:
    """Return how many slips from the pile may open a ballot; None while nobody has counted what is left."""
    count = SlipCount.objects.filter(poll=poll).exclude(confirmed_by="").first()
    if count is None:
        return None
    return poll.slips.by_hand().count() - (count.left or 0) - count.missing


def _held(poll: Poll, by: object) -> SlipCount:
    """Return the count's row under the poll's lock; refuse at the wrong time."""
    keep_out_the_judged(by, poll.unit, poll.year)
    held = Poll.objects.select_for_update().get(pk=poll.pk)
    if held.state not in (State.SEALED, State.OPEN):
        raise Refused(_("剩下的领票条要在停止投票之前清点销毁。"))
    count = SlipCount.objects.filter(poll=poll).first()
    if count is None:
        raise Refused(_("这次没有要清点的领票条：记名的条已经各有其主。"))
    if count.settled:
        raise Refused(_("剩下的领票条已经清点销毁过了。"))
    return count


def _most_left(poll: Poll, count: SlipCount) -> int:
    """Return how many unused slips there can be at most, by what the system knows to be handed out."""
    sealed = poll.slips.sealed()
    return sealed.filter(state="stock").count() if sealed.exists() else count.printed


@transaction.atomic
def count_left(poll: Poll, *, by: object, left: int) -> SlipCount:
    """Write down the first person's count of the slips left on the table; the same person may correct it."""
    count = _held(poll, by)
    _refuse_too_many(poll, count, left)
    if count.counted_by not in ("", name_of(by)):
        raise Refused(_("已经有人清点过。请作为第二个人清点。"))
    count.left, count.counted_by = left, name_of(by)
    count.save(update_fields=["left", "counted_by"])
    record("poll.slips_counted", by=by, about=poll.poll_id, unit=poll.unit.code, left=left)
    return count


def _refuse_too_many(poll: Poll, count: SlipCount, left: int) -> None:
    most = _most_left(poll, count)
    if not 0 <= left <= most:
        raise Refused(_("剩下的至多 %s 条：印出的减去已经发出的。请再点一次。") % most)


@transaction.atomic
def confirm_left(poll: Poll, *, by: object, left: int) -> SlipCount:
    """Take the second person's count. If it differs from the first, both must count again (the first is forgotten)."""
    count = _held(poll, by)
    if not count.counted_by:
        raise Refused(_("还没有人清点过。"))
    if count.counted_by == name_of(by):
        raise Refused(_("要由另一位经办人再点一次，不能是同一个人。"))
    _refuse_too_many(poll, count, left)
    if count.left != left:
        count.left, count.counted_by = None, ""
        count.save(update_fields=["left", "counted_by"])
        record("poll.slips_counts_differ", by=by, about=poll.poll_id, unit=poll.unit.code)
        return count
    _settle(poll, count, left)
    count.confirmed_by = name_of(by)
    count.save()
    facts = {"destroyed": left, "given": count.given, "missing": count.missing, "printed": count.printed}
    statement = {**facts, "poll": poll.poll_hash, "spoilt": count.spoilt, "what": "surplus_slips"}
    statements.state(poll, "destroyed", canonical.dumps(statement))
    record("poll.surplus_destroyed", by=by, about=poll.poll_id, unit=poll.unit.code, **facts, spoilt=count.spoilt)
    return count


def _settle(poll: Poll, count: SlipCount, left: int) -> None:
    """Fix what is spoilt and missing; cancel the sealed slips that were not handed out."""
    sealed = poll.slips.sealed()
    if sealed.exists():
        count.spoilt = sealed.filter(state="surplus").count()
        stock = sealed.filter(state="stock").update(state="surplus")
        count.missing = max(0, stock - left)
        return
    given, present = count.printed - left, poll.roll.filter(present=True).count()
    drawn = Issuance.objects.filter(poll=poll, entry=None).count()
    machine = poll.slips.by_hand().count() - count.printed
    if drawn > given + machine:
        raise Refused(_("凭条领出的票比发出的条还多，剩下的条一定点错了，或者有人抄走了码。请再点一次，并告诉监票人。"))
    # Who checked in drew one slip each; where nobody was checked in there is nothing to compare with.
    count.missing = max(0, given - present) if present else 0
