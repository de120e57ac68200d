"""Play the year of ten unions into an empty home: each stops where the story needs it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from pingjia.demo import samples, town
from pingjia.polls import closing, handcount, outcome, prepare, pressure, queries, recount, rehearsal, sealing
from pingjia.polls.models import Electorate, Medium, Poll
from pingjia.polls.prepare import electorate
from pingjia.publiclog import trust

Say = Callable[[str, str], None]
SUBJECTS = [
    ("work", "工会工作", "three"),
    ("home", "职工之家建设", "three"),
    ("chair", "工会主席履职", "three"),
]
OPINIONS = [
    "夜班食堂能不能晚关半小时，热的饭菜比泡面强。",
    "困难职工慰问及时，希望住院探望也能覆盖派遣工。",
    "职工书屋的书旧了，建议每季度换一批。",
    "羽毛球馆预约总是满，能否错开班次开放。",
    "合理化建议提交以后没有回音，至少告诉我采纳没有。",
    "集体合同的条款贴在公告栏就好，不用发厚厚一本。",
    "女职工休息室的空调坏了两个月。",
    "劳动竞赛评比希望多看一线，少看材料。",
    "新进厂的年轻人不知道工会能帮什么，开个小会讲讲。",
    "停车棚充电桩太少，下雨天排队。",
    "今年体检项目比去年好，继续。",
    "建议把工会经费收支再说细一点。",
]


def story_dates(days: int) -> dict[str, Any]:
    """Return opening and closing times around today: a vote that began ``days`` from now and lasts three days."""
    start = (timezone.localtime() + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)
    return {"opens_at": start, "closes_at": start + timedelta(days=3, hours=8)}


class Year:
    """The story as it is being played: units, users, the polls so far, and the cards that scrutineers hold."""

    def __init__(self, say: Say) -> None:
        self.say, self.chance = say, random.Random(20261122)
        with transaction.atomic():
            self.units = town.lay_out()
            self.users = town.settle(self.units, self.chance)
        self.polls: dict[str, Poll] = {}
        self.codes: dict[str, list[str]] = {}
        self.cards: dict[str, list[bytes]] = {}

    def choices(self, count: int, lean: float) -> list[list[int]]:
        """Draw grades for each of three subjects; ``lean`` is the share that is satisfied."""
        rows = []
        for _ in range(count):
            row = []
            for subject in range(3):
                draw = self.chance.random() + 0.04 * subject
                row.append(1 if draw < lean else 2 if draw < lean + 0.18 else 3 if draw < lean + 0.26 else 0)
            rows.append(row)
        return rows

    def draft(self, stage: str, code: str, days: int, by: str, **more: Any) -> Poll:
        """Create a poll of the usual three subjects."""
        values = {"title": "会员评议职工之家 2026", "year": timezone.localdate().year, "practice": True, **more}
        self.polls[stage] = prepare.create_poll(
            self.units[code], by=self.users[by], subjects=SUBJECTS, **story_dates(days), **values
        )
        return self.polls[stage]

    def seal(self, poll: Poll, by: str, names: Sequence[str] = ()) -> None:
        """Freeze the roll, invite three scrutineers, play their ceremony up to acceptance."""
        user = self.users[by]
        prepare.freeze_roll(poll, by=user)
        members = [member for member in electorate(poll) if member.user_id is None or member.name in names]
        chosen = [member for member in members if member.name in names] or []
        chosen = (chosen + [member for member in members if member not in chosen][-3:])[:3]
        invited = prepare.invite_scrutineers(poll, by=user, names=[(member.name, member) for member in chosen])
        self.codes[poll.poll_id] = [code for _seat, code in invited]
        self.cards[poll.poll_id] = rehearsal.play_sealing(self.codes[poll.poll_id])
        poll.refresh_from_db()

    def vote(self, poll: Poll, by: str, count: int, lean: float, opinions: Sequence[str] = ()) -> None:
        """Print slips, open, and let ``count`` members draw and vote."""
        slips = prepare.print_named_slips(poll, by=self.users[by])
        sealing.open_poll(poll, by=self.users[by])
        poll.refresh_from_db()
        codes = [code for entry, code in slips if entry.member.user_id is None][:count]
        rows = self.choices(len(codes), lean)
        rehearsal.rehearse(poll, rows, codes=codes, opinions=list(opinions))

    def close(self, poll: Poll, by: str) -> None:
        """Close the box."""
        closing.close_poll(poll, by=self.users[by])
        poll.refresh_from_db()

    def open_and_count(self, poll: Poll) -> None:
        """Play the three scrutineers' opening, and their reading of the opinion box."""
        codes, cards = self.codes[poll.poll_id], self.cards[poll.poll_id]
        rehearsal.play_opening(codes, cards)
        if poll.with_opinions:
            rehearsal.play_opinions(codes, cards)
        poll.refresh_from_db()


