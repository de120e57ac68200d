"""Canonical JSON: one value, one byte string."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core import canonical
from pingjia.core.tests.scale import scaled

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "canonical.json").read_text(encoding="utf-8"))

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.booleans() | st.integers(0, canonical.GREATEST_INTEGER) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["name"])
def test_canonical_bytes_are_read_and_written_back(case: dict[str, str]) -> None:
    raw = bytes.fromhex(case["hex"])
    assert canonical.dumps(canonical.loads(raw)) == raw
    assert canonical.digest(canonical.loads(raw)).hex() == case["sha256"] == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: case["name"])
def test_everything_else_is_refused(case: dict[str, str]) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.loads(bytes.fromhex(case["hex"]))


def test_very_deep_nesting_is_refused_and_does_not_crash() -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.loads(b"[" * VECTORS["deep"]["times"])


@settings(max_examples=scaled(200, 5000), deadline=None)
@given(VALUES)
def test_every_value_comes_back_from_its_bytes(value: Any) -> None:
    assert canonical.loads(canonical.dumps(value)) == value


@settings(max_examples=scaled(300, 10000), deadline=None)
@given(VALUES, st.data())
def test_changed_bytes_never_read_as_the_same_value(value: Any, data: st.DataObject) -> None:
    raw = bytearray(canonical.dumps(value))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[at]))
    try:
        other = canonical.loads(bytes(raw))
    except canonical.NotCanonical:
        return
    assert canonical.dumps(other) == bytes(raw)
    assert canonical.digest(other) != canonical.digest(value)


@pytest.mark.parametrize(
    "value", [None, 1.0, -1, 2**53, {1: 2}, {"A": 1}, {"a\n": 1}, "\ud800", b"a", {"a": None}, float("nan"), {1, 2}]
)
def test_values_outside_the_subset_cannot_be_written(value: Any) -> None:
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps(value)
