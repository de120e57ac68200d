"""From the closing note to the counts: only sums are opened, and only those of the tier."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.ballot import body, cards, closing, group, opening, sealing, tiers
from pingjia.core.ballot.body import Paper
from pingjia.core.ballot.keyset import KeySet
from pingjia.core.ballot.objects import BoxManifest, Slate, Threshold, Tiers
from pingjia.core.ballot.opening import NoCount, Partial
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tests.vectors import cast, load
from pingjia.core.ballot.tiers import Tier
from pingjia.core.tests.scale import scaled

TIERS, CLOSING, OPENING, RESULT = load("tiers"), load("closing"), load("opening"), load("result")
SLATE = Slate.from_bytes(RESULT["slate"].encode())


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


def test_a_band_box_opens_only_what_its_formula_needs() -> None:
    assert tiers.plan(SLATE, Tier.BAND, "fav-valid") == [(0, 3), (1, 3), (2, 3)]
    both = tiers.plan(SLATE, Tier.BAND, "fav-expressed")
    assert both == tiers.plan(SLATE, Tier.TWO_WAY, "fav-valid")
    assert all(a < b for a, b in pairwise(both))
    assert tiers.plan(SLATE, Tier.NONE, "fav-valid") == []
