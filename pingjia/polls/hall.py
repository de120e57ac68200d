"""The hall's big screen: one number or one sentence at a time, by the poll's state. Nothing here is early or exact.

Turnout stands in steps of ten percent; no result, and nothing that leads to one, appears before it is declared.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pingjia.core.ballot.objects import box_number
from pingjia.polls import checkin, queries
from pingjia.polls.models import Medium, Poll, State
from pingjia.polls.resultsheet import Line, opening_of, sheet


@dataclass
class Scene:
    """What the screen shows: a sentence, one thing in huge type, and at most three lines below."""

    state: str
    sentence: str
    huge: str = ""
    lines: list[str] = field(default_factory=list)
    done: int | None = None
    of: int | None = None

    def as_value(self) -> dict[str, object]:
        """Return the scene for ``now.json``."""
        return asdict(self)


def _box_lines(poll: Poll) -> list[str]:
    boxes = poll.boxes.filter(kind="ballot")
    return [_("箱号 %(number)s") % {"number": box_number(bytes.fromhex(box.box_hash))} for box in boxes]


def _until(moment: object, now: object) -> str:
    """Say how long it is until ``moment``, in whole minutes, hours or days."""
    minutes = int((moment - now).total_seconds() // 60) + 1  # type: ignore[operator]
    if minutes < 120:
        return ngettext("%(n)s 分钟", "%(n)s 分钟", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)s 小时", "%(n)s 小时", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s 天", "%(n)s 天", minutes // 1440) % {"n": minutes // 1440}


def _sealing(poll: Poll) -> Scene:
    seats = list(poll.ceremony.scrutineers.all())
    total = len(seats)
    if poll.medium == Medium.PAPER:
        return Scene(poll.state, _("纸质投票，由监票人当众清点"))
    if not seats:
        return Scene(poll.state, _("名册已冻结，等待监票人"), str(poll.roll.count()), [_("应到人数")])
    enrolled = sum(bool(seat.key) for seat in seats)
    if enrolled < total:
        return Scene(poll.state, _("监票人正在领卡"), f"{enrolled} / {total}", [], enrolled, total)
    if not poll.ceremony.keyset_hash:
        return Scene(
            poll.state, _("总监票人正在封箱"), "", [_("钥匙分成几份，每位监票人一份；凑不够规定人数，谁也打不开。")]
        )
    accepted = sum(seat.acceptance is not None for seat in seats)
    lines = [_("每位监票人验过自己那一份钥匙，签字以后票箱才启用。")]
    return Scene(poll.state, _("监票人正在验卡签字"), f"{accepted} / {total}", lines, accepted, total)


def _sealed(poll: Poll) -> Scene:
    now = timezone.now()
    boxes = _box_lines(poll)
    lines = [_("请核对：手机上显示的箱号要与这里一致。")]
    if here := checkin.present(poll):
        lines.insert(0, _("到会 %(present)s 人，应到 %(roll)s 人") % {"present": here, "roll": poll.roll.count()})
    if poll.opens_at > now:
        lines.append(_("离投票开始还有 %(time)s") % {"time": _until(poll.opens_at, now)})
    return Scene(poll.state, _("空箱已封好"), boxes[0] if boxes else "", lines + boxes[1:])


def _open(poll: Poll) -> Scene:
    now, step = timezone.now(), queries.turnout_step(poll)
    lines = _box_lines(poll)
    if poll.closes_at > now:
        lines.insert(0, _("离最早结束还有 %(time)s") % {"time": _until(poll.closes_at, now)})
    huge = _("领票 %(n)s%% 以上") % {"n": step} if step else _("正在投票")
    return Scene(poll.state, _("正在投票") if step else _("请扫领票条上的码"), huge, lines)


def _opening(poll: Poll) -> Scene:
    opening = opening_of(poll)
    if opening is None:
        return Scene(poll.state, _("投票已停止，正在贴封条"), "", _box_lines(poll))
    needed = poll.ceremony.scrutineers_needed
    if opening.tier == "none":
        signed = opening.signatures.values("scrutineer").distinct().count()
        lines = [_("有效票不足 5 张，不打开；监票人只对张数签字。")]
        return Scene(poll.state, _("监票人正在签字"), f"{min(signed, needed)} / {needed}", lines, signed, needed)
    given = opening.partials.values("scrutineer").distinct().count()
    lines = [
        _("收回 %(returned)s 张，有效 %(valid)s 张") % {"returned": opening.returned, "valid": opening.valid},
        _("打开的只是合计数，没有一张票会被单独打开。"),
    ]
    if given < needed:
        return Scene(poll.state, _("监票人正在开箱"), f"{given} / {needed}", lines, given, needed)
    signed = opening.signatures.values("scrutineer").distinct().count()
    return Scene(
        poll.state, _("合计已打开，监票人正在核对签字"), f"{min(signed, needed)} / {needed}", lines, signed, needed
    )


def verdict(line: Line) -> str:
    """Return 达到 / 未达到 / 无结果 / 人数过少，不公布结果 of one subject."""
    if line.kind == "none":
        return _("人数过少，不公布结果")
    if line.reached is None:
        return _("无结果")
    return _("达到") if line.reached else _("未达到")


def _declared(poll: Poll, n: int) -> Scene:
    shown = sheet(poll)
    lines = shown.lines
    at = n % (len(lines) + 1)
    if at == 0 and shown.custody:
        held = shown.custody
        counts = _("应到 %(roll)s · 收回 %(returned)s · 无效 %(invalid)s") % {
            "roll": held.roll_size,
            "returned": held.returned,
            "invalid": held.invalid,
        }
        return Scene(poll.state, poll.title, _("有效 %(n)s 张") % {"n": held.valid}, [counts, *_box_lines(poll)])
    line = lines[max(at - 1, 0)]
    below = [line.why_hidden] if line.why_hidden else []
    if line.kind in ("counts", "two_way") and line.base:
        below.append(f"{line.favourable} / {line.base} · {shown.formula_short}")
        below.append(" · ".join(f"{part['label']} {part['count']}" for part in line.parts))
    return Scene(poll.state, line.title, verdict(line), below)


def scene(poll: Poll, n: int = 0) -> Scene:
    """Return what the screen shows now; a declared result takes turns by ``n``: the counts, then each subject."""
    state = State(poll.state)
    if state in (State.DRAFT, State.ROLLED):
        return _sealing(poll)
    if state == State.SEALED:
        return _sealed(poll)
    if state == State.OPEN:
        return _open(poll)
    if state == State.CLOSED:
        return _opening(poll)
    if state == State.COUNTED:
        return Scene(poll.state, _("已计票，请听总监票人宣布"), "", _box_lines(poll))
    if state == State.VOID:
        return Scene(poll.state, _("这次投票已作废"), "", [poll.void_reason] if poll.void_reason else [])
    if state == State.UNOPENED:
        return Scene(poll.state, _("未能开箱"), "", [_("监票人卡片不够规定人数，没有人知道结果。将重新投票。")])
    return _declared(poll, n)
