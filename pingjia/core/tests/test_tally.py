"""Counts become verdicts in whole numbers; published results of real evaluations come out as they were printed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.ballot.objects import Threshold
from pingjia.core.ballot.slate import Subject
from pingjia.core.tally import CountRefused, Custody, CustodyFault, Formula, Rate, SubjectCount, rate

EIGHTY = Threshold(num=4, den=5)
THREE = Subject("work", ("s", "b"), ("s", "b", "d"), "工会工作")


def test_xiangyang_2018_by_every_printed_formula() -> None:
    """襄阳邮政 襄城 2018: 141 issued, 137 returned, 127 satisfied, 10 basically satisfied, none dissatisfied."""
    custody = Custody(roll_size=141, invited=141, issued=141, paper=0, returned=137, invalid=0)
    count = SubjectCount.of(THREE, (127, 10, 0), custody.valid)
    assert (count.favourable, count.unfavourable, count.blank, count.valid) == (137, 0, 0, 137)
    assert count.rate(Formula.FAV_VALID).percent(2) == "100.00"
    assert Rate(127, custody.valid).percent(2) == "92.70"  # satisfied alone
    assert Rate(127, custody.issued).percent(2) == "90.07"
    assert Rate(137, custody.issued).percent(2) == "97.16"
    assert custody.faults() == ()
    assert custody.participation.percent() == "100.0"


@pytest.mark.parametrize(
    ("favourable", "base", "places", "printed"),
    [
        (79, 80, 2, "98.75"),  # 翠苑街道 2018, four grades
        (792, 805, 2, "98.38"),  # 浦东新区 2005 printed 98.39, rounded up from 98.385; ours is cut off
        (40, 40, 1, "100.0"),  # 郑飞, consent to the title
        (25, 25, 1, "100.0"),  # 郑飞, acceptance
        (153, 153, 1, "100.0"),  # 天津, 153 of 153
    ],
)
def test_other_published_results(favourable: int, base: int, places: int, printed: str) -> None:
    assert Rate(favourable, base).percent(places) == printed
    assert Rate(favourable, base).meets(EIGHTY) is True


def test_exactly_eighty_percent_is_reached_and_a_vote_less_is_not() -> None:
    assert Rate(80, 100).meets(EIGHTY) is True
    assert Rate(79, 100).meets(EIGHTY) is False
    assert Rate(4, 5).percent() == "80.0"


def test_79_96_percent_fails_and_does_not_look_like_80() -> None:
    share = Rate(1999, 2500)
    assert share.meets(EIGHTY) is False
    assert share.percent() == "79.9"
    assert share.percent(2) == "79.96"
    assert share.percent(0) == "79"


@pytest.mark.parametrize("formula", Formula)
def test_nobody_voted_is_no_result(formula: Formula) -> None:
    share = SubjectCount.of(THREE, (0, 0, 0), 0).rate(formula)
    assert (share.meets(EIGHTY), share.percent()) == (None, None)


def test_all_abstain_is_zero_with_blanks_in_and_no_result_with_blanks_out() -> None:
    count = SubjectCount.of(THREE, (0, 0, 0), 12)
    assert count.blank == 12
    assert count.rate(Formula.FAV_VALID) == Rate(0, 12)
    assert count.rate(Formula.FAV_VALID).meets(EIGHTY) is False
    assert count.rate(Formula.FAV_EXPRESSED).meets(EIGHTY) is None


def test_the_formula_decides_where_blanks_decide() -> None:
    count = SubjectCount.of(THREE, (6, 2, 1), 11)  # 8 of 11 with blanks, 8 of 9 without
    assert count.rate(Formula.FAV_VALID).meets(EIGHTY) is False
    assert count.rate(Formula.FAV_EXPRESSED).meets(EIGHTY) is True


COUNTS = st.lists(st.integers(0, 10**6), min_size=3, max_size=3)


@given(COUNTS, st.integers(0, 10**6), st.sampled_from(Formula), st.integers(1, 1000), st.integers(1, 1000))
def test_a_verdict_is_that_of_exact_fractions(counts: list[int], blank: int, formula: Formula, a: int, b: int) -> None:
    threshold = Threshold(num=min(a, b), den=max(a, b))
    count = SubjectCount.of(THREE, counts, sum(counts) + blank)
    assert count.favourable + count.unfavourable + count.blank == count.valid
    share = count.rate(formula)
    base = count.valid if formula is Formula.FAV_VALID else count.valid - count.blank
    if base == 0:
        assert share.meets(threshold) is None
        return
    exact = Fraction(count.favourable, base)
    assert share.meets(threshold) == (exact >= Fraction(threshold.num, threshold.den))


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 4), st.integers(0, 1000))
def test_the_printed_percentage_reaches_a_whole_threshold_only_if_the_count_does(
    favourable: int, others: int, places: int, percent: int
) -> None:
    """Whoever compares the printed text with 80 comes to the same verdict as the integers."""
    share = Rate(favourable, favourable + others)
    printed = share.percent(places)
    assert printed is not None
    assert (
        Fraction(printed)
        <= Fraction(100 * favourable, favourable + others)
        < Fraction(printed) + Fraction(1, 10**places)
    )
    if 0 < percent <= 100:
        assert (Fraction(printed) >= percent) == share.meets(Threshold(num=percent, den=100))


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_hundred_percent_is_printed_for_all_only(favourable: int, others: int) -> None:
    assert Rate(favourable, favourable + others).percent() != "100.0"
    assert Rate(others, others).percent() == "100.0"


@pytest.mark.parametrize(("counts", "valid"), [((1, 1, 1), 2), ((-1, 0, 0), 5), ((1, 1), 5), ((1, 1, 1, 1), 5)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, ...], valid: int) -> None:
    with pytest.raises(CountRefused):
        SubjectCount.of(THREE, counts, valid)


@pytest.mark.parametrize(("favourable", "blank", "valid"), [(6, 0, 5), (3, 3, 5), (-1, 0, 5), (0, -1, 5), (0, 6, 5)])
def test_shares_that_cannot_be_are_refused(favourable: int, blank: int, valid: int) -> None:
    with pytest.raises(CountRefused):
        rate(favourable, blank, valid, Formula.FAV_VALID)


@pytest.mark.parametrize(
    ("numbers", "faults"),
    [
        ((10, 10, 10, 0, 11, 0), [CustodyFault.RETURNED_ABOVE_ISSUED]),
        ((10, 10, 11, 0, 10, 0), [CustodyFault.ISSUED_ABOVE_ROLL]),
        ((10, 10, 9, 2, 9, 0), [CustodyFault.ISSUED_ABOVE_ROLL]),
        ((10, 10, 8, 2, 8, 9), [CustodyFault.INVALID_ABOVE_RETURNED]),
        ((10, -1, 8, 2, 8, 0), [CustodyFault.NEGATIVE]),
        ((1, 1, 2, 0, 3, 4), list(CustodyFault)[1:]),
        ((0, 0, 0, 0, 0, 0), []),
        ((10, 12, 10, 0, 10, 10), []),  # a pile of slips may hold more than were needed
    ],
)
def test_custody_numbers_that_contradict_each_other_are_all_named(
    numbers: tuple[int, int, int, int, int, int], faults: list[CustodyFault]
) -> None:
    assert list(Custody(*numbers).faults()) == faults


def test_more_returned_than_issued_voids_the_vote() -> None:
    assert Custody(10, 10, 5, 0, 6, 0).void
    assert not Custody(10, 10, 6, 0, 6, 0).void
