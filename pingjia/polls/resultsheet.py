"""How a result is shown: one line a subject, whole numbers, and the reason wherever a number is hidden.

A share is never shown without its fraction and rule; where the tier allows only a band, the band replaces both
(docs/spec/ballot.md, "Plan"). "Not yet counted" is None here, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from pingjia.people.models import Category
from pingjia.polls import queries
from pingjia.polls.models import Grade, Opening, Poll, RollEntry, Subject, SubjectResult

# Below this many lines the make-up of a roll would describe persons.
SMALLEST_ROLL = 10
FAV_EXPRESSED = "fav-expressed"

# Words that stand in the database in Chinese and are known in every language of the house: the scales and their grades.
KNOWN_WORDS = (
    *(gettext_noop("满意、基本满意、不满意"), gettext_noop("非常满意、满意、基本满意、不满意")),
    *(gettext_noop("非常满意、满意、基本满意、不满意、非常不满意"), gettext_noop("强、较强、一般、弱")),
    *(gettext_noop("好、较好、一般、差"), gettext_noop("同意、不同意")),
    *(gettext_noop("非常满意"), gettext_noop("满意"), gettext_noop("基本满意"), gettext_noop("不满意")),
    *(gettext_noop("非常不满意"), gettext_noop("强"), gettext_noop("较强"), gettext_noop("一般"), gettext_noop("弱")),
    *(gettext_noop("好"), gettext_noop("较好"), gettext_noop("差"), gettext_noop("同意"), gettext_noop("不同意")),
)


def formula_in_words(formula: str) -> str:
    """Return the whole rule, as printed below a result."""
    if formula == FAV_EXPRESSED:
        return _("认同率 = 认同票 ÷（有效票 − 弃权票），弃权不计入分母")
    return _("认同率 = 认同票 ÷ 有效票，弃权计入分母")


def formula_in_short(formula: str) -> str:
    """Return the rule as it stands beside a percentage."""
    return _("认同票 ÷ 表态票（不含弃权）") if formula == FAV_EXPRESSED else _("认同票 ÷ 有效票（含弃权）")


def threshold_in_words(poll: Poll) -> str:
    """Return the threshold as a percentage where it is a whole one, else as a fraction."""
    num, den = poll.threshold_num, poll.threshold_den
    return f"{100 * num // den}%" if 100 * num % den == 0 else f"{num}/{den}"


@dataclass
class Custody:
    """The counts that every result prints, whatever its tier. ``None``: not counted in this kind of vote."""

    roll_size: int
    invited: int
    returned: int
    invalid: int
    valid: int
    issued: int | None = None
    paper: int | None = None


@dataclass(frozen=True)
class Share:
    """A part of a whole, printed with its fraction."""

    part: int
    whole: int

    @property
    def percent(self) -> str:
        """The percentage, cut (never rounded up) to one decimal."""
        tenths = 1000 * self.part // self.whole
        return f"{tenths // 10}.{tenths % 10}%"


@dataclass
class Line:
    """One subject. ``kind``: counts (every grade), two_way (认同 and 不认同), band (达到 or not), none, waiting."""

    title: str
    favourable_words: str
    kind: str = "waiting"
    parts: list[dict[str, Any]] = field(default_factory=list)
    favourable: int = 0
    base: int = 0
    blank: int = 0
    reached: bool | None = None
    sum_in_words: str = ""
    why_hidden: str = ""


@dataclass
class Sheet:
    """A whole result: custody counts, one line a subject, the rule in words, who is judged by the same sum."""

    custody: Custody | None
    lines: list[Line]
    tier: str
    formula: str
    formula_short: str
    threshold: str
    pooled_with: list[str]
    set_id: str = ""
    participation: Share | None = None
    front_line: Share | None = None


def _look(grade: Grade, first: bool) -> str:
    if not grade.favourable:
        return "poor"
    return "good" if first else "fair"


def _parts(subject: Subject, row: SubjectResult) -> list[dict[str, Any]]:
    """Return the parts of the bar: every grade where they are counted, else 认同 and 不认同; blanks last."""
    counts = {one.code: one.count for one in row.grade_counts.all()}
    blank = {"label": _("弃权"), "count": row.blank or 0, "look": "blank"}
    if not counts:
        return [
            {"label": _("认同"), "count": row.favourable or 0, "look": "good"},
            {"label": _("不认同"), "count": row.unfavourable or 0, "look": "poor"},
            blank,
        ]
    grades = list(subject.grade_set.grades.all())
    best = next((grade.pk for grade in grades if grade.favourable), None)
    drawn = [{"label": _(g.label), "count": counts.get(g.code, 0), "look": _look(g, g.pk == best)} for g in grades]
    return [*drawn, blank]


def _sum_in_words(poll: Poll, favourable: int, base: int) -> str:
    """Return the comparison as it is made: whole numbers, cross-multiplied."""
    left, right = poll.threshold_den * favourable, poll.threshold_num * base
    sign = "≥" if left >= right else "<"
    return f"{poll.threshold_den}×{favourable} = {left} {sign} {right} = {poll.threshold_num}×{base}"


def why_hidden(tier: str, valid: int) -> str:
    """Say why a subject has no counts (band and none tiers, and nearly unanimous subjects of the two-way tier)."""
    if tier == "none":
        return _("有效票不足 5 张。张数一公布，就能推出个人的选择，所以没有打开，也没有人知道。")
    if tier == "band":
        return _("有效票 %(n)s 张，在 5 至 9 张之间。为了不让人从张数推出个人的选择，只公布达到或未达到。") % {
            "n": valid
        }
    return _(
        "有效票 %(n)s 张，在 10 至 19 张之间。认同、不认同、弃权中有一样不少于 %(m)s 张时，"
        "张数会透露个人的选择，只公布达到或未达到。"
    ) % {"n": valid, "m": valid - 2}


def _line(poll: Poll, subject: Subject, row: SubjectResult | None, tier: str, valid: int) -> Line:
    words = _("＋").join(_(grade.label) for grade in subject.grade_set.grades.all() if grade.favourable)
    line = Line(title=_(subject.title), favourable_words=words)
    if tier == "none":
        line.kind, line.why_hidden = "none", why_hidden(tier, valid)
        return line
    if row is None:
        return line
    line.reached = row.reached
    if row.favourable is None:
        line.kind, line.why_hidden = "band", why_hidden(tier, valid)
        return line
    line.blank = row.blank or 0
    line.favourable = row.favourable
    line.base = valid - line.blank if poll.formula == FAV_EXPRESSED else valid
    line.parts = _parts(subject, row)
    line.kind = "counts" if row.grade_counts.all() else "two_way"
    line.sum_in_words = _sum_in_words(poll, line.favourable, line.base) if line.base else ""
    return line


def opening_of(poll: Poll) -> Opening | None:
    """Return the opening that counts this poll's ballot box (alone or pooled), once the box is closed."""
    return Opening.objects.filter(boxes__poll=poll, boxes__kind="ballot").first()


