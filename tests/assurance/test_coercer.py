"""Did the member obey? Everything published, the receipt and every page's photograph tell no more than a coin."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from pingjia.core.tests import scale
from pingjia.polls.tests import cast
from tests.assurance import coercion
from tests.assurance.coercion import Learner, Shown, Station
from tests.browser.booth_cast import Member
from tests.browser.conftest import built_pages, devices, member  # noqa: F401 (fixtures of the booth's own tests)

DEMANDED = (1, 1, 1)
FAR = 6.1  # standard deviations: one run in 10⁹ gets there by chance


def electorate(station: Station, count: int, draw: Callable[[], Callable[[], int]]) -> tuple[list[Shown], list[Shown]]:
    """Return the ballots of ``count`` who obeyed and of ``count`` who did anything else."""
    chance: random.Random = scale.chance()

    def one(choices: tuple[int, ...]) -> Shown:
        return station.vote(secrets.token_bytes(32), secrets.token_bytes(256), choices, draw())

    others = [row for row in ((a, b, c) for a in range(4) for b in range(4) for c in range(4)) if row != DEMANDED]
    return [one(DEMANDED) for _n in range(count)], [one(chance.choice(others)) for _n in range(count)]


def judged(obeyed: list[Shown], refused: list[Shown]) -> float:
    """Let the learner study half of both and judge the other half; return how far from guessing it was."""
    half = len(obeyed) // 2
    learner = Learner(obeyed[:half], refused[:half])
    right = sum(learner.says_obeyed(one) for one in obeyed[half:])
    right += sum(not learner.says_obeyed(one) for one in refused[half:])
    total = 2 * (len(obeyed) - half)
    found = coercion.sigmas(right, total)
    scale.measured(f"{right} of {total} judged right, {found:+.1f} σ")
    return found


def test_a_program_that_studies_every_bit_of_ballot_and_receipt_does_no_better_than_chance() -> None:
    count = scale.scaled(60, 2000)
    station = Station.build()
    obeyed, refused = electorate(station, count, lambda: coercion.random_scalar)
    assert abs(judged(obeyed, refused)) < FAR
    assert not any(coercion.guess_randomness(station.paper, one) for one in obeyed + refused)
    assert len({len(one.head + one.body + one.receipt) for one in obeyed + refused}) == 1


def test_the_same_program_wins_where_the_numbers_of_a_proof_are_drawn_too_short() -> None:
    count = scale.scaled(60, 400)
    assert judged(*electorate(Station.build(), count, coercion.biased)) > FAR


def test_with_the_randomness_kept_the_coercer_always_wins() -> None:
    station, chance = Station.build(), scale.chance()
    for _n in range(scale.scaled(20, 500)):
        randoms: list[int] = []
        choices = [chance.randrange(4) for _s in coercion.SUBJECTS]
        shown = station.vote(secrets.token_bytes(32), secrets.token_bytes(256), choices, coercion.kept(randoms))
        assert coercion.open_with(station.paper, shown, randoms[: len(coercion.SUBJECTS)]) == choices
        # Another's randomness opens nothing.
        assert coercion.open_with(station.paper, shown, [coercion.random_scalar()] * 3) is None


def test_with_bad_randomness_the_coercer_needs_nobodys_help() -> None:
    station = Station.build()
    small = random.Random(1)
    shown = station.vote(b"\1" * 32, b"\2" * 256, (2, 0, 3), lambda: small.randrange(1, coercion.GUESSES))
    assert coercion.guess_randomness(station.paper, shown) == [2, 0, 3]
    again = station.vote(b"\1" * 32, b"\2" * 256, (2, 2, 3), lambda: 77_777)
    assert coercion.guess_randomness(station.paper, again) == [0, 0, 2]  # subjects that agree and one that differs


CODES = re.compile(r"[0-9A-Z]{4}(?:[\s·-]?[0-9A-Z]{4}){3}|[0-9a-f]{32,}|[A-Za-z0-9+/_-]{40,}")


def photograph(voter: Member) -> dict[str, Any]:
    """Return all that a member can be made to show at this moment: page, address, and everything the browser keeps."""
    page = voter.page
    kept = page.evaluate("() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), name])")
    marked = page.evaluate("() => [...document.querySelectorAll('input')].map(i => [i.name, i.value, i.checked])")
    shapes = [{key: _shape(value) for key, value in sorted(row.items())} for row in voter.device()]
    words = CODES.sub("#", page.locator("body").inner_text())
    return {"words": words, "marked": marked, "address": page.url, "kept": CODES.sub("#", kept), "device": shapes}


def _shape(value: Any) -> Any:
    """Return a kept value without what is random in every ballot: its type and length, or itself where it is plain."""
    if isinstance(value, str):
        return f"{len(value)} characters" if len(value) >= 16 else value
    if isinstance(value, dict):
        return {key: _shape(one) for key, one in sorted(value.items())}
    if isinstance(value, list):
        return [_shape(one) for one in value]
    return value


@pytest.mark.browser
@pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True)
def test_photographs_of_every_page_and_the_device_do_not_tell_who_obeyed(
    two_doors: Any,
    member: Callable[..., Member],  # noqa: F811
) -> None:
    stage = cast.opened(3)
    albums, glance = [], []
    for n, obeys in enumerate((True, False)):
        voter = member(two_doors, stage, n).scan()
        voter.heading("请领票")
        album = [photograph(voter)]
        voter.draw()
        album.append(photograph(voter))
        voter.choose("满意", "满意", "满意")  # for the coercer's photograph
        album.append(photograph(voter))
        if not obeys:
            voter.choose("不满意", "不满意", "弃权")
        glance.append(photograph(voter))
        voter.cast()
        album.append(photograph(voter))
        voter.page.goto(f"{two_doors.booth}/")
        voter.heading("已投出")
        album.append(photograph(voter))
        albums.append(album)
        assert not voter.errors
    assert albums[0] == albums[1]
    assert glance[0] != glance[1]  # the photograph can tell: somebody who looks on in the last moment sees the vote
