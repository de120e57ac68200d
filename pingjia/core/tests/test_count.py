"""Copied ballots are counted as they stand, and everything that is no grade stops the count with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.ballot.slate import Slate, Subject
from pingjia.core.count import MOST_FAULTS, BlankRule, Fault, FaultCode, TableRefused, count_ballots, read_table
from pingjia.core.tally import Formula

SLATE = Slate(
    "ballot",
    (
        Subject("work", ("s", "b"), ("s", "b", "d"), "工会工作"),
        Subject("home", ("s", "b"), ("s", "b", "d"), "建家工作"),
        Subject("chair", ("vs", "s"), ("vs", "s", "b", "d"), "主席履职"),
    ),
    "2026 年度评家",
)
RULE = BlankRule()


def _count(text: str, rule: BlankRule = RULE) -> list[tuple[dict[str, int], int]]:
    return [
        (subject.by_grade, subject.blank) for subject in count_ballots(SLATE, read_table(text.encode()), rule).subjects
    ]


def _faults(text: str, rule: BlankRule = RULE) -> list[Fault]:
    with pytest.raises(TableRefused) as caught:
        count_ballots(SLATE, read_table(text.encode()), rule)
    return list(caught.value.faults)


EXPECTED = [({"s": 2, "b": 0, "d": 0}, 0), ({"s": 0, "b": 1, "d": 0}, 1), ({"vs": 1, "s": 0, "b": 0, "d": 1}, 0)]


@pytest.mark.parametrize(
    "text",
    [
        "work,home,chair\ns,b,vs\ns,,d\n",
        "工会工作,建家工作,主席履职\ns,b,vs\ns,,d",
        ",work,home,chair\n17,s,b,vs\n18,s,,d\n",
        "chair,work,home\r\nvs,s,b\r\nd,s,\r\n\r\n\r\n",
        ' work , "home",chair\n s ,b,vs\n"s", ,d\n',
        "\ufeffwork,home,chair\ns,b,vs\ns,,d\n",
    ],
)
def test_the_same_ballots_in_other_spellings_count_alike(text: str) -> None:
    assert _count(text) == EXPECTED


def test_a_table_saved_by_a_chinese_spreadsheet_counts_alike() -> None:
    raw = "工会工作,建家工作,主席履职\ns,b,vs\ns,,d\n".encode("gb18030")
    assert [(s.by_grade, s.blank) for s in count_ballots(SLATE, read_table(raw), RULE).subjects] == EXPECTED


def test_a_wholly_blank_ballot_is_valid() -> None:
    count = count_ballots(SLATE, read_table(b"work,home,chair\n,,\n"), RULE)
    assert (count.ballots, [subject.blank for subject in count.subjects]) == (1, [1, 1, 1])


def test_no_ballots_count_to_nothing() -> None:
    assert _count("work,home,chair\n") == [
        ({"s": 0, "b": 0, "d": 0}, 0),
        ({"s": 0, "b": 0, "d": 0}, 0),
        ({"vs": 0, "s": 0, "b": 0, "d": 0}, 0),
    ]


def test_a_code_means_blank_only_where_the_rule_says_so() -> None:
    text = "work,home,chair\n0,弃权,s\n"
    assert [blank for _, blank in _count(text, BlankRule(("0", "弃权")))] == [1, 1, 0]
    assert [fault.code for fault in _faults(text)] == [FaultCode.UNKNOWN_GRADE] * 2


def test_an_unknown_grade_in_row_17_is_named_with_its_place_and_what_is_allowed() -> None:
    rows = ["work,home,chair"] + ["s,b,vs"] * 15 + ["s,满意,vs"] + ["s,b,vs"] * 3
    assert _faults("\n".join(rows)) == [Fault(FaultCode.UNKNOWN_GRADE, 17, 2, "满意", ("s", "b", "d"))]


def test_a_grade_of_another_subject_is_no_grade_here() -> None:
    assert _faults("work,home,chair\nvs,s,vs\n") == [Fault(FaultCode.UNKNOWN_GRADE, 2, 1, "vs", ("s", "b", "d"))]


def test_grades_are_not_guessed_from_case() -> None:
    assert [fault.found for fault in _faults("work,home,chair\nS,s,Vs\n")] == ["S", "Vs"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["no-header"]),
        (",,\ns,s,s\n", ["no-header"]),
        ("work,home\ns,s\n", ["missing-column"]),
        ("work,home,chair,vice\n", ["unknown-column"]),
        ("work,home,chair,\ns,s,s,\n", ["unknown-column"]),  # an unnamed column may only be the first
        ("work,home,chair,工会工作\n", ["double-column"]),
        ("work,home,chair\ns,s\ns,s,s,s\n", ["row-length", "row-length"]),
        ("work,home,chair\ns,s,s\n\ns,s,s\n", ["empty-row"]),
        ('work,home,chair\n"s,s,s\n', ["not-csv"]),
        ("work,home,chair\ns,s,\x00\n", ["not-csv"]),
        ("work,home,chair\ns,s,s,s\nx,y,z\n", ["row-length"] + ["unknown-grade"] * 3),
    ],
)
def test_what_is_wrong_is_named(text: str, codes: list[str]) -> None:
    assert [str(fault.code) for fault in _faults(text)] == codes


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(TableRefused) as caught:
        read_table(b"work\n\xff\xff\xff\n")
    assert caught.value.faults == (Fault(FaultCode.NOT_TEXT),)


def test_a_blank_code_that_is_a_grade_is_refused() -> None:
    assert [fault.code for fault in _faults("work,home,chair\n", BlankRule(("d",)))] == [FaultCode.BLANK_IS_GRADE]


def test_a_table_full_of_errors_lists_the_first_only() -> None:
    assert len(_faults("work,home,chair\n" + "x,y,z\n" * 500)) == MOST_FAULTS


BALLOTS = st.lists(st.tuples(*(st.sampled_from(["", *subject.grades]) for subject in SLATE.subjects)), max_size=60)


@given(BALLOTS, st.permutations(range(3)), st.sampled_from(Formula))
def test_counts_are_those_of_the_ballots_in_any_order(
    ballots: list[tuple[str, ...]], order: list[int], formula: Formula
) -> None:
    header = [SLATE.subjects[place].code for place in order]
    rows = [header, *([ballot[place] for place in order] for ballot in ballots)]
    count = count_ballots(SLATE, rows, BlankRule(formula=formula))
    for place, subject in enumerate(count.subjects):
        for grade in subject.subject.grades:
            assert subject.by_grade[grade] == sum(ballot[place] == grade for ballot in ballots)
        assert subject.valid == len(ballots)
