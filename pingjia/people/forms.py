"""What people fill in: sign-in, files to import, one member, one seat, delegates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pingjia.intake.mapping import FileColumn
from pingjia.intake.preview import invisible
from pingjia.people import layouts, throttle
from pingjia.people.models import Category, Member, Role, Status
from pingjia.people.roster_columns import COLUMNS
from pingjia.units import queries as units
from pingjia.units.models import HOMES, Kind, Unit

SHOWN = 40  # characters of a column's name: enough to know it by


class DayInput(forms.DateInput):
    """A day, picked from a calendar where the browser has one."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SignInForm(AuthenticationForm):
    """Login name and password; repeated failures must wait."""

    error_messages = {
        "invalid_login": _("登录名或密码不对，请再试一次。忘了密码，请找给您登记任职的人。"),
        "inactive": _("这个登录名已停用，请找上级组织部。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("登录名")
        self.fields["password"].label = _("密码")

    def clean(self) -> dict[str, Any]:
        """Refuse while this caller must wait under this name; count failures, forget them on success."""
        name = self.cleaned_data.get("username", "")
        address = self.request.META.get("REMOTE_ADDR", "") if self.request else ""
        pause = throttle.wait(name, address)
        if pause:
            minutes = -(-int(pause.total_seconds()) // 60) or 1
            raise forms.ValidationError(
                ngettext("试错次数太多，请过 %(n)d 分钟再试。", "试错次数太多，请过 %(n)d 分钟再试。", minutes)
                % {"n": minutes}
            )
        try:
            data = super().clean()
        except forms.ValidationError:
            throttle.failed(name, address)
            raise
        throttle.succeeded(name, address)
        return data


class UnitsFileForm(forms.Form):
    """A table of units."""

    file = forms.FileField(label=_("表格文件"), help_text=_(".xlsx、.xls、.ods 或 .csv，最大 20 MB。"))
    sheet = forms.CharField(label=_("工作表"), required=False, help_text=_("不填就读第一张看得见的。"))


class RosterFileForm(UnitsFileForm):
    """A roster's table, and how to take it."""

    mode = forms.ChoiceField(
        label=_("这份表格是"),
        choices=[("whole", _("完整名册：不在表里的会员记为离会")), ("part", _("一部分：只增加和改动，不动别人"))],
        initial="whole",
        widget=forms.RadioSelect,
    )
    found_branches = forms.BooleanField(label=_("表里有而本工会没有的分会，一并建立"), required=False)


class ColumnsForm(forms.Form):
    """Which column of a file is what; each of ours is a choice among those of the file."""

    def __init__(
        self, *args: Any, there: Sequence[FileColumn], chips: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.there = there
        known = [
            (label, format_lazy("{}{}{}", label[:40], _("："), seen) if seen else label[:40]) for label, seen in chips
        ]
        for column in COLUMNS:
            must = column.key in layouts.ALWAYS
            choices = [("", _("请选一列") if must else _("表里没有")), *known]
            self.fields[column.key] = forms.ChoiceField(label=column.title, required=must, choices=choices)
            self.fields[column.key].error_messages["required"] = _("请指明是哪一列。")
            if column.key == "category":
                self.fields["category_of_new"] = forms.ChoiceField(
                    label=_("表里没有岗位类别时，新会员记为"),
                    required=False,
                    choices=[("", _("请选一类")), *Category.choices],
                )

    def clean(self) -> dict[str, Any]:
        """Keep what was named as ``columns``; refuse with everything that is wrong."""
        data = super().clean() or {}
        data["columns"] = {column.key: data[column.key] for column in COLUMNS if data.get(column.key)}
        reasons = layouts.problems(data["columns"], data.get("category_of_new", ""), self.there)
        if reasons and not self.errors:
            raise forms.ValidationError([forms.ValidationError(reason) for reason in reasons])
        return data


class MemberForm(forms.ModelForm):
    """One line of the roster."""

    class Meta:
        model = Member
        fields = ["no", "name", "branch", "group", "category", "employment", "status", "sex", "joined_at"]
        widgets = {"joined_at": DayInput}

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"].queryset = units.branches(unit)
        self.fields["branch"].label = _("分会")
        self.fields["branch"].empty_label = _("不属于任何分会")
        self.fields["group"].queryset = units.branches(unit).filter(kind=Kind.GROUP)
        self.fields["group"].label = _("工会小组")
        self.fields["group"].empty_label = _("不属于任何小组")
        self.fields["sex"].help_text = _("可以不填；只用来核对女代表的比例。")
        standing = self.instance.status if self.instance.pk else Status.ACTIVE
        # Where somebody votes who stands in two unions is settled between the two, not in this form.
        self.fields["status"].choices = [
            choice for choice in Status.choices if choice[0] != Status.ELSEWHERE or standing == Status.ELSEWHERE
        ]
        if self.instance.pk:
            self.fields["no"].disabled = True

    def clean_name(self) -> str:
        """Refuse characters that nobody can see."""
        return _seen(self.cleaned_data["name"])

    def clean_no(self) -> str:
        """Refuse characters that nobody can see."""
        return _seen(self.cleaned_data["no"])


def _seen(value: str) -> str:
    if strange := invisible(value):
        raise forms.ValidationError(_("含有看不见的字符 %(code)s。") % {"code": strange})
    return value


class TransferForm(forms.Form):
    """Where a member goes: another union, by its code or its full name."""

    to = forms.CharField(
        label=_("转到哪个工会"), max_length=200, help_text=_("写对方工会的全名或编号，两样都在对方的单位页上。")
    )

    def clean_to(self) -> Unit:
        """Find the union, or say that there is none, or which codes bear this name."""
        typed = " ".join(self.cleaned_data["to"].split())
        if unit := Unit.objects.filter(code__iexact=typed).first():
            return unit
        found = list(Unit.objects.filter(name=typed, until=None, kind__in=HOMES).order_by("code")[:6])
        if not found:
            raise forms.ValidationError(_("没有这个名称或编号的工会，请向对方核对。"))
        if len(found) > 1:
            codes = _("、").join(unit.code for unit in found)
            raise forms.ValidationError(_("有几个工会叫这个名称，请写编号：%(codes)s。"), params={"codes": codes})
        return found[0]


class SeatForm(forms.Form):
    """A seat for somebody who can log in, or soon can."""

    full_name = forms.CharField(label=_("姓名"), max_length=80)
    username = forms.RegexField(
        r"^[\w.@+-]+$",
        label=_("登录名"),
        max_length=100,
        help_text=_("已有登录名的照填；没有的会新建，并给出初始密码。"),
        error_messages={"invalid": _("登录名只能用文字、数字和 . @ + - _，请改正。")},
    )
    role = forms.ChoiceField(label=_("职务"))
    since = forms.DateField(label=_("任期自"), widget=DayInput, initial=timezone.localdate)
    until = forms.DateField(label=_("任期至"), widget=DayInput, required=False, help_text=_("没有定就空着。"))

    def __init__(self, *args: Any, roles: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [(role, Role(role).label) for role in roles]


class FirmForm(forms.Form):
    """An employer that joins a joint union."""

    name = forms.CharField(label=_("单位名称"), max_length=200)
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=24, help_text=_("18 位，在营业执照上。"))
    joined = forms.DateField(label=_("加入日期"), widget=DayInput, initial=timezone.localdate)

    def clean_name(self) -> str:
        """Refuse characters that nobody can see."""
        return _seen(self.cleaned_data["name"])


class LastDayForm(forms.Form):
    """The last day of something that ends."""

    last_day = forms.DateField(label=_("最后一天"), widget=DayInput, initial=timezone.localdate)


class DelegatesForm(forms.Form):
    """Mandates for chosen members."""

    delegation = forms.CharField(label=_("代表团"), max_length=80, help_text=_("写现有代表团的名称，或写一个新的。"))
    since = forms.DateField(label=_("任期自"), widget=DayInput, initial=timezone.localdate)
    until = forms.DateField(label=_("任期至"), widget=DayInput, required=False, help_text=_("没有定就空着。"))


class RosterFilter(forms.Form):
    """Which lines of the roster to show."""

    q = forms.CharField(required=False)
    branch = forms.CharField(required=False)
    status = forms.ChoiceField(choices=[("", ""), *Status.choices], required=False)
    category = forms.ChoiceField(choices=[("", ""), *Category.choices], required=False)


CHANGES = {"move": _("改隶"), "split": _("分设"), "merge": _("并入别的单位"), "dissolve": _("撤销单位")}


class ChangeForm(forms.Form):
    """A change to a unit's place in the organisation; which fields there are depends on the change."""

    to = forms.CharField(label=_("新的上级（编号）"), max_length=40)
    code = forms.CharField(label=_("新单位的编号"), max_length=40)
    name = forms.CharField(label=_("新单位的名称"), max_length=200)
    moving = forms.ModelMultipleChoiceField(
        label=_("带走哪些下级"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(
        label=_("自哪天起"),
        widget=DayInput,
        initial=timezone.localdate,
        help_text=_("这一天以前，各级看到的仍和当时一样。"),
    )

    def __init__(self, *args: Any, act: str, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {"move": {"to"}, "merge": {"to"}, "split": {"code", "name", "moving"}, "dissolve": set()}[act]
        for field in set(self.fields) - kept - {"on"}:
            del self.fields[field]
        if act == "merge":
            self.fields["to"].label = _("并入哪个单位（编号）")
        if act == "split":
            # A federation of thousands is not divided by ticking boxes: its units move by a table.
            some = units.children(unit).values("pk")[:200]
            self.fields["moving"].queryset = units.children(unit).filter(pk__in=list(some.values_list("pk", flat=True)))

    def clean_name(self) -> str:
        """Refuse characters that nobody can see."""
        return _seen(self.cleaned_data["name"])
