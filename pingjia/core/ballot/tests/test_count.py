"""From the closing note to the result: only sums are opened, and only those of the tier."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.ballot import body, cards, closing, group, opening, result, sealing, tiers
from pingjia.core.ballot.body import Paper
from pingjia.core.ballot.keyset import KeySet
from pingjia.core.ballot.objects import BoxManifest, Slate, Threshold, Tiers
from pingjia.core.ballot.opening import NoCount, Partial
from pingjia.core.ballot.result import Result, Verdict
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tests.vectors import cast, load
from pingjia.core.ballot.tiers import Tier
from pingjia.core.canonical import NotCanonical
from pingjia.core.tests.scale import scaled

TIERS, CLOSING, OPENING, RESULT = load("tiers"), load("closing"), load("opening"), load("result")
SLATE = Slate.from_bytes(RESULT["slate"].encode())
EIGHTY = Threshold(5, 4)


@pytest.mark.parametrize(
    ("valid", "tier"),
    [
        (0, "none"),
        (4, "none"),
        (5, "band"),
        (9, "band"),
        (10, "two_way"),
        (19, "two_way"),
        (20, "full"),
        (10**6, "full"),
    ],
)
def test_the_tier_follows_from_the_valid_ballots(valid: int, tier: str) -> None:
    assert tiers.tier_of(valid, Tiers()) == tier


def test_tiers_plans_and_sets_are_those_of_the_vectors() -> None:
    for case in TIERS["tiers"]:
        assert tiers.tier_of(case["valid"], Tiers(**case["tiers"])) == case["tier"]
    for case in TIERS["plans"]:
        slate = Slate.from_bytes(case["slate"].encode())
        assert [list(p) for p in tiers.plan(slate, Tier(case["tier"]), case["formula"])] == case["plan"]
    for valid, favourable, unfavourable, band in TIERS["only_band"]:
        assert tiers.only_band(valid, favourable, unfavourable) is band
    for case in TIERS["sets"]:
        boxes = [(BoxManifest.from_bytes(box["text"].encode()), box["valid"]) for box in case["boxes"]]
        for order in (boxes, boxes[::-1]):
            found = tiers.opening_sets(order)
            assert [{"boxes": [b.hex() for b in s.boxes], "valid": s.valid, "tier": s.tier} for s in found] == case[
                "sets"
            ]


def test_no_sum_and_part_of_it_are_both_opened() -> None:
    for case in TIERS["sets"]:
        opened = [box for each in case["sets"] for box in each["boxes"]]
        assert len(opened) == len(set(opened)) == len(case["boxes"])


def test_boxes_of_a_pool_under_other_rules_are_refused() -> None:
    first, second = cast().box("first"), cast().box("second")
    for other in (
        replace(second, threshold=Threshold(2, 1)),
        replace(second, tiers=Tiers(6, 20, 10)),
        replace(second, keyset=bytes(32)),
    ):
        with pytest.raises(tiers.BadPool):
            tiers.opening_sets([(first, 10), (other, 10)])


def test_closing_notes_are_read_back_and_others_refused() -> None:
    for case in CLOSING["good"]:
        box_hash, key = bytes.fromhex(case["box_hash"]), bytes.fromhex(case["box_key"])
        found = closing.open_closing(case["note"].encode(), box_hash, key)
        assert found.text() == case["text"]
        assert found.valid == case["returned"] - case["invalid"]
    for why, text in CLOSING["bad_texts"].items():
        with pytest.raises(closing.BadClosing):
            closing.Closing.parse(text)
        assert why
    for case in CLOSING["opening_hashes"]:
        closings = {bytes.fromhex(box): text.encode() for box, text in case["closings"].items()}
        assert opening.opening_hash(closings).hex() == case["hash"]


def test_a_closing_note_by_another_key_or_of_another_box_is_refused() -> None:
    first, third = CLOSING["good"][1], CLOSING["good"][2]
    box, other = bytes.fromhex(first["box_hash"]), bytes.fromhex(third["box_hash"])
    key, note = bytes.fromhex(first["box_key"]), first["note"].encode()
    forged = closing.sign(closing.Closing.parse(third["text"]), cast().BOX_SEEDS["first"])
    twice = note + note[note.rindex(b"\n\n") + 2 :]
    for raw, name, by in (
        (note, box, bytes.fromhex(third["box_key"])),
        (note, other, key),
        (forged, box, key),
        (twice, box, key),
    ):
        with pytest.raises(closing.BadClosing):
            closing.open_closing(raw, name, by)


def test_the_fixed_openings_hold_for_every_pair_of_scrutineers() -> None:
    keyset = KeySet.from_bytes(OPENING["keyset"].encode())
    for case in OPENING["sets"]:
        name, a = bytes.fromhex(case["opening_hash"]), [bytes.fromhex(x) for x in case["a"]]
        sums = Sums((3, 3, 3))
        sums.a, sums.b = a, [[bytes.fromhex(x) for x in row] for row in case["b"]]
        sums.count = case["ballots"]
        partials = opening.read_partials(bytes.fromhex(case["partials"]))
        assert all(opening.check_partial(p, keyset, name, a[p.s]) for p in partials)
        counts = {(row["s"], row["mask"]): row["count"] for row in case["sums"]}
        for absent in (0, 1, 2, 3):
            present = [p for p in partials if p.i != absent]
            assert opening.count_all(sums, keyset, name, list(counts), present) == counts


def test_a_pool_is_the_sum_of_its_boxes() -> None:
    first, second, joint = OPENING["sets"]
    for one, two, both in zip(first["sums"], second["sums"], joint["sums"], strict=True):
        assert one["count"] + two["count"] == both["count"]
    assert len({case["opening_hash"] for case in OPENING["sets"]}) == 3


def test_forged_partials_are_refused() -> None:
    keyset = KeySet.from_bytes(OPENING["keyset"].encode())
    for case in OPENING["forged"]:
        partial = Partial.parse(bytes.fromhex(case["partial"]))
        a, name = bytes.fromhex(case["a"]), bytes.fromhex(case["opening_hash"])
        assert not opening.check_partial(partial, keyset, name, a), case["why"]


def test_partials_that_break_a_rule_or_their_order_are_not_read() -> None:
    raw = bytes.fromhex(OPENING["sets"][0]["partials"])
    for bad in (
        raw[:-1],
        raw[99:198] + raw[:99],
        raw[:99] * 2,
        raw[:3] + bytes(32) + raw[35:],
        raw[:35] + bytes(32) + raw[67:],
    ):
        with pytest.raises(opening.BadPartial):
            opening.read_partials(bad)


def _sealed(n: int, t: int, grades: int) -> tuple[KeySet, list[sealing.Share]]:
    keys = [cards.derive(bytes([i]) * 20, bytes(16)) for i in range(n)]
    dealt = sealing.deal(bytes(16), [k.scrutineer(f"第{i}人") for i, k in enumerate(keys)], grades, t)
    return dealt.keyset, [
        sealing.open_share(dealt.keyset, i, k.exchange, dealt.sealed[i - 1]) for i, k in enumerate(keys, 1)
    ]


@pytest.mark.parametrize(("n", "t"), [(2, 2), (3, 2), (3, 3), (5, 3)])
def test_any_t_scrutineers_count_and_fewer_do_not(n: int, t: int) -> None:
    keyset, shares = _sealed(n, t, 3)
    sheet, choices = Paper(bytes(32), (3, 2), keyset.keys), [[1, 2], [1, 1], [3, 0], [0, 2], [2, 2]]
    sums = Sums(sheet.grade_counts)
    for number, chosen in enumerate(choices):
        sums.add_body(sheet, body.make(sheet, bytes([number]) * 32, chosen))
    places, name = [(0, 1), (0, 3), (0, 4), (1, 1), (1, 2), (1, 3)], bytes(32)
    expected = {(s, m): sum(c[s] > 0 and m >> (c[s] - 1) & 1 for c in choices) for s, m in places}
    partials = [opening.decrypt(share, name, s, m, sums.a[s]) for share in shares for s, m in places]
    for present in combinations(range(1, n + 1), t):
        chosen_partials = [p for p in partials if p.i in present]
        assert opening.count_all(sums, keyset, name, places, chosen_partials) == expected
    with pytest.raises(NoCount):
        opening.count_all(sums, keyset, name, places, [p for p in partials if p.i < t])
    forged = [replace(p, d=sums.a[p.s]) if p.i == 1 else p for p in partials]
    if n > t:
        assert opening.count_all(sums, keyset, name, places, forged) == expected


def test_an_empty_box_cannot_be_opened() -> None:
    _, shares = _sealed(2, 2, 1)
    with pytest.raises(group.BadPoint):
        opening.decrypt(shares[0], bytes(32), 0, 1, Sums((1,)).a[0])


def test_partials_travel_sealed_and_only_to_whom_they_are_sent() -> None:
    keyset, shares = _sealed(3, 2, 1)
    keys = [cards.derive(bytes([i]) * 20, bytes(16)) for i in range(3)]
    name = bytes(32)
    mine = [opening.decrypt(shares[0], name, s, 1, group.mul_base(5 + s)) for s in (0, 1)]
    sealed = opening.seal_partials(mine, name, 1, 2, keyset.scrutineers[1].exchange)
    assert opening.open_partials(sealed, name, 1, 2, keys[1].exchange) == mine
    for sender, receiver, key in ((1, 2, keys[2]), (3, 2, keys[1]), (1, 3, keys[1])):
        with pytest.raises(opening.BadPartial):
            opening.open_partials(sealed, name, sender, receiver, key.exchange)
    foreign = opening.seal_partials(mine, name, 3, 2, keyset.scrutineers[1].exchange)
    with pytest.raises(opening.BadPartial):
        opening.open_partials(foreign, name, 3, 2, keys[1].exchange)


@settings(max_examples=scaled(20, 300), deadline=None)
@given(st.integers(0, 5000), st.integers(0, 5000))
def test_small_counts_are_found_and_others_are_not(count: int, greatest: int) -> None:
    point = group.mul_base(count)
    assert opening.is_count(point, count)
    assert not opening.is_count(point, count + 1)
    if count <= greatest:
        assert opening.find_count(point, greatest) == count
    else:
        with pytest.raises(NoCount):
            opening.find_count(point, greatest)


def test_a_negative_sum_is_no_count() -> None:
    with pytest.raises(NoCount):
        opening.find_count(group.mul_base(group.L - 1), 1000)


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


def test_a_band_box_opens_only_what_its_formula_needs() -> None:
    assert tiers.plan(SLATE, Tier.BAND, "fav-valid") == [(0, 3), (1, 3), (2, 3)]
    both = tiers.plan(SLATE, Tier.BAND, "fav-expressed")
    assert both == tiers.plan(SLATE, Tier.TWO_WAY, "fav-valid")
    assert all(a < b for a, b in pairwise(both))
    assert tiers.plan(SLATE, Tier.NONE, "fav-valid") == []