def _custody_opened(poll: Poll, opening: Opening) -> Custody:
    facts = queries.custody(opening)
    return Custody(**{name: facts[name] for name in Custody.__dataclass_fields__})


def _participation(custody: Custody) -> Share | None:
    """Return ballots given out over the roll. On paper every ballot given out counts as invited."""
    given = custody.invited if custody.issued is None else custody.issued
    return Share(given, custody.roll_size) if custody.roll_size else None


def front_line(polls: list[Poll]) -> Share | None:
    """Return the front line's share of the frozen rolls; of who drew or voted nothing is asked here, ever."""
    roll = RollEntry.objects.filter(poll__in=polls)
    size = roll.count()
    return Share(roll.filter(category=Category.FRONT_LINE).count(), size) if size >= SMALLEST_ROLL else None


def sheet(poll: Poll) -> Sheet:
    """Return what may be shown of this poll's result at this moment."""
    hand = getattr(poll, "hand_count", None)
    opening = None if hand else opening_of(poll)
    rows: dict[str, SubjectResult] = {}
    custody, tier, polls = None, "", [poll]
    if hand and hand.confirmed_by:
        rows = {row.code: row for row in hand.subject_results.prefetch_related("grade_counts")}
        custody = Custody(hand.roll_size, hand.invited, hand.returned, hand.invalid, hand.returned - hand.invalid)
        tier = "hand"
    elif opening:
        rows = {row.code: row for row in opening.subject_results.prefetch_related("grade_counts")}
        custody, tier = _custody_opened(poll, opening), opening.tier
        polls = [box.poll for box in opening.boxes.select_related("poll__unit")]
    valid = custody.valid if custody else 0
    subjects = poll.subjects.select_related("grade_set").prefetch_related("grade_set__grades")
    return Sheet(
        custody=custody,
        lines=[_line(poll, subject, rows.get(subject.code), tier, valid) for subject in subjects],
        tier=tier,
        formula=formula_in_words(poll.formula),
        formula_short=formula_in_short(poll.formula),
        threshold=threshold_in_words(poll),
        pooled_with=[one.unit.name for one in polls if one.pk != poll.pk],
        set_id=opening.set_id if opening and opening.result else "",
        participation=_participation(custody) if custody else None,
        front_line=front_line(polls) if custody else None,
    )
