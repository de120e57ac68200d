"""Ballot bodies: what is honest passes, what is not is refused, and sums are sums."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.ballot import body, group
from pingjia.core.ballot.body import InvalidBody, Paper
from pingjia.core.ballot.group import L
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tests.vectors import load, published
from pingjia.core.tests.scale import scaled

PROTOTYPE = published("pj2_bodies")["sets"]
VECTORS = load("body")
BOX, PK = bytes(range(32)), bytes(range(32, 64))
SECRETS = [7**k for k in range(20, 27)]
KEYS = tuple(group.mul_base(x % L) for x in SECRETS)


def paper(*grade_counts: int) -> Paper:
    return Paper(BOX, grade_counts, KEYS[: max(grade_counts)])


def _prototype_paper(group_: dict[str, Any], box_hash: str) -> Paper:
    keys = tuple(bytes.fromhex(key) for key in group_["Hs"])
    return Paper(bytes.fromhex(box_hash), (group_["grades"],) * group_["subjects"], keys)


@pytest.mark.parametrize("case", PROTOTYPE, ids=lambda case: case["name"])
def test_every_valid_body_of_the_independent_prototype_is_accepted(case: dict[str, Any]) -> None:
    for one in case["valid"]:
        body.check(_prototype_paper(case, case["box_hash"]), bytes.fromhex(one["pk"]), bytes.fromhex(one["body"]))


@pytest.mark.parametrize("case", PROTOTYPE, ids=lambda case: case["name"])
def test_every_broken_body_of_the_independent_prototype_is_refused(case: dict[str, Any]) -> None:
    for one in case["broken"]:
        sheet = _prototype_paper(case, one["box_hash"])
        assert not body.is_valid(sheet, bytes.fromhex(one["pk"]), bytes.fromhex(one["body"])), one["why"]


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_hold(name: str) -> None:
    case = VECTORS[name]
    keys, counts = tuple(bytes.fromhex(key) for key in case["keys"]), tuple(case["grade_counts"])
    sheet = Paper(bytes.fromhex(case["box_hash"]), counts, keys)
    sums = Sums(counts)
    for one in case["good"]:
        scalars = iter(one["scalars_in_order_of_drawing"])

        def draw(scalars: Any = scalars) -> int:
            return int.from_bytes(bytes.fromhex(next(scalars)), "little")

        made = body.make(sheet, bytes.fromhex(one["pk"]), one["choices"], draw)
        assert made.hex() == one["body"]
        assert next(scalars, None) is None
        sums.add_body(sheet, made)
    assert [a.hex() for a in sums.a] == case["sums"]["a"]
    for one in case["broken"]:
        other = Paper(bytes.fromhex(one["box_hash"]), counts, keys)
        assert not body.is_valid(other, bytes.fromhex(one["pk"]), bytes.fromhex(one["body"])), one["why"]


@settings(max_examples=scaled(12, 300), deadline=None)
@given(st.data())
def test_every_honest_ballot_passes_and_adds_up(data: st.DataObject) -> None:
    counts = tuple(data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=4)))
    sheet = paper(*counts)
    choices = [data.draw(st.integers(0, count)) for count in counts]
    raw = body.make(sheet, PK, choices)
    body.check(sheet, PK, raw)
    sums = Sums(counts)
    sums.add_body(sheet, raw)
    for s, choice in enumerate(choices):
        for k in range(1, counts[s] + 1):
            plain = group.sub(sums.b[s][k - 1], group.mul(SECRETS[k - 1] % L, sums.a[s]))
            assert plain == group.mul_base(int(choice == k))


@settings(max_examples=scaled(15, 1000), deadline=None)
@given(st.lists(st.integers(-5, 5), min_size=3, max_size=3), st.integers(0, 3))
def test_a_cheating_prover_is_refused_whatever_branch_is_played_true(exponents: list[int], branch: int) -> None:
    sheet, unit = paper(3, 3), [int(k == branch) for k in (1, 2, 3)]
    raw = body.prove(sheet, PK, [exponents, [0, 0, 0]], [branch, 0])
    assert body.is_valid(sheet, PK, raw) == (exponents == unit)


@pytest.mark.parametrize("exponents", [[1, 1, 0], [1, 1, 1], [2, 0, 0], [0, 5, 0], [-1, 0, 0], [1, 0, -1], [0, 2, -1]])
@pytest.mark.parametrize("branch", [0, 1, 2, 3])
def test_none_of_the_known_cheats_passes(exponents: list[int], branch: int) -> None:
    sheet = paper(3)
    assert not body.is_valid(sheet, PK, body.prove(sheet, PK, [exponents], [branch]))


@pytest.mark.parametrize("branch", [0, 1, 2, 3])
def test_the_honest_control_of_the_cheats_passes(branch: int) -> None:
    sheet = paper(3)
    assert body.is_valid(sheet, PK, body.prove(sheet, PK, [[int(k == branch) for k in (1, 2, 3)]], [branch]))


def test_a_ballot_copied_under_another_pk_is_refused() -> None:
    raw = body.make(paper(3, 3), PK, [1, 2])
    with pytest.raises(InvalidBody, match="proof"):
        body.check(paper(3, 3), bytes(32), raw)


def test_a_ballot_made_for_an_equal_slate_is_refused_under_an_unequal_one() -> None:
    keys = KEYS[:3]
    raw = body.make(Paper(BOX, (3, 3), keys), PK, [1, 2])
    assert not body.is_valid(Paper(BOX, (3, 1), keys), PK, raw)


@settings(max_examples=scaled(40, 4000), deadline=None)
@given(st.integers(0, 96 * 4 * 2 * 8 - 1))
def test_every_flipped_bit_is_refused(bit: int) -> None:
    sheet = paper(3, 3)
    raw = bytearray(HONEST)
    raw[bit // 8] ^= 1 << bit % 8
    assert not body.is_valid(sheet, PK, bytes(raw))


HONEST = body.make(paper(3, 3), PK, [1, 0])


@pytest.mark.parametrize("choices", [[1], [1, 1, 1], [4, 0], [-1, 0]])
def test_a_choice_that_the_slate_does_not_offer_is_no_ballot(choices: list[int]) -> None:
    with pytest.raises(ValueError, match=r"choice|grade"):
        body.make(paper(3, 3), PK, choices)


def test_two_bodies_of_one_choice_share_no_point() -> None:
    first, second = (body.make(paper(3), PK, [2]) for _ in range(2))
    assert not {first[i : i + 32] for i in range(0, 384, 32)} & {second[i : i + 32] for i in range(0, 384, 32)}
