"""The one line with doors that an officer walks through, and the one thing to do next.

The line is drawn from the poll's state alone; the rules that open a door live in the actions behind each page.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.polls.models import Medium, Opening, Poll, State

# Which door stands open in which state. Paper votes have no sealing and no scrutineers' keys.
ELECTRONIC = ("prepare", "roll", "seal", "slips", "vote", "close", "open", "declare", "final")
PAPER = ("prepare", "roll", "vote", "count", "declare", "final")
NOW = {
    State.DRAFT: "roll",
    State.ROLLED: "seal",
    State.SEALED: "slips",
    State.OPEN: "vote",
    State.CLOSED: "open",
    State.COUNTED: "declare",
    State.DECLARED: "final",
    State.CHALLENGED: "final",
    State.UNOPENED: "open",
}
ENDED_BADLY = (State.VOID, State.UNOPENED)


def _words() -> dict[str, str]:
    return {
        "prepare": _("准备"),
        "roll": _("冻结名册"),
        "slips": _("发票"),
        "seal": _("封箱"),
        "vote": _("投票"),
        "close": _("停止"),
        "open": _("开箱"),
        "count": _("人工计票"),
        "declare": _("宣布"),
        "final": _("定案"),
    }


def _now(poll: Poll) -> str:
    """Return the door that stands open."""
    state = State(poll.state)
    if poll.medium == Medium.PAPER and state == State.ROLLED:
        return "count" if hasattr(poll, "hand_count") else "vote"
    if state == State.SEALED and poll.slips.exists():
        return "vote"
    if state == State.OPEN and poll.closes_at <= timezone.now():
        return "close"
    return NOW.get(state, "")


def line(poll: Poll) -> list[tuple[str, str]]:
    """Return the doors in order as (words, ``done`` | ``now`` | ``later`` | ``stopped``)."""
    doors, words = (PAPER if poll.medium == Medium.PAPER else ELECTRONIC), _words()
    if poll.state == State.VOID:
        return [(words["prepare"], "done"), (_("已作废"), "stopped")]
    if poll.state == State.FINAL:
        return [(words[door], "done") for door in doors]
    at = doors.index(_now(poll))
    here = "stopped" if poll.state in ENDED_BADLY else "now"
    return [(words[door], "done" if n < at else here if n == at else "later") for n, door in enumerate(doors)]


@dataclass
class Next:
    """The one thing to do now: what and why in a sentence, and the page behind the button (``""``: only waiting)."""

    heading: str
    sentence: str
    url_name: str = ""
    label: str = ""


def _rolled(poll: Poll) -> Next:
    if poll.medium == Medium.PAPER:
        if hasattr(poll, "hand_count"):
            return Next(
                _("等第二个人核对人工计票"),
                _("录入的人不能自己确认。请另一位经办人对照报告单核对。"),
                "handcount",
                _("核对人工计票"),
            )
        return Next(
            _("纸质投票，收回后录入计票"),
            _("票由监票人当众清点。点完以后把应到、发出、收回、无效和各等次张数录进来。"),
            "handcount",
            _("录入人工计票"),
        )
    seats = list(poll.ceremony.scrutineers.all())
    if not seats:
        return Next(
            _("名册已冻结，请定监票人"),
            _("监票人各掌握一份开箱的钥匙。请定下名单，打印邀请条交到本人手里。"),
            "scrutineers",
            _("定监票人"),
        )
    if any(not seat.key for seat in seats):
        return Next(
            _("等监票人领卡"),
            _("请监票人拿邀请条打开票箱网站的“封箱”页，各自领一张卡片。"),
            "scrutineers",
            _("看谁还没领"),
        )
    return Next(
        _("监票人已到齐，可以封箱"),
        _("总监票人在自己的电脑上封箱，其他监票人逐个验过并签字。全部签完，票箱就启用。"),
        "scrutineers",
        _("看封箱进度"),
    )


def _sealed(poll: Poll) -> Next:
    if not poll.slips.exists():
        return Next(
            _("票箱已封好，请发票"),
            _("领票条上印有箱号。可以按名册一人一条，也可以打印不记名的，由会员自己抽取。"),
            "slips",
            _("打印领票条"),
        )
    if poll.opens_at > timezone.now():
        return Next(_("都准备好了，等投票开始"), _("到时间后回到这一页，按一下就开始投票。"), "open", _("查看开始条件"))
    return Next(_("可以开始投票了"), _("开始以后，会员就能领票、投票。"), "open", _("开始投票"))


def _open(poll: Poll) -> Next:
    if poll.closes_at <= timezone.now() or poll.practice:
        return Next(_("可以停止投票了"), _("停止以后票箱贴上封条，再也加不进一张票。"), "close", _("停止投票"))
    return Next(
        _("正在投票"),
        _("您现在可以提醒大家投票。提醒要发给所有人；谁还没投，不显示给任何人。"),
        "hall",
        _("打开会场大屏"),
    )


def next_step(poll: Poll) -> Next:
    """Return the one thing to do now."""
    state = State(poll.state)
    if state == State.ROLLED:
        return _rolled(poll)
    if state == State.SEALED:
        return _sealed(poll)
    if state == State.OPEN:
        return _open(poll)
    if state in (State.VOID, State.UNOPENED):
        return _ended(poll)
    if state == State.CLOSED and not Opening.objects.filter(boxes__poll=poll).exists():
        return Next(
            _("投票已停止，封条还没有贴完"),
            _("合并计票的，要等各单位都停止投票。不是合并计票却停在这里，请再按一次，系统会接着做完。"),
            "close",
            _("接着贴封条"),
        )
    steps = {
        State.DRAFT: Next(
            _("还没有冻结名册"), _("名册冻结那天在册的人才能参加。请先核对名单。"), "roll", _("核对并冻结名册")
        ),
        State.CLOSED: Next(
            _("投票已停止，等监票人开箱"),
            _("请监票人拿卡片到票箱网站的“封箱与开箱”页，各自打开合计数。进度可以放到会场大屏上。"),
            "hall",
            _("打开会场大屏"),
        ),
        State.COUNTED: Next(
            _("已计票，请当场宣布"), _("宣布以后结果公开，异议期开始。"), "declare", _("查看并宣布结果")
        ),
        State.DECLARED: Next(
            _("结果已宣布，正在异议期"),
            _("异议期满又没有人提出异议，就可以定案。定案时销毁剩下的钥匙和领票码。"),
            "finalise",
            _("查看定案条件"),
        ),
        State.CHALLENGED: Next(
            _("有人提出异议，请复核"), _("请用两个复核程序各算一遍，把结论写下来。"), "challenge", _("处理异议")
        ),
        State.FINAL: Next(
            _("结果已定，全部办完"), _("请打印计票结果报告单，盖章存档。"), "report", _("打印计票结果报告单")
        ),
    }
    return steps[state]


def _ended(poll: Poll) -> Next:
    if hasattr(poll, "replaced_by"):
        return Next(
            _("这次投票已由新的一次代替"), _("请到新的一次投票里继续。"), "desk_of_replacement", _("去新的一次投票")
        )
    if poll.state == State.UNOPENED:
        return Next(
            _("未能开箱，需要重新投票"),
            _("可用的监票人卡片不够规定人数，票箱再也打不开。没有人知道投票结果。"),
            "repeat",
            _("重新举行"),
        )
    return Next(
        _("这次投票已作废"),
        _("作废的投票不改动、不删除。重新投票是新的一次，有新的名册和票箱。"),
        "repeat",
        _("重新举行"),
    )
