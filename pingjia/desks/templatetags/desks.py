"""Drawings that only the desks use."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from pingjia.desks.queries import Coverage

register = template.Library()


@register.inclusion_tag("desks/coverage_bar.html")
def coverage_bar(coverage: Coverage) -> dict[str, Any]:
    """Draw how far the homes below a superior are, as one bar in the order of the year; every part is a link."""
    parts = [
        ("done", _("已有结果"), coverage.done),
        ("counting", _("待开箱或复核"), coverage.counting),
        ("voting", _("投票中"), coverage.voting),
        ("under_way", _("准备中"), coverage.under_way),
        ("none", _("还没有开始"), coverage.none),
        ("broken", _("作废或未能开箱"), coverage.broken),
    ]
    drawn, x = [], 0
    for stage, words, count in parts:
        width = round(1000 * count / coverage.homes)
        drawn.append({"stage": stage, "words": words, "count": count, "x": x, "width": width})
        x += width
    return {"parts": drawn, "homes": coverage.homes}
