"""Rights to draw, printed on paper. A poll uses one kind of slip, never two:

- *named*: one for each line of the roll, sent or handed to that person;
- *sealed*: numbered outside, the code inside; at the door a number is written beside a name (``checkin``);
- *by hand*: a shuffled pile from which everybody present draws one.

With two kinds one person could draw twice: a slip from the pile cannot be tied to a line of the roll, which is its
point. What was printed for a hall is counted before the vote closes, see ``slipcount``.
"""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.polls import secretcodes
from pingjia.polls.impartial import keep_out_the_judged
from pingjia.polls.models import Medium, Poll, RollEntry, Slip, SlipCount, State
from pingjia.polls.refusal import NotYet, Refused

NAMED, SEALED, BY_HAND = "named", "sealed", "blank"


def kind_of(poll: Poll) -> str | None:
    """Return which kind of slip this poll uses; None before the first is printed."""
    first = poll.slips.order_by("pk").first()
    if first is None:
        return None
    return SEALED if first.number is not None else BY_HAND if first.entry_id is None else NAMED


def _ready(poll: Poll, by: object, kind: str) -> None:
    """Refuse at the wrong time or another kind; hold the poll's row, so that nobody draws or prints meanwhile."""
    keep_out_the_judged(by, poll.unit, poll.year)
    Poll.objects.select_for_update().get(pk=poll.pk)
    if poll.medium == Medium.PAPER:
        raise Refused(_("纸质投票不用领票条。"))
    if poll.state not in (State.SEALED, State.OPEN):
        early = poll.state in (State.DRAFT, State.ROLLED)
        raise NotYet([_("领票条上要印箱号，请先封箱。") if early else _("投票已经结束，不再发领票条。")])
    other = {
        BY_HAND: _("这次已经印了现场抽取的领票条，不能再印别的。"),
        NAMED: _("这次已经印了记名的领票条，不能再印别的。"),
        SEALED: _("这次已经印了编号密封的领票条，不能再印别的。"),
    }
    if (used := kind_of(poll)) not in (None, kind):
        raise Refused(other[str(used)])
    if SlipCount.objects.filter(poll=poll).exclude(confirmed_by="").exists():
        raise Refused(_("剩下的领票条已经清点销毁，不能再印。"))


def _printed(poll: Poll, count: int) -> None:
    """Remember that paper exists which will have to be accounted for; a count under way begins anew."""
    SlipCount.objects.get_or_create(poll=poll)
    SlipCount.objects.filter(poll=poll).update(printed=F("printed") + count, left=None, counted_by="")


def _room(poll: Poll, count: int) -> None:
    """Refuse more slips than lines of the roll."""
    room = poll.roll.count() - poll.slips.exclude(state="surplus").count()
    if not 0 < count <= room:
        raise Refused(_("最多还能印 %s 条：领票条不能比名册上的人多。") % room)


@transaction.atomic
def print_named_slips(poll: Poll, *, by: object) -> list[tuple[RollEntry, str]]:
    """Return (line of the roll, code) for all but those at the paper table. Codes printed before die, unless used.

    Those who have drawn get a slip too, with a code that opens nothing: a second sheet must not tell who has not drawn.
    """
    _ready(poll, by, NAMED)
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
def print_sealed_slips(poll: Poll, *, by: object, count: int) -> list[tuple[int, str]]:
    """Return (number outside, code inside) of ``count`` more sealed slips. They open nothing until they are handed out.

    Numbers are given in the order of the pile, codes are not: the sheet is folded so that a number can be read without
    the code. Never more slips than lines of the roll.
    """
    _ready(poll, by, SEALED)
    _room(poll, count)
    start = poll.slips.aggregate(last=Max("number"))["last"] or 0
    made = [(start + n, *secretcodes.fresh_slip(poll)) for n in range(1, count + 1)]
    Slip.objects.bulk_create(Slip(poll=poll, number=n, code_hash=kept, state="stock") for n, _code, kept in made)
    _printed(poll, count)
    record("poll.sealed_slips_printed", by=by, about=poll.poll_id, unit=poll.unit.code, count=count)
    return [(n, code) for n, code, _kept in made]


@transaction.atomic
def print_blank_slips(poll: Poll, *, by: object, count: int) -> list[str]:
    """Return ``count`` more codes for a pile that members draw from; never more slips than lines of the roll."""
    codes = hand_out(poll, by=by, count=count)
    _printed(poll, count)
    return codes


@transaction.atomic
def hand_out(poll: Poll, *, by: object, count: int) -> list[str]:
    """Return codes of slips without a name that never lie on a table: a machine hands each to whoever asks."""
    _ready(poll, by, BY_HAND)
    if poll.roll.exclude(medium="open").exists():
        raise Refused(_("已经有人凭登录领票或改用纸质票，不能再印现场抽取的领票条。"))
    _room(poll, count)
    codes = [secretcodes.fresh_slip(poll) for _n in range(count)]
    shuffled = sorted(codes, key=lambda _pair: secrets.randbits(64))  # the table's order says nothing about the pile
    Slip.objects.bulk_create([Slip(poll=poll, code_hash=kept) for _code, kept in shuffled])
    record("poll.blank_slips_printed", by=by, about=poll.poll_id, unit=poll.unit.code, count=count)
    return [code for code, _kept in codes]
