"""Bands of size."""

from __future__ import annotations

import pytest

from pingjia.units.bands import TABLE, band


def test_every_size_lies_in_one_band() -> None:
    assert band(0) is None
    for size in range(1, 60_000, 7):
        found = band(size)
        assert found is not None
        assert found.least <= size
        assert found.most is None or size <= found.most
        assert found.fewest <= found.largest
    assert [band(least).least for least, _f, _l in TABLE] == [least for least, _f, _l in TABLE]


@pytest.mark.parametrize(("members", "committee"), [(10, (1, 1)), (25, (3, 3)), (100, (3, 5)), (101, (5, 7))])
def test_the_rule_at_its_edges(members: int, committee: tuple[int, int]) -> None:
    found = band(members)
    assert found is not None
    assert (found.fewest, found.largest) == committee
