"""Rights to draw, printed on paper: named slips, or a shuffled pile drawn by hand. A poll uses one kind, never both.

With both, one person could draw twice: a slip from the pile cannot be tied to a line of the roll, which is its point.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from pingjia.core import canonical
from pingjia.journal.actions import record
from pingjia.polls import secretcodes, statements
from pingjia.polls.impartial import keep_out_the_judged
from pingjia.polls.models import Medium, Poll, RollEntry, Slip, State
from pingjia.polls.refusal import NotYet, Refused


def _ready(poll: Poll, by: object) -> None:
    """Refuse at the wrong time; hold the poll's row, so that nobody draws or prints another kind of slip meanwhile."""
    keep_out_the_judged(by, poll.unit, poll.year)
    Poll.objects.select_for_update().get(pk=poll.pk)
    if poll.medium == Medium.PAPER:
        raise Refused(_("纸质投票不用领票条。"))
    if poll.state not in (State.SEALED, State.OPEN):
        early = poll.state in (State.DRAFT, State.ROLLED)
        raise NotYet([_("领票条上要印箱号，请先封箱。") if early else _("投票已经结束，不再发领票条。")])


@transaction.atomic
def print_named_slips(poll: Poll, *, by: object) -> list[tuple[RollEntry, str]]:
    """Return (line of the roll, code) for all but those at the paper table. Codes printed before die, unless used.

    Those who have drawn get a slip too, with a code that opens nothing: a second sheet must not tell who has not drawn.
    """
    _ready(poll, by)
    if poll.slips.filter(entry=None).exists():
        raise Refused(_("这次已经印了现场抽取的领票条，不能再印记名的。"))
    poll.slips.filter(state="out", entry__medium="open").delete()
    entries = list(poll.roll.exclude(medium="paper"))
    codes = [secretcodes.fresh_slip(poll) for _entry in entries]
    Slip.objects.bulk_create(
        Slip(poll=poll, entry=entry, code_hash=kept)
        for entry, (_code, kept) in zip(entries, codes, strict=True)
        if entry.medium == "open"
    )
    record("poll.named_slips_printed", by=by, about=poll.poll_id, unit=poll.unit.code, count=len(entries))
    return [(entry, code) for entry, (code, _kept) in zip(entries, codes, strict=True)]


@transaction.atomic
def print_blank_slips(poll: Poll, *, by: object, count: int) -> list[str]:
    """Return ``count`` more codes for a pile that members draw from; never more slips than lines of the roll."""
    _ready(poll, by)
    if poll.slips.filter(entry__isnull=False).exists():
        raise Refused(_("这次已经印了记名的领票条，不能再印现场抽取的。"))
    if poll.roll.exclude(medium="open").exists():
        raise Refused(_("已经有人凭登录领票或改用纸质票，不能再印现场抽取的领票条。"))
    room = poll.roll.count() - poll.slips.exclude(state="surplus").count()
    if not 0 < count <= room:
        raise Refused(_("最多还能印 %s 条：领票条不能比名册上的人多。") % room)
    codes = [secretcodes.fresh_slip(poll) for _n in range(count)]
    shuffled = sorted(codes, key=lambda _pair: secrets.randbits(64))  # the table's order says nothing about the pile
    Slip.objects.bulk_create([Slip(poll=poll, code_hash=kept) for _code, kept in shuffled])
    record("poll.blank_slips_printed", by=by, about=poll.poll_id, unit=poll.unit.code, count=count)
    return [code for code, _kept in codes]


@transaction.atomic
def destroy_surplus(poll: Poll, *, by: object) -> int:
    """Cancel the blank slips that nobody drew with, log how many, and return the number."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if poll.state not in (State.SEALED, State.OPEN, State.CLOSED):
        raise Refused(_("多余的领票条要在开箱之前销毁。"))
    count = poll.slips.filter(entry=None, state="out").update(state="surplus")
    if not count:
        raise Refused(_("没有多余的领票条。"))
    statement = canonical.dumps({"count": count, "poll": poll.poll_hash, "what": "surplus_slips"})
    statements.state(poll, "destroyed", statement)
    record("poll.surplus_destroyed", by=by, about=poll.poll_id, unit=poll.unit.code, count=count)
    return count
