"""Counts become a verdict: custody numbers, favourable shares, thresholds, in whole numbers (docs/spec/ballot.md §3).

Nothing here divides before it compares: 80 % is asked as 5·F ≥ 4·base. A percentage is only ever text, cut off and not
rounded, so that 79.96 % reads "79.9 %" and never like the 80.0 % that it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pingjia.core.ballot.objects import Threshold
from pingjia.core.ballot.slate import Subject


class CountRefused(ValueError):
    """Numbers that no count can give, such as fewer valid ballots than grades."""


class Formula(StrEnum):
    """What the favourable grades are a share of."""

    FAV_VALID = "fav-valid"  # F / V: a blank weighs like a vote that is not favourable
    FAV_EXPRESSED = "fav-expressed"  # F / (V − blank): blanks stand aside


class CustodyFault(StrEnum):
    """What can be wrong with the numbers of ballots; each makes the count void or asks for a new entry."""

    NEGATIVE = "negative"
    ISSUED_ABOVE_ROLL = "issued-above-roll"
    RETURNED_ABOVE_ISSUED = "returned-above-issued"  # 收回 > 发出: the whole vote is void
    INVALID_ABOVE_RETURNED = "invalid-above-returned"


@dataclass(frozen=True)
class Custody:
    """How many ballots there were at each station, from the roll to the count. ``paper`` has its own signed count."""

    roll_size: int
    invited: int
    issued: int
    paper: int
    returned: int
    invalid: int

    @property
    def valid(self) -> int:
        """V: returned less invalid. Blank ballots are valid."""
        return self.returned - self.invalid

    @property
    def void(self) -> bool:
        """Whether more ballots came back than were given out."""
        return self.returned > self.issued

    @property
    def participation(self) -> Rate:
        """Ballots issued as a share of the roll."""
        return Rate(self.issued, self.roll_size)

    def faults(self) -> tuple[CustodyFault, ...]:
        """List everything that these numbers contradict, in the order of the stations."""
        numbers = (self.roll_size, self.invited, self.issued, self.paper, self.returned, self.invalid)
        found = {
            CustodyFault.NEGATIVE: min(numbers) < 0,
            CustodyFault.ISSUED_ABOVE_ROLL: self.issued + self.paper > self.roll_size,
            CustodyFault.RETURNED_ABOVE_ISSUED: self.void,
            CustodyFault.INVALID_ABOVE_RETURNED: self.invalid > self.returned,
        }
        return tuple(fault for fault, holds in found.items() if holds)


@dataclass(frozen=True)
class Rate:
    """A share as numerator and denominator. A denominator of 0 is no result, which is neither reached nor missed."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        """Refuse negative numbers."""
        if self.numerator < 0 or self.denominator < 0:
            raise CountRefused("a share has no negative numbers")

    def meets(self, threshold: Threshold) -> bool | None:
        """Say whether the share reaches the threshold, which itself counts as reached; None if there is no result."""
        if self.denominator == 0:
            return None
        return threshold.den * self.numerator >= threshold.num * self.denominator

    def percent(self, places: int = 1) -> str | None:
        """Return ``"79.9"`` for 79.96 %: cut off after ``places`` digits, without the sign; None if no result."""
        if self.denominator == 0:
            return None
        scale: int = 10**places
        whole, rest = divmod(self.numerator * 100 * scale // self.denominator, scale)
        return f"{whole}.{rest:0{places}d}" if places else str(whole)


def rate(favourable: int, blank: int, valid: int, formula: Formula) -> Rate:
    """Return F over the base that ``formula`` names; for boxes of which only F, U and blank are known, too."""
    if not 0 <= blank <= valid or not 0 <= favourable <= valid - blank:
        raise CountRefused("more favourable and blank votes than valid ballots")
    return Rate(favourable, valid if formula is Formula.FAV_VALID else valid - blank)


@dataclass(frozen=True)
class SubjectCount:
    """How often each grade of one subject was chosen; ``counts`` stands in the order of the subject's grades."""

    subject: Subject
    counts: tuple[int, ...]
    blank: int

    def __post_init__(self) -> None:
        """Refuse counts that do not fit the subject."""
        if len(self.counts) != len(self.subject.grades) or min(*self.counts, self.blank, 0) < 0:
            raise CountRefused("one count, not negative, for each grade and for blank")

    @classmethod
    def of(cls, subject: Subject, counts: Sequence[int], valid: int) -> SubjectCount:
        """Count blanks as the valid ballots that chose no grade; raise CountRefused if there are too few ballots."""
        return cls(subject, tuple(counts), valid - sum(counts))

    @property
    def code(self) -> str:
        """The subject's code."""
        return self.subject.code

    @property
    def by_grade(self) -> dict[str, int]:
        """Grade code → number of ballots."""
        return dict(zip(self.subject.grades, self.counts, strict=True))

    @property
    def favourable(self) -> int:
        """F: ballots that chose a favourable grade."""
        return sum(count for grade, count in self.by_grade.items() if grade in self.subject.favourable)

    @property
    def unfavourable(self) -> int:
        """U: ballots that chose one of the other grades."""
        return sum(self.counts) - self.favourable

    @property
    def valid(self) -> int:
        """V: all grades and blanks together."""
        return sum(self.counts) + self.blank

    def rate(self, formula: Formula) -> Rate:
        """Return the favourable share by ``formula``."""
        return rate(self.favourable, self.blank, self.valid, formula)
