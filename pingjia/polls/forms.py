"""What officers and members fill in. Forms check that something can be read; the rules of a poll live in the actions."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from math import gcd
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pingjia.people import guards
from pingjia.people.models import Role, Seat
from pingjia.polls.models import Electorate, GradeSet, Medium, Poll
from pingjia.units.models import Unit

MOMENT = "%Y-%m-%dT%H:%M"
USUAL_GRADES = "three"
SPARE_SUBJECTS = 2
SEATS_OFFERED = 5


class MomentInput(forms.DateTimeInput):
    """A day and a time in the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=MOMENT)


def _moment(label: str, help_text: str = "") -> forms.DateTimeField:
    return forms.DateTimeField(label=label, help_text=help_text, widget=MomentInput(), input_formats=[MOMENT])


def usual_subjects(unit: Unit) -> list[tuple[str, str]]:
    """Return (code, title) of what members usually judge: the three of the trade, and each vice-chair in office.

    A chair's line is left out while the post is vacant.
    """
    today = timezone.localdate()
    held = Seat.objects.filter(unit=unit, since__lte=today).exclude(until__lt=today).select_related("user")
    lines = [("work", str(_("工会工作"))), ("home", str(_("职工之家建设")))]
    if held.filter(role=Role.CHAIR).exists():
        lines.append(("chair", str(_("工会主席履职"))))
    vice = held.filter(role=Role.VICE_CHAIR).order_by("since", "pk")
    named = [(f"vice{n}", str(_("副主席%(name)s履职") % {"name": seat.user})) for n, seat in enumerate(vice, 1)]
    return lines + named