def story_of(year: Year, stage: str) -> None:
    """Play one union's year up to where it stops."""
    year.say(*WORDS[stage])
    PLAYS[stage](year)


def rehearsing(year: Year) -> None:
    """Keep a practice box open all year: anybody may try."""
    poll = year.draft("rehearsing", "ZC", -1, "hejun", title="试投一张（演练）", with_opinions=False)
    year.seal(poll, "hejun")
    sealing.open_poll(poll, by=year.users["hejun"])


def published(year: Year) -> None:
    """The bearing works: a congress in four delegations, declared, the bundle ready to download."""
    poll = year.draft("published", "ZC", -6, "hejun", electorate=Electorate.DELEGATES)
    year.seal(poll, "hejun", names=("方明",))
    year.vote(poll, "hejun", 44, 0.74, OPINIONS)
    year.close(poll, "hejun")
    year.open_and_count(poll)
    outcome.declare(poll, by=year.users["hejun"])


def voting(year: Year) -> None:
    """The primary school: the box is open, half have voted; the cast's own members have not."""
    poll = year.draft("open", "XX", -1, "ouyang")
    year.seal(poll, "ouyang", names=("魏洁",))
    year.vote(poll, "ouyang", 26, 0.7, OPINIONS[:3])


def small(year: Year) -> None:
    """The eateries' joint union: seven ballots, so only a band is published."""
    poll = year.draft("small", "CY", -5, "suqing", with_opinions=False)
    year.seal(poll, "suqing")
    year.vote(poll, "suqing", 7, 0.75)
    year.close(poll, "suqing")
    year.open_and_count(poll)
    outcome.declare(poll, by=year.users["suqing"])


def ceremony(year: Year) -> None:
    """The farm-machine station: closed, the scrutineers are at it."""
    poll = year.draft("ceremony", "NJ", -4, "maliang")
    year.seal(poll, "maliang", names=("沈毅",))
    year.vote(poll, "maliang", 11, 0.7, OPINIONS[:10])
    year.close(poll, "maliang")


def steward(year: Year) -> None:
    """The haulage firm: the chair is the only officer, so the organiser invites the work group's convenor."""
    poll = year.draft("steward", "WL", 5, "linwei")
    prepare.invite_steward(poll, by=year.users["linwei"], name="潘云")


def sealed(year: Year) -> None:
    """The textile mill: sealed, slips printed, starts tomorrow."""
    poll = year.draft("sealed", "FZ", 1, "xueqin")
    year.seal(poll, "xueqin")
    prepare.print_named_slips(poll, by=year.users["xueqin"])


def challenged(year: Year) -> None:
    """The trading centre: declared, somebody objects, the verifier has recounted; both superiors can see it."""
    poll = year.draft("challenged", "JY", -7, "daiyu", with_opinions=False)
    year.seal(poll, "daiyu")
    year.vote(poll, "daiyu", 33, 0.62)
    year.close(poll, "daiyu")
    year.open_and_count(poll)
    outcome.declare(poll, by=year.users["daiyu"])
    one = outcome.challenge(
        poll,
        by=year.users["guotao"],
        code="receipt.missing",
        reason="一名会员出示回执，自己在核对页上没有找到。请两套程序各复核一遍。",
    )
    recount.recount(one, by=year.users["daiyu"])


def void(year: Year) -> None:
    """The hospital: a member reported pressure; the superior voided the vote, and a new one is being prepared."""
    poll = year.draft("void", "YY", -8, "caimin", with_opinions=False)
    year.seal(poll, "caimin")
    year.vote(poll, "caimin", 12, 0.8)
    report = pressure.report_pressure(poll, "护士长收走手机，说要统一投“满意”。")
    pressure.answer_pressure(
        report, by=year.users["linwei"], answer="已到医院核实，本次作废，重新投票，投票时上级派人在场。"
    )
    pressure.report_pressure(poll, "科室群里要求投完截图。", signed="")
    outcome.void(poll, by=year.users["linwei"], reason="经核实，有人要求会员在其面前投票。作废后重新组织。")
    poll.refresh_from_db()
    year.polls["again"] = outcome.repeat(poll, by=year.users["caimin"])


