"""What officers and members fill in. Forms check that it can be read; the rules of a poll live in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pingjia.polls.models import Poll
from pingjia.polls.slips import BY_HAND, NAMED, SEALED, kind_of

SEATS_OFFERED = 5


class SlipsForm(forms.Form):
    """Which slips to print."""

    kind = forms.ChoiceField(
        label=_("哪一种领票条"),
        widget=forms.RadioSelect,
        initial="named",
        choices=[
            ("named", _("记名：名册上一人一条，交到本人手里")),
            ("sealed", _("编号密封：外面是号，里面是码，签到时当面发给本人")),
            ("blank", _("不记名：打乱成一叠，会员自己抽")),
        ],
    )
    count = forms.IntegerField(
        label=_("编号密封的、不记名的打印几条"),
        min_value=1,
        max_value=2000,
        required=False,
        help_text=_("估计到会几人就打几条，不够可以再打。剩下的要在停止投票前两人清点、当众销毁。"),
    )

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        """Offer one kind only once it was chosen: a poll uses named slips or a pile, never both."""
        super().__init__(*args, **kwargs)
        kind, used = self.fields["kind"], kind_of(poll)
        if used:
            kind.choices, kind.initial = [one for one in kind.choices if one[0] == used], used
        if used == NAMED:
            del self.fields["count"]

    def clean(self) -> dict[str, Any]:
        """Ask for the number where slips are for a hall."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") in (SEALED, BY_HAND) and "count" not in self.errors and not data.get("count"):
            self.add_error("count", _("请写明打印几条。"))
        return data


class LeftForm(forms.Form):
    """How many unused slips one person counted on the table."""

    left = forms.IntegerField(
        label=_("桌上还剩几条没有发出"),
        min_value=0,
        max_value=2000,
        help_text=_("亲手点一遍。没有剩就填 0。撕开的、弄脏的、签到时作废的不算在内。"),
    )


class CheckInForm(forms.Form):
    """The member stands here in person; where slips are sealed, the number outside the one handed over."""

    number = forms.IntegerField(
        label=_("密封条外面的号码"),
        min_value=1,
        max_value=10**6,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "slip-number"}),
    )
    in_person = forms.BooleanField(
        label=_("本人到场，已核对证件（不能代领）"), required=False, error_messages={"required": ""}
    )

    def __init__(self, *args: Any, with_number: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_number:
            del self.fields["number"]


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

    def __init__(self, *args: Any, leads: bool, **kwargs: Any) -> None:
        """Offer to void the result to the superior alone; the unit's own people pass on what they found."""
        super().__init__(*args, **kwargs)
        if not leads:
            self.fields["upheld"].choices = self.fields["upheld"].choices[:1]
            self.fields["upheld"].help_text = _("异议成立就要作废，由上级组织部下结论。")


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

    def rows(self) -> list[list[Any]]:
        """Return the fields as they stand on the 报告单: the custody counts, then each subject in one row."""
        names = [["roll_size", "invited", "returned", "invalid"]]
        names += [[f"{code}:{grade}" for grade in [*grades, ""]] for code, grades in self.columns]
        return [[self[name] for name in row] for row in names]

    def custody(self) -> dict[str, int]:
        """Return 应到, 发出, 收回, 无效."""
        return {name: self.cleaned_data[name] for name in ("roll_size", "invited", "returned", "invalid")}

    def tallies(self) -> dict[str, dict[str, int]]:
        """Return per subject the count of every grade code, and of blanks under ``""``."""
        data = self.cleaned_data
        return {code: {grade: data[f"{code}:{grade}"] for grade in [*grades, ""]} for code, grades in self.columns}
