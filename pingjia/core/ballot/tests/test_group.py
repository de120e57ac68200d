"""The group: points and scalars that break the rule never enter arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.ballot import group
from pingjia.core.ballot.group import BASE, IDENTITY, LOW_ORDER_Y, ORDER_EIGHT_Y, L, P, scalar_bytes
from pingjia.core.tests.scale import scaled

SCALARS = st.integers(1, L - 1)
TORSION = [scalar_bytes(ORDER_EIGHT_Y)]
while TORSION[-1] != IDENTITY:
    TORSION.append(group.add(TORSION[-1], TORSION[0]))


def test_the_torsion_group_has_eight_elements_and_all_are_refused() -> None:
    assert len(TORSION) == 8
    for element in TORSION:
        with pytest.raises(group.BadPoint):
            group.point(element)
        with pytest.raises(group.BadPoint):
            group.mul(8, element)


@pytest.mark.parametrize("y", [*LOW_ORDER_Y, *range(P, 2**255), 2])
@pytest.mark.parametrize("sign", [0, 1])
def test_low_order_and_noncanonical_points_are_refused(y: int, sign: int) -> None:
    raw = scalar_bytes(y | sign << 255)
    with pytest.raises(group.BadPoint):
        group.point(raw)
    with pytest.raises(group.BadPoint):
        group.mul(1, raw)


@settings(max_examples=scaled(25, 1000), deadline=None)
@given(SCALARS, st.integers(0, 6))
def test_a_good_point_plus_torsion_is_refused(x: int, which: int) -> None:
    good = group.mul_base(x)
    assert group.point(good) == good
    with pytest.raises(group.BadPoint):
        group.point(group.add(good, TORSION[which]))
    with pytest.raises(group.BadPoint):
        group.mul(x, group.add(good, TORSION[which]))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_point_or_scalar_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(group.BadPoint):
        group.point((BASE + b"\0")[:length])
    with pytest.raises(group.BadScalar):
        group.scalar(bytes([1]) * length)


@pytest.mark.parametrize("x", [0, L, L + 1, 2 * L, 2**255, 2**256 - 1])
def test_scalars_outside_the_range_are_refused(x: int) -> None:
    with pytest.raises(group.BadScalar):
        group.scalar(x.to_bytes(32, "little"))


@settings(max_examples=scaled(25, 2000), deadline=None)
@given(SCALARS, SCALARS)
def test_the_group_obeys_its_laws(x: int, y: int) -> None:
    assert group.scalar(scalar_bytes(x)) == x
    assert group.add(group.mul_base(x), group.mul_base(y)) == group.mul_base((x + y) % L)
    assert group.sub(group.mul_base(x), group.mul_base(y)) == group.mul_base((x - y) % L)
    assert group.mul(x, group.mul_base(y)) == group.mul_base(x * y % L)
    assert group.add(group.mul_base(x), IDENTITY) == group.mul_base(x)


def test_chance_gives_scalars_of_the_range() -> None:
    drawn = {group.random_scalar() for _ in range(50)}
    assert len(drawn) == 50
    assert all(0 < x < L for x in drawn)
