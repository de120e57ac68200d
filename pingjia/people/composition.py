"""Are the delegates composed as they should be? Rules as data, answers as whole numbers with their fraction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pingjia.people.models import Category, Delegate, Member, Sex, Status
from pingjia.units.models import Unit

OURS = Path(__file__).parent / "data" / "composition.json"


class BadRules(ValueError):
    """The file of rules is not one; says which rule."""


@dataclass(frozen=True)
class Rule:
    """One requirement: this share is at least or at most ``num``/``den``, or women as many as among the members."""

    code: str
    share: str  # front_line, managers, women
    num: int
    den: int
    at_least: bool
    pro_rata: bool
    source: str


@dataclass(frozen=True)
class Check:
    """A rule held against the delegates: the fraction, the bound, and how many persons are missing or too many.

    ``unknown`` counts the lines that do not say: where there are any, the rule cannot be checked (``met`` is None).
    """

    rule: Rule
    title: str
    share: int
    total: int
    met: bool | None
    off: int
    bound: str
    unknown: int = 0

    @property
    def words(self) -> str:
        """Return what is missing, as a sentence; nothing where the rule is met."""
        if self.met is None:
            what = ngettext(
                "有 %(n)d 人没有登记性别，登记后才能核对。", "有 %(n)d 人没有登记性别，登记后才能核对。", self.unknown
            )
            return what % {"n": self.unknown}
        if self.met:
            return ""
        if self.rule.at_least or self.rule.pro_rata:
            return ngettext("还差 %(n)d 人。", "还差 %(n)d 人。", self.off) % {"n": self.off}
        return ngettext("多了 %(n)d 人。", "多了 %(n)d 人。", self.off) % {"n": self.off}


def rules() -> tuple[Rule, ...]:
    """Return the rules in force: the operator's own file where the settings name one."""
    return _read(Path(settings.PINGJIA_COMPOSITION or OURS))


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[Rule, ...]:
    found = []
    for number, one in enumerate(json.loads(path.read_text("utf-8"))["rules"], 1):
        pro_rata = one.get("pro_rata") is True
        num, den = one.get("least") or one.get("most") or ([0, 1] if pro_rata else [0, 0])
        whole = all(isinstance(part, int) for part in (num, den))
        if one.get("share") not in ("front_line", "managers", "women") or not whole or not 0 <= num <= den or den == 0:
            raise BadRules(f"{path}: rule {number}")
        found.append(Rule(one["code"], one["share"], num, den, "least" in one, pro_rata, str(one["source"])))
    return tuple(found)


def checks(unit: Unit, mandates: QuerySet[Delegate]) -> list[Check]:
    """Hold the rules against these delegates (two queries)."""
    front, manager = Q(member__category=Category.FRONT_LINE), Q(member__category=Category.MANAGER)
    ours = mandates.order_by().aggregate(
        total=Count("pk"),
        front_line=Count("pk", filter=front),
        managers=Count("pk", filter=manager),
        women=Count("pk", filter=Q(member__sex=Sex.FEMALE)),
        unknown=Count("pk", filter=Q(member__sex="")),
    )
    if not ours["total"]:
        return []
    members = Member.objects.filter(unit=unit, status=Status.ACTIVE).aggregate(
        total=Count("pk"), women=Count("pk", filter=Q(sex=Sex.FEMALE)), unknown=Count("pk", filter=Q(sex=""))
    )
    return [_check(rule, ours, members) for rule in rules()]


def _check(rule: Rule, ours: dict[str, int], members: dict[str, int]) -> Check:
    titles = {"front_line": _("一线职工"), "managers": _("管理人员"), "women": _("女职工")}
    share, total, num, den = ours[rule.share], ours["total"], rule.num, rule.den
    unknown = 0
    if rule.pro_rata:
        num, den, unknown = members["women"], members["total"], ours["unknown"] + members["unknown"]
    # Whole persons: at least the share rounded up, at most it rounded down; pro rata asks for no half person.
    least = -(-total * num // den) if rule.at_least else total * num // den if den else 0
    off = max(0, least - share) if rule.at_least or rule.pro_rata else max(0, share - total * num // den)
    bound = _bound(rule, num, den)
    met = None if unknown else off == 0
    return Check(rule, titles[rule.share], share, total, met, off, bound, unknown)


def _bound(rule: Rule, num: int, den: int) -> str:
    if rule.pro_rata:
        return _("会员中女职工 %(num)d/%(den)d，代表中应与之相当") % {"num": num, "den": den}
    percent = f"{1000 * num // den / 10:g}"
    words = _("不少于 %(percent)s%%") if rule.at_least else _("不多于 %(percent)s%%")
    return words % {"percent": percent}
