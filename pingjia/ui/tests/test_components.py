"""The components that every room draws with: shares, dates, bars; and the two doors by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.core.checks import run_checks
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from django.utils.translation import override


def render(text: str, **context: object) -> str:
    """Render a template text."""
    return Template(text).render(Context(context))


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(2499, 3125, "79.9%"), (4, 5, "80.0%"), (2, 3, "66.6%"), (1999, 2000, "99.9%"), (0, 7, "0.0%"), (7, 7, "100.0%")],
)
def test_a_share_is_cut_never_rounded_up_and_shows_its_fraction(numerator: int, denominator: int, shown: str) -> None:
    page = render("{% rate n d '认同 ÷ 有效' %}", n=numerator, d=denominator)
    assert shown in page
    assert f"{numerator}/{denominator}" in page
    assert "认同 ÷ 有效" in page


def test_a_share_of_nothing_is_no_result_not_zero() -> None:
    page = render("{% rate 0 0 %}")
    assert "%" not in page
    assert "无结果" in page


def test_a_bar_is_as_wide_as_its_counts_and_says_them() -> None:
    parts = [{"label": "满意", "count": 3, "look": "good"}, {"label": "弃权", "count": 1, "look": "blank"}]
    page = render("{% grade_bar parts %}", parts=parts)
    assert 'width="750"' in page
    assert 'width="250"' in page
    assert "满意 3" in page


def test_a_bar_of_no_ballots_is_empty() -> None:
    assert 'rect x="' not in render("{% grade_bar parts %}", parts=[{"label": "满意", "count": 0, "look": "good"}])


def test_dates_are_said_as_people_say_them() -> None:
    day = timezone.localdate().replace(month=12, day=5)
    with override("zh-hans"):
        assert render("{{ d|people_date }}", d=day).startswith("12月5日 周")
        assert render("{{ d|days_left }}", d=timezone.localdate() + timedelta(days=3)) == "还有 3 天"
        assert render("{{ d|days_left }}", d=timezone.localdate()) == "今天"
        assert render("{{ d|days_left }}", d=timezone.localdate() - timedelta(days=1)) == "已过 1 天"
    with override("en"):
        assert render("{{ d|people_date }}", d=day).endswith(f"5 Dec {day.year}")


def test_a_cookie_is_refused_at_the_booth_and_none_is_set_there(settings: Any, db: None) -> None:
    settings.PINGJIA_BOOTH = "https://booth.example"
    client = Client(HTTP_HOST="booth.example")
    answer = client.get("/check")
    assert not answer.cookies
    assert "'self'" in answer["Content-Security-Policy"]
    client.cookies["session"] = "x"
    assert client.get("/check").status_code == 400


def test_an_unknown_name_is_misdirected() -> None:
    assert Client(HTTP_HOST="elsewhere.example").get("/").status_code == 421


def test_the_way_back_never_leaves_the_site(settings: Any) -> None:
    settings.PINGJIA_SITE, settings.ALLOWED_HOSTS = "http://site.example", ["site.example"]
    client = Client(HTTP_HOST="site.example")
    answer = client.post("/appearance", {"size": "large", "next": "https://evil.example/"})
    assert answer["Location"] == "/"
    assert answer.cookies["size"].value == "large"


@pytest.mark.parametrize(
    ("site", "booth", "demo", "faults"),
    [
        ("https://a.example", "https://b.example", False, 0),
        ("https://a.example", "https://a.example", False, 1),
        ("https://a.example", "https://a.example:8443", False, 1),  # cookies do not know ports
        ("http://a.example", "https://b.example", False, 1),
        ("https://a.example", "https://b.example", True, 1),
        ("http://localhost:8000", "http://127.0.0.1:8000", True, 2),
    ],
)
def test_the_check_says_what_keeps_a_real_box_from_opening(
    settings: Any, site: str, booth: str, demo: bool, faults: int
) -> None:
    settings.PINGJIA_SITE, settings.PINGJIA_BOOTH, settings.PINGJIA_DEMO = site, booth, demo
    assert len([one for one in run_checks() if one.id == "pingjia.W001"]) == faults


def test_a_box_to_tick_stands_in_its_label_and_is_never_called_optional() -> None:
    class Form(forms.Form):
        seen = forms.BooleanField(label="已核对", required=False)
        name = forms.CharField(label="姓名", required=False)
        ways = forms.MultipleChoiceField(
            label="方式", choices=[("a", "甲"), ("b", "乙")], required=False, widget=forms.CheckboxSelectMultiple
        )

    form = Form()
    tick, text, many = (" ".join(form[name].as_field_group().split()) for name in ("seen", "name", "ways"))
    assert '<label class="tick" for="id_seen"><input' in tick
    assert tick.count("<input") == text.count("<input") == 1
    assert many.count("<input") == 2
    assert [part.count("可不填") for part in (tick, text)] == [0, 1]
