"""Results: what each tier may say, and nothing that contradicts itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.ballot import result, tiers
from pingjia.core.ballot.objects import Slate, Threshold, Tiers
from pingjia.core.ballot.result import Result, Verdict
from pingjia.core.ballot.tests.vectors import cast, load
from pingjia.core.ballot.tiers import Tier
from pingjia.core.canonical import NotCanonical
from pingjia.core.tests.scale import scaled

RESULT = load("result")
SLATE = Slate.from_bytes(RESULT["slate"].encode())
EIGHTY = Threshold(5, 4)


def _built(valid: int, rows: list[tuple[int, int, int]], formula: str = "fav-valid") -> Result:
    tier = tiers.tier_of(valid, Tiers())
    places = tiers.plan(SLATE, tier, formula)
    counts = {(s, m): sum(n for k, n in enumerate(rows[s]) if m >> k & 1) for s, m in places}
    made = tiers.OpeningSet((bytes(32),), valid, tier)
    return result.build(SLATE, made, formula, EIGHTY, counts, issued=valid, returned=valid, invalid=0)


def test_results_are_those_of_the_vectors() -> None:
    for case in RESULT["good"]:
        read = Result.from_bytes(case["text"].encode())
        assert read.to_bytes().decode() == case["text"]
        assert result.contradictions(read, SLATE, EIGHTY) == []
        counts = {(s, mask): n for s, mask, n in case["counts"]}
        again = result.build(
            SLATE,
            tiers.OpeningSet(read.boxes, read.valid, read.tier),
            case["formula"],
            EIGHTY,
            counts,
            issued=read.issued,
            returned=read.returned,
            invalid=read.invalid,
        )
        assert again == read
        sigs = bytes.fromhex(case["sigs"])
        assert result.check_signatures(case["text"].encode(), sigs, cast().keyset("equal"))
        swapped = sigs[65:] + sigs[:65]
        for bad in (
            sigs[:65],
            sigs[:-1],
            swapped,
            sigs[:65] * 2,
            sigs[:65] + b"\4" + sigs[66:],
            sigs[:65] + b"\2" + sigs[66:],
        ):
            assert not result.check_signatures(case["text"].encode(), bad, cast().keyset("equal"))
    for f, u, v, formula, verdict, den, num in RESULT["verdicts"]:
        assert result.verdict_of(f, u, v, formula, Threshold(den, num)) == verdict
    for case in RESULT["contradictory"]:
        assert result.contradictions(Result.from_bytes(case["text"].encode()), SLATE, EIGHTY) == case["places"], case[
            "why"
        ]


def test_a_small_box_publishes_nothing_or_a_band() -> None:
    assert _built(4, [(4, 0, 0)] * 3).subjects == ()
    for valid in (5, 9):
        made = _built(valid, [(valid, 0, 0), (0, 0, valid), (0, 0, 0)])
        assert [s.as_value() for s in made.subjects] == [
            {"code": code, "form": "band", "verdict": verdict}
            for code, verdict in (("s1", "reached"), ("s2", "not_reached"), ("s3", "not_reached"))
        ]


@settings(max_examples=scaled(100, 5000), deadline=None)
@given(st.integers(10, 19), st.data())
def test_two_way_never_shows_a_subject_that_is_nearly_unanimous(valid: int, data: st.DataObject) -> None:
    favourable = data.draw(st.integers(0, valid))
    unfavourable = data.draw(st.integers(0, valid - favourable))
    made = _built(valid, [(favourable, 0, unfavourable)] * 3)
    blank = valid - favourable - unfavourable
    nearly = max(favourable, unfavourable, blank) >= valid - 2
    for subject in made.subjects:
        assert subject.form == (Tier.BAND if nearly else Tier.TWO_WAY)
        assert subject.form == Tier.BAND or (subject.counts, subject.blank) == ((favourable, unfavourable), blank)


def test_a_band_never_says_that_nobody_expressed_anything() -> None:
    for valid in (5, 12):
        made = _built(valid, [(0, 0, 0)] * 3, "fav-expressed")
        assert {s.verdict for s in made.subjects} == {Verdict.NOT_REACHED}


def test_exactly_eighty_per_cent_is_reached_and_a_hair_below_is_not() -> None:
    assert result.verdict_of(8000, 0, 10000, "fav-valid", EIGHTY) == Verdict.REACHED
    assert result.verdict_of(7996, 0, 10000, "fav-valid", EIGHTY) == Verdict.NOT_REACHED


@pytest.mark.parametrize("change", ["tier", "subjects", "boxes", "valid"])
def test_a_result_of_another_shape_is_refused(change: str) -> None:
    text = RESULT["good"][-1]["text"]
    changed: dict[str, Any] = {
        "tier": text.replace('"tier":"full"', '"tier":"all"'),
        "subjects": text.replace('"form":"full"', '"form":"none"'),
        "boxes": text.replace('"boxes":["', '"boxes":["00'),
        "valid": text.replace('"valid":', '"valid":-'),
    }
    with pytest.raises((ValueError, NotCanonical)):
        Result.from_bytes(changed[change].encode())
