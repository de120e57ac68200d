"""Drafting a poll in three steps, one thing a page, prefilled as the trade usually does it.

Each form takes ``poll``: a draft that stands already and is amended; its own terms are then what is prefilled.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from math import gcd
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from pingjia.people.models import Role, Seat
from pingjia.polls.forms import SEATS_OFFERED
from pingjia.polls.models import Electorate, GradeSet, Medium, Poll, State
from pingjia.units.models import Unit

MOMENT = "%Y-%m-%dT%H:%M"
USUAL_GRADES = "three"
SPARE_SUBJECTS = 2


class MomentInput(forms.DateTimeInput):
    """A day and a time in the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format=MOMENT)


def _moment(label: str, help_text: str = "") -> forms.DateTimeField:
    return forms.DateTimeField(label=label, help_text=help_text, widget=MomentInput(), input_formats=[MOMENT])


def usual_subjects(unit: Unit) -> list[tuple[str, str]]:
    """Return (code, title) of what members usually judge: the three of the trade, and each vice-chair in office.

    A chair's line is left out while the post is vacant. The titles are the union's own words, printed on its ballots:
    Chinese whatever language the officer reads in.
    """
    today = timezone.localdate()
    held = Seat.objects.filter(unit=unit, since__lte=today).exclude(until__lt=today).select_related("user")
    lines = [("work", gettext_noop("工会工作")), ("home", gettext_noop("职工之家建设"))]
    if held.filter(role=Role.CHAIR).exists():
        lines.append(("chair", gettext_noop("工会主席履职")))
    vice = held.filter(role=Role.VICE_CHAIR).order_by("since", "pk")
    named = [(f"vice{n}", f"副主席{seat.user}履职") for n, seat in enumerate(vice, 1)]
    return lines + named


class WhatForm(forms.Form):
    """Step 1: the title, the year, and what is judged on which scale."""

    title = forms.CharField(label=_("名称"), max_length=100, help_text=_("印在领票条、选票和计票结果报告单上。"))
    year = forms.IntegerField(label=_("评家年度"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, unit: Unit, poll: Poll | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = timezone.localdate().year
        self.fields["title"].initial = poll.title if poll else f"会员评议职工之家 {year}"
        self.fields["year"].initial = poll.year if poll else year
        standing = list(poll.subjects.select_related("grade_set")) if poll else []
        kept = [(one.code, one.title) for one in standing] if poll else usual_subjects(unit)
        taken = {code for code, _title in kept}
        spare = [f"more{n}" for n in range(1, SPARE_SUBJECTS + len(kept) + 1) if f"more{n}" not in taken]
        self.lines = kept + [(code, "") for code in spare[:SPARE_SUBJECTS]]
        scales = GradeSet.objects.all()
        usual = scales.filter(code=USUAL_GRADES).first() or scales.first()
        chosen = {one.code: one.grade_set for one in standing}
        for n, (code, title) in enumerate(self.lines, 1):
            self.fields[f"{code}_title"] = forms.CharField(
                label=_("评议内容 %(n)s") % {"n": n},
                max_length=120,
                initial=title,
                required=False,
                help_text=_("不评这一项就清空。") if title else _("可以再加一项。"),
            )
            self.fields[f"{code}_grades"] = forms.ModelChoiceField(
                scales,
                label=_("评议内容 %(n)s 的等次") % {"n": n},
                initial=chosen.get(code, usual),
                to_field_name="code",
                empty_label=None,
            )
            self.fields[f"{code}_grades"].label_from_instance = lambda scale: _(scale.title)

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

    def __init__(self, *args: Any, unit: Unit, poll: Poll | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if poll:
            for name, field in self.fields.items():
                field.initial = getattr(poll, name)
            return
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


def _choice(label: str, yes: str, no: str, initial: str = "yes") -> forms.TypedChoiceField:
    """A question with two answers, each in words."""
    choices = [("yes", yes), ("no", no)]
    return forms.TypedChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, initial=initial, coerce=lambda answer: answer == "yes"
    )


def _in_words(lead: Poll) -> str:
    return gettext("%(name)s（%(no)s）") % {"name": f"{lead.unit} · {lead.title}", "no": lead.pool}


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
    revote = _choice(_("停止投票前能不能改票"), _("能，以最后一次为准"), _("不能，一投就定"))
    with_opinions = _choice(_("设不设意见箱"), _("设，会员可以写几句话"), _("不设"))
    practice = _choice(_("正式还是演练"), _("演练，结果不作数，每一页都印有“演练”字样"), _("正式"), initial="no")
    pool = forms.SlugField(
        label=_("合并计票组"),
        required=False,
        max_length=20,
        help_text=_("人数很少的几个工会可以合并计票：牵头的先建，起一个组名（小写字母和数字）；别的工会在下面选它。"),
    )
    lead = forms.ModelChoiceField(
        Poll.objects.none(),
        label=_("跟哪一个牵头单位合并"),
        required=False,
        to_field_name="poll_id",
        empty_label=_("不合并，或者由本工会牵头"),
        help_text=_("合并的各单位用同样的内容和规则，共用监票人和钥匙。"),
    )

    def __init__(self, *args: Any, unit: Unit, poll: Poll | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll
        if poll:
            self._take_over(poll)
            return
        leads = Poll.objects.filter(unit__parent=unit.parent, lead=None, keyset_hash="").exclude(pool="")
        leads = leads.exclude(unit=unit).filter(state__in=[State.DRAFT, State.ROLLED])
        self.fields["lead"].queryset = leads
        self.fields["lead"].label_from_instance = _in_words
        if not leads.exists():
            del self.fields["lead"]

    def _take_over(self, poll: Poll) -> None:
        """Prefill what stands. Whom a poll is pooled with is settled when it is made."""
        del self.fields["pool"], self.fields["lead"]
        for name in ("formula", "scrutineers_needed", "objection_days"):
            self.fields[name].initial = getattr(poll, name)
        for name in ("revote", "with_opinions", "practice"):
            self.fields[name].initial = "yes" if getattr(poll, name) else "no"
        self.fields["threshold"].initial = 100 * poll.threshold_num // poll.threshold_den

    def clean(self) -> dict[str, Any]:
        """Take the name of the pool from its lead."""
        data = super().clean() or self.cleaned_data
        if lead := data.get("lead"):
            data["pool"] = lead.pool
        return data

    def fraction(self) -> tuple[int, int]:
        """Return the threshold as a fraction in lowest terms; one that stands and was left alone stays exact."""
        percent = self.cleaned_data["threshold"]
        if self.poll and percent == self.fields["threshold"].initial:
            return self.poll.threshold_num, self.poll.threshold_den
        shared = gcd(percent, 100)
        return percent // shared, 100 // shared


def as_prefilled(form: forms.Form) -> dict[str, Any]:
    """Return what a browser would send if the officer left every field of a fresh form as it is."""
    values = {field.html_name: field.value() for field in form}
    kept = {name: value for name, value in values.items() if value not in (None, "")}
    return {name: value.strftime(MOMENT) if isinstance(value, datetime) else value for name, value in kept.items()}
