"""The journal cannot be changed without showing it, and knows nothing of who drew or dropped."""

from __future__ import annotations

import pytest

from pingjia.core import canonical
from pingjia.journal.actions import first_broken_line, record
from pingjia.journal.models import Line

pytestmark = pytest.mark.django_db


def test_lines_follow_each_other_in_one_chain() -> None:
    lines = [record("roll.frozen", by="hejun", about=f"poll {n}", unit="ZC", size=n) for n in range(5)]
    assert len({line.chain for line in lines}) == 5
    assert first_broken_line() is None


@pytest.mark.parametrize(
    "change", [{"by": "qinlan"}, {"verb": "x"}, {"about": "y"}, {"unit": "XX"}, {"facts": {"size": 9}}]
)
def test_a_changed_line_breaks_the_chain_at_its_place(change: dict[str, object]) -> None:
    lines = [record("roll.frozen", by="hejun", about=f"poll {n}", unit="ZC", size=n) for n in range(4)]
    Line.objects.filter(pk=lines[2].pk).update(**change)
    assert first_broken_line() == lines[2]


def test_a_removed_line_breaks_the_chain_after_it() -> None:
    lines = [record("roll.frozen", by="hejun", about=f"poll {n}") for n in range(4)]
    Line.objects.filter(pk=lines[1].pk).delete()
    assert first_broken_line() == lines[2]


def test_two_lines_cannot_follow_the_same_one() -> None:
    line = record("roll.frozen", by="hejun", about="poll")
    with pytest.raises(Exception, match=r"(?i)unique"):
        Line.objects.create(at=line.at, by="x", verb="x", about="x", facts={}, chain=line.chain)


def test_facts_that_are_not_canonical_are_refused() -> None:
    with pytest.raises(canonical.NotCanonical):
        record("roll.frozen", by="hejun", about="poll", share=0.8)