def paper(year: Year) -> None:
    """The street cleaners: paper ballots, one enters, another confirms."""
    poll = year.draft("paper", "HW", -3, "jianghe", medium=Medium.PAPER, with_opinions=False)
    prepare.freeze_roll(poll, by=year.users["jianghe"])
    size = poll.roll.count()
    valid = size - 3
    counts = {
        "work": {"s": valid - 6, "b": 4, "d": 1, "": 1},
        "home": {"s": valid - 9, "b": 6, "d": 2, "": 1},
        "chair": {"s": valid - 5, "b": 3, "d": 0, "": 2},
    }
    handcount.enter(
        poll, by=year.users["jianghe"], roll_size=size, invited=size, returned=size - 2, invalid=1, subjects=counts
    )
    handcount.confirm(poll, by=year.users["yuanfang"])


def tiny(year: Year) -> None:
    """The couriers: four members; nothing is ever opened."""
    poll = year.draft("tiny", "KD", -5, "duanfei", with_opinions=False)
    year.seal(poll, "duanfei")
    year.vote(poll, "duanfei", 4, 0.9)
    year.close(poll, "duanfei")
    year.open_and_count(poll)
    outcome.declare(poll, by=year.users["duanfei"])


PLAYS: dict[str, Callable[[Year], None]] = {
    "rehearsing": rehearsing,
    "published": published,
    "open": voting,
    "small": small,
    "ceremony": ceremony,
    "steward": steward,
    "sealed": sealed,
    "challenged": challenged,
    "void": void,
    "paper": paper,
    "tiny": tiny,
}
WORDS = {
    "rehearsing": ("演练票箱：人人可以试投", "a practice box for everybody"),
    "published": ("轴承公司：44 位代表投票、开箱、公布", "bearing works: 44 delegates vote, open, publish"),
    "open": ("第三实验小学：正在投票", "primary school: voting now"),
    "small": ("餐饮联合工会：7 张票，只公布达到与否", "eateries: seven ballots, only a band"),
    "ceremony": ("农机站：等监票人开箱", "farm machines: waiting for the scrutineers"),
    "steward": ("鸿达物流：邀请召集人经办", "haulage: a convenor is invited"),
    "sealed": ("恒瑞纺织：已封箱，明天开始", "textile mill: sealed, starts tomorrow"),
    "challenged": ("交易中心：有异议，复核中", "trading centre: challenged"),
    "void": ("人民医院：作废重来", "hospital: voided and repeated"),
    "paper": ("环卫所：纸质票两人录入", "street cleaners: paper, two people count"),
    "tiny": ("快递站点：4 张票，不公布", "couriers: four ballots, nothing published"),
}


def story_told(year: Year, home: Path) -> dict[str, Any]:
    """Write the published box and its trust file into the home; return what walkers need to know."""
    opening = year.polls["published"].boxes.get(kind="ballot").openings.get()
    (home / "box.zip").write_bytes(queries.bundle(opening))
    (home / "trust.json").write_bytes(trust.content())
    return {
        "site": settings.PINGJIA_SITE,
        "booth": settings.PINGJIA_BOOTH,
        "scrutineers": {stage: year.codes.get(poll.poll_id, []) for stage, poll in year.polls.items()},
        "cards": {stage: [c.hex() for c in year.cards.get(p.poll_id, [])] for stage, p in year.polls.items()},
        "polls": {stage: poll.poll_id for stage, poll in year.polls.items()},
        "samples": samples.samples(year.polls),
        "names": samples.names(),
    }


def story(say: Say, home: Path) -> dict[str, Any]:
    """Fill the empty home with the whole story (in Chinese, whatever the terminal speaks)."""
    with override("zh-hans"):
        say("名册：五级工会、十家单位、五百多名会员", "rolls: federations, ten unions, five hundred members")
        year = Year(say)
        for stage in PLAYS:
            story_of(year, stage)
        return story_told(year, home)