class WhatForm(forms.Form):
    """Step 1: the title, the year, and what is judged on which scale."""

    title = forms.CharField(label=_("名称"), max_length=120, help_text=_("印在领票条、选票和计票结果报告单上。"))
    year = forms.IntegerField(label=_("评家年度"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = timezone.localdate().year
        self.fields["title"].initial = _("会员评议职工之家 %(year)s") % {"year": year}
        self.fields["year"].initial = year
        self.lines = usual_subjects(unit) + [(f"more{n}", "") for n in range(1, SPARE_SUBJECTS + 1)]
        scales = GradeSet.objects.all()
        usual = scales.filter(code=USUAL_GRADES).first() or scales.first()
        for n, (code, title) in enumerate(self.lines, 1):
            self.fields[f"{code}_title"] = forms.CharField(
                label=_("评议内容 %(n)s") % {"n": n},
                max_length=120,
                initial=title,
                required=False,
                help_text=_("不评这一项就清空。") if title else _("可以再加一项。"),
            )
            self.fields[f"{code}_grades"] = forms.ModelChoiceField(
                scales, label=_("评议内容 %(n)s 的等次") % {"n": n}, initial=usual, to_field_name="code", empty_label=None
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a ballot paper without a single line."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not self.subjects():
            self.add_error(None, _("至少要评一项内容。"))
        return data

    def subjects(self) -> list[tuple[str, str, str]]:
        """Return (code, title, grade set code) of every line kept, in order."""
        data = self.cleaned_data
        kept = [code for code, _title in self.lines if data.get(f"{code}_title")]
        return [(code, data[f"{code}_title"], data[f"{code}_grades"].code) for code in kept]


class WhoForm(forms.Form):
    """Step 2: who votes, how and when."""

    electorate = forms.ChoiceField(label=_("谁来评"), choices=Electorate.choices, widget=forms.RadioSelect)
    medium = forms.ChoiceField(
        label=_("怎样投票"),
        choices=Medium.choices,
        widget=forms.RadioSelect,
        help_text=_("不要在电子票箱旁边再收几张纸质票：那几张最容易认出人来。没有手机的会员用公用机。"),
    )
    opens_at = _moment(_("投票开始"), _("提前七天通知会员为好。"))
    closes_at = _moment(_("最早结束"), _("到时间后由经办人停止投票，不会自动停止。"))

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone()
        first = timezone.localdate() + timedelta(days=7)
        self.fields["electorate"].initial = Electorate.MEMBERS
        self.fields["medium"].initial = Medium.ELECTRONIC
        self.fields["opens_at"].initial = datetime.combine(first, time(8), zone)
        self.fields["closes_at"].initial = datetime.combine(first + timedelta(days=4), time(18), zone)

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is not after the beginning."""
        data = super().clean() or self.cleaned_data
        opens, closes = data.get("opens_at"), data.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("结束时间要晚于开始时间。"))
        return data


class RulesForm(forms.Form):
    """Step 3: the rules that are printed with the result."""

    formula = forms.ChoiceField(
        label=_("认同率怎样算"),
        widget=forms.RadioSelect,
        initial="fav-valid",
        choices=[
            ("fav-valid", _("认同票 ÷ 有效票，弃权计入分母（通行做法）")),
            ("fav-expressed", _("认同票 ÷（有效票 − 弃权票），弃权不计入分母")),
        ],
    )
    threshold = forms.IntegerField(
        label=_("认同率达到多少算通过（%）"),
        min_value=1,
        max_value=100,
        initial=80,
        help_text=_("“以上”包括本数：正好 80% 算达到。按票数比较，不按四舍五入后的百分数。"),
    )
    scrutineers_needed = forms.IntegerField(
        label=_("几位监票人同时在场才能开箱"),
        min_value=2,
        max_value=SEATS_OFFERED,
        initial=2,
        help_text=_("通常三位监票人，任意两位到场就能开箱。少于这个数，箱子再也打不开。"),
    )
    objection_days = forms.IntegerField(label=_("宣布后几天内可以提异议"), min_value=1, max_value=60, initial=7)
    revote = forms.BooleanField(label=_("停止投票前允许改票，以最后一次为准"), initial=True, required=False)
    with_opinions = forms.BooleanField(label=_("设意见箱，会员可以写几句话"), initial=True, required=False)
    practice = forms.BooleanField(
        label=_("这是演练，结果不作数"), required=False, help_text=_("演练的每一页都印有“演练”字样。")
    )
    pool = forms.SlugField(
        label=_("合并计票组"),
        required=False,
        max_length=40,
        help_text=_("人数很少的几个工会可以约定同一个组名，不足 5 张有效票时合并计票。小写字母和数字。"),
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def fraction(self) -> tuple[int, int]:
        """Return the threshold as a fraction in lowest terms."""
        percent = self.cleaned_data["threshold"]
        shared = gcd(percent, 100)
        return percent // shared, 100 // shared


class SlipsForm(forms.Form):
    """Which slips to print."""

    kind = forms.ChoiceField(
        label=_("哪一种领票条"),
        widget=forms.RadioSelect,
        initial="named",
        choices=[("named", _("记名：名册上一人一条，交到本人手里")), ("blank", _("不记名：打乱成一叠，会员自己抽"))],
    )
    count = forms.IntegerField(
        label=_("不记名的打印几条"), min_value=1, max_value=2000, required=False, help_text=_("到会几人就打几条。")
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the number where slips are drawn by hand."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") == "blank" and not data.get("count"):
            self.add_error("count", _("请写明打印几条。"))
        return data


class ScrutineersForm(forms.Form):
    """Names of the scrutineers, the chief first; a member number settles who is meant where a name is shared."""

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll
        for n in range(1, SEATS_OFFERED + 1):
            label = _("总监票人") if n == 1 else _("监票人 %(n)s") % {"n": n}
            self.fields[f"name_{n}"] = forms.CharField(label=label, max_length=80, required=n <= 3)
            self.fields[f"no_{n}"] = forms.CharField(
                label=_("%(seat)s的会员编号") % {"seat": label}, max_length=40, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Match every name with the roster; a name that two members share needs the number."""
        data = super().clean() or self.cleaned_data
        self.seats: list[tuple[str, Any]] = []
        for n in range(1, SEATS_OFFERED + 1):
            if not (name := data.get(f"name_{n}")):
                continue
            members = self.poll.unit.members.filter(name=name)
            if no := data.get(f"no_{n}"):
                members = self.poll.unit.members.filter(no=no)
                if not members:
                    self.add_error(f"no_{n}", _("花名册里没有这个会员编号。"))
            if len(members) > 1:
                self.add_error(f"no_{n}", _("有同名的会员，请填会员编号。"))
            self.seats.append((name, members.first()))
        return data


class StewardForm(forms.Form):
    """Who convenes the work group."""

    name = forms.CharField(label=_("召集人姓名"), max_length=80)


class InvitationForm(forms.Form):
    """The code on an invitation slip."""

    code = forms.CharField(
        label=_("邀请条上的码"),
        max_length=40,
        help_text=_("16 个字母和数字，大小写都可以，横线可以不输。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class ReasonForm(forms.Form):
    """A reason that will be published."""

    reason = forms.CharField(label=_("原因"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


CHALLENGES = [
    ("receipt_missing", _("有回执，票箱里查不到这张票")),
    ("count_differs", _("复核算出的数与公布的不一样")),
    ("draw_refused", _("应当能领票，却被拒绝")),
    ("roll_wrong", _("名册有误")),
    ("ceremony_wrong", _("封箱、开箱不合程序")),
    ("other", _("其他")),
]


class ChallengeForm(forms.Form):
    """An objection: what kind, and what was seen."""

    code = forms.ChoiceField(label=_("哪一类问题"), choices=CHALLENGES, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("说明"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=_("请写清楚看到了什么。不要写您或别人投了什么。复核程序报出的问题代码可以抄在这里。"),
    )


class FindingForm(forms.Form):
    """What the recount found."""

    finding = forms.CharField(label=_("复核结论"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)
    upheld = forms.ChoiceField(
        label=_("异议是否成立"),
        widget=forms.RadioSelect,
        choices=[("no", _("不成立，维持结果")), ("yes", _("成立，这次投票作废，重新举行"))],
    )


class PressureForm(forms.Form):
    """What happened; the name only if the member wants to give it."""

    text = forms.CharField(
        label=_("发生了什么"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text=_("什么时候、在哪里、谁要求您怎样做。不要写您投了什么。"),
    )
    signed = forms.CharField(
        label=_("署名"), max_length=80, required=False, help_text=_("不署名，系统不记录是谁写的，也就无法单独答复您。")
    )


class AnswerForm(forms.Form):
    """What the superior did about it."""

    answer = forms.CharField(label=_("处理情况"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)


def _count(label: str, initial: int | None = None) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=10**7, initial=initial)


class HandCountForm(forms.Form):
    """The custody counts of a paper vote and the tally of each subject, as read out by the scrutineers."""

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roll_size"] = _count(_("应到（名册人数）"), poll.roll.count())
        self.fields["invited"] = _count(_("发出（张）"))
        self.fields["returned"] = _count(_("收回（张）"))
        self.fields["invalid"] = _count(_("无效（张）"), 0)
        self.columns: list[tuple[str, list[str]]] = []
        for subject in poll.subjects.select_related("grade_set").prefetch_related("grade_set__grades"):
            grades = [grade.code for grade in subject.grade_set.grades.all()]
            self.columns.append((subject.code, grades))
            for grade in subject.grade_set.grades.all():
                label = f"{_(subject.title)} · {_(grade.label)}"
                self.fields[f"{subject.code}:{grade.code}"] = _count(label)
            self.fields[f"{subject.code}:"] = _count(_("%(subject)s · 弃权") % {"subject": _(subject.title)}, 0)

    def custody(self) -> dict[str, int]:
        """Return 应到, 发出, 收回, 无效."""
        return {name: self.cleaned_data[name] for name in ("roll_size", "invited", "returned", "invalid")}

    def tallies(self) -> dict[str, dict[str, int]]:
        """Return per subject the count of every grade code, and of blanks under ``""``."""
        data = self.cleaned_data
        return {code: {grade: data[f"{code}:{grade}"] for grade in [*grades, ""]} for code, grades in self.columns}


def may_be_convened(unit: Unit) -> bool:
    """Say whether the unit has nobody but the judged to run its vote, so that a convenor is needed."""
    today = timezone.localdate()
    held = Seat.objects.filter(unit=unit, since__lte=today).exclude(until__lt=today)
    judged = set(held.filter(role__in=guards.JUDGED).values_list("user_id", flat=True))
    return not held.filter(role__in=guards.RUNNERS).exclude(user_id__in=judged).exists()
