"""Components that every room's templates may use; loaded everywhere, so no ``{% load %}`` is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pingjia.ui.icons import ICONS

register = template.Library()
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@register.simple_tag
def static_file(name: str) -> str:
    """Return the address of a static file (``{% static %}`` without a load line)."""
    return static(name)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one line icon, 24 by 24, hidden from screen readers: words always stand beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308 - our own constant drawings
    )


@register.filter
def people_date(value: date | datetime | None) -> str:
    """Say a date as people do: 12月5日 周五 (with the time, when there is one)."""
    if value is None:
        return ""
    moment = timezone.localtime(value) if isinstance(value, datetime) else value
    if (get_language() or "").startswith("en"):
        return date_format(moment, "D j M Y, H:i" if isinstance(moment, datetime) else "D j M Y")
    day = f"{moment.month}月{moment.day}日 {WEEKDAYS[moment.weekday()]}"
    if moment.year != timezone.localdate().year:
        day = f"{moment.year}年{day}"
    return f"{day} {moment:%H:%M}" if isinstance(moment, datetime) else day


@register.filter
def days_left(value: date | datetime | None) -> str:
    """Say how far away a day is: 还有 3 天, 今天, 已过 2 天."""
    if value is None:
        return ""
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    n = (day - timezone.localdate()).days
    if n == 0:
        return _("今天")
    if n > 0:
        return ngettext("还有 %(n)d 天", "还有 %(n)d 天", n) % {"n": n}
    return ngettext("已过 %(n)d 天", "已过 %(n)d 天", -n) % {"n": -n}


@register.inclusion_tag("ui/parts/steps.html")
def steps(line: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Draw the one line with doors: pairs of (words, ``done`` | ``now`` | ``later`` | ``stopped``)."""
    return {"line": line}


@register.inclusion_tag("ui/parts/grade_bar.html")
def grade_bar(parts: Sequence[dict[str, Any]], label: str = "") -> dict[str, Any]:
    """Draw counts as one stacked bar; a part is ``{"label", "count", "look"}``.

    ``look`` is good, fair, poor or blank (colour and pattern of the house). Widths are in thousandths.
    """
    total = sum(part["count"] for part in parts)
    drawn, x = [], 0
    for part in parts:
        width = round(1000 * part["count"] / total) if total else 0
        drawn.append({**part, "x": x, "width": width})
        x += width
    spoken = _("，").join(f"{part['label']} {part['count']}" for part in parts)
    return {"parts": drawn, "total": total, "label": label, "spoken": spoken}


@register.inclusion_tag("ui/parts/rate.html")
def rate(numerator: int, denominator: int, formula: str = "") -> dict[str, Any]:
    """Print a share: the percentage cut (never rounded up) to one decimal, its fraction and the rule."""
    if denominator == 0:
        return {"empty": True, "formula": formula}
    tenths = 1000 * numerator // denominator
    return {
        "empty": False,
        "percent": f"{tenths // 10}.{tenths % 10}",
        "numerator": numerator,
        "denominator": denominator,
        "formula": formula,
    }


@register.inclusion_tag("ui/parts/pages.html", takes_context=True)
def pages(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """Draw previous/next for a Django page object, keeping the other query parameters."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}
