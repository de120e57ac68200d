"""Small boxes stay small secrets: nothing is opened, sent, stored or shown but what the number of valid ballots allows.

The strongest form of it: two votes that may publish the same look the same to everybody, whatever lay in their boxes.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from pingjia.core.ballot.objects import BoxManifest
from pingjia.core.ballot.result import Result
from pingjia.core.ballot.tests.vectors import load
from pingjia.core.ballot.tiers import Tier, opening_sets, plan, tier_of
from pingjia.core.tests import scale
from pingjia.polls import closing, rehearsal
from pingjia.polls import opening as openings
from pingjia.polls.models import Opening
from pingjia.polls.tests import cast
from tests.assurance import differencing, lookers

pytestmark = pytest.mark.django_db(databases=["default", "box"])

GOOD, FAIR, BAD, BLANK = ([grade] * 3 for grade in (1, 2, 3, 0))


def played(code: str, choices: list[list[int]], spoilt: int = 0) -> tuple[cast.Stage, lookers.ListeningBooth]:
    """Play a whole vote of a union of its own up to the declaration; the last ``spoilt`` ballots prove nothing."""
    voters = len(choices) + spoilt
    town = cast.found_town(max(1, voters), code)
    poll = cast.draft(town)
    cast.prepare.freeze_roll(poll, by=town.officer)
    stage = cast.Stage(town, poll, cast.invited(town, poll))
    stage.cards = rehearsal.play_sealing(stage.invitations)
    poll.refresh_from_db()
    stage.codes = [code for _entry, code in cast.prepare.print_named_slips(poll, by=town.officer)]
    cast.sealing.open_poll(poll, by=town.officer)
    rehearsal.rehearse(poll, choices, codes=stage.codes)
    papers = rehearsal.Papers.of(poll)
    for code_of_slip in stage.codes[len(choices) : voters]:
        voter = rehearsal.Voter(papers, code_of_slip).draw()
        voter.drop(voter.record_of(b"\2" * (96 * 4 * 3)))
    closing.close_poll(poll, by=town.officer)
    return stage, lookers.count(stage)


def look(code: str, choices: list[list[int]]) -> dict[str, object]:
    """Return all that this vote shows and keeps, without what other votes of this test left."""
    before = lookers.rows(), lookers.files()
    everywhere = () if scale.proving() else ("public_result", "hall_now", "outcome", "desk", "report")
    stage, booth = played(code, choices)
    rows = {name: found[len(before[0][name]) :] for name, found in lookers.rows().items() if name != "SealedBox"}
    kept = list(lookers.files())
    for one in before[1]:
        kept.remove(one)
    seen: dict[str, object] = {"relay": booth.heard, "files": kept, "published": lookers.published(stage)}
    return seen | {"rows": rows, "pages": lookers.pages(stage, everywhere)}


def differences(a: dict[str, object], b: dict[str, object]) -> list[str]:
    """Name what is not the same."""
    found = []
    for kind in a:
        one, other = a[kind], b[kind]
        if isinstance(one, dict) and isinstance(other, dict):
            found += [
                f"{kind}: {name}" for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)
            ]
        elif one != other:
            found.append(kind)
    return found


# Votes that may publish the same: one line each is (what it shows, one box, another box).
ALIKE = {
    "four ballots": ([GOOD] * 4, [BAD] * 3 + [BLANK]),
    "unanimity of nine, and one against": ([GOOD] * 9, [FAIR] * 8 + [BAD]),
    "unanimity of twelve, and two apart": ([GOOD] * 12, [FAIR] * 10 + [BAD, BLANK]),
    "one ballot": ([GOOD], [BLANK]),
    "five ballots, reached": ([GOOD] * 5, [GOOD] * 2 + [FAIR] * 2 + [BAD]),
    "nine ballots, not reached": ([BAD] * 9, [GOOD] * 7 + [BAD, BLANK]),
    "nineteen with the same sides": ([GOOD] * 14 + [BAD] * 5, [FAIR] * 14 + [BAD] * 5),
}


def test_votes_that_may_publish_the_same_look_the_same_to_everybody() -> None:
    for n, (title, (one, other)) in enumerate(list(ALIKE.items())[: scale.scaled(2, len(ALIKE))]):
        assert differences(look(f"mill{n}a", one), look(f"mill{n}b", other)) == [], title


def test_the_same_look_tells_votes_apart_that_publish_something_else() -> None:
    verdicts = differences(look("mill1", [GOOD] * 5), look("mill2", [GOOD] * 3 + [BAD] * 2))
    assert {"rows: SubjectResult", "published: result"} <= set(verdicts)
    assert "pages: public_result nobody zh-hans" in verdicts
    assert "pages: public_result nobody en" in verdicts


def _edge(valid: int, spoilt: int) -> None:
    """Play a vote of this many valid ballots; hold everything opened, sent and stored against its tier."""
    stage, _booth = played(f"mill{valid}x{spoilt}", [[(n + s) % 4 for s in range(3)] for n in range(valid)], spoilt)
    opening: Opening = stage.opening
    manifest, slate = openings.paper_of(opening)
    assert (opening.valid, opening.invalid, opening.returned) == (valid, spoilt, valid + spoilt)
    tier = tier_of(valid, manifest.tiers)
    assert opening.tier == tier
    planned = set(plan(slate, tier, manifest.formula)) if valid else set()
    found = lookers.opened_masks(stage)
    whole, result = lookers.published(stage), Result.from_bytes(bytes(opening.result or b""))
    counted = {s for s, subject in enumerate(result.subjects) if subject.form in (Tier.TWO_WAY, Tier.FULL)}
    sealed = tier in (Tier.BAND, Tier.TWO_WAY)
    assert found["sealed"] == (planned if sealed else set())
    assert found["public"] == {place for place in planned if place[0] in counted}
    in_public = tier in (Tier.TWO_WAY, Tier.FULL)
    assert ("bodies.bin" in whole["entries"]) == ("partials.bin" in whole["entries"]) == in_public
    assert whole["entries"]["bodies.bin at the booth"] == (200 if in_public else 404)
    if not in_public:
        assert not any(
            char.isdigit() for char in str([subject.counts for subject in result.subjects if subject.counts])
        )
    if tier == Tier.NONE:
        assert result.subjects == ()


EDGES = [
    (4, 2),
    (9, 1),
    (19, 1),
    (0, 0),
    (5, 0),
    (10, 0),
    (20, 0),
    (4, 0),
    (9, 0),
    (19, 0),
    (0, 3),
    (5, 1),
    (10, 2),
    (20, 3),
]


def test_spoilt_ballots_move_no_box_into_a_tier_that_opens_more() -> None:
    for valid, spoilt in EDGES[: scale.scaled(2, len(EDGES))]:
        _edge(valid, spoilt)


def test_every_roll_from_nought_to_twenty_five_opens_what_its_size_allows() -> None:
    for valid in range(scale.scaled(2, 26)):
        _edge(valid, 0)


def test_no_sum_of_a_pool_gives_a_smaller_one_by_subtraction() -> None:
    chance: random.Random = scale.chance()
    manifest = BoxManifest.from_bytes(load("tiers")["sets"][0]["boxes"][0]["text"].encode())
    for _n in range(scale.scaled(100, 3000)):
        boxes = [
            replace(manifest, title=f"box {k}", pool=chance.choice(["", "a", "b"])) for k in range(chance.randint(1, 7))
        ]
        valid = {box.hash: chance.choice([0, 1, 3, 4, 5, 9, 10, 19, 20, 25]) for box in boxes}
        sets = opening_sets([(box, valid[box.hash]) for box in boxes])
        sums = [frozenset(box.hex() for box in one.boxes) for one in sets if one.tier != Tier.NONE]
        assert sum(len(one.boxes) for one in sets) == len(boxes)  # each box in exactly one set
        assert differencing.hidden(sums, {box.hex(): n for box, n in valid.items()}, manifest.tiers.band) == set()


def test_the_same_subtraction_finds_the_hidden_box_where_a_total_stands_beside_its_parts() -> None:
    valid = {"office": 30, "plant": 12, "canteen": 3}
    leaking = [frozenset(valid), frozenset({"office"}), frozenset({"plant"})]
    assert differencing.hidden(leaking, valid, 5) == {frozenset({"canteen"})}
    assert differencing.hidden(leaking[1:], valid, 5) == set()


def test_units_of_a_pool_show_only_the_joint_sum() -> None:
    """Two units of 3 and of 9: neither page, row nor message holds anything of one alone."""
    town, dock = cast.found_town(3), cast.found_town(9, "dock")
    lead = cast.draft(town, pool="harbour")
    other = cast.draft(dock, pool="harbour", lead=lead)
    for poll, where in ((lead, town), (other, dock)):
        cast.prepare.freeze_roll(poll, by=where.officer)
    codes = cast.invited(town, lead)
    cards = rehearsal.play_sealing(codes)
    for poll, where, choices in ((lead, town, [BAD] * 3), (other, dock, [GOOD] * 8 + [BAD])):
        poll.refresh_from_db()
        slips = cast.prepare.print_named_slips(poll, by=where.officer)
        cast.sealing.open_poll(poll, by=where.officer)
        rehearsal.rehearse(poll, choices, codes=[code for _entry, code in slips])
        closing.close_poll(poll, by=where.officer)
    rehearsal.play_opening(codes, cards)
    (opening,) = Opening.objects.all()
    assert opening.boxes.count() == 2
    sums = [frozenset(opening.boxes.values_list("box_hash", flat=True))]
    valid = {lead.boxes.get().box_hash: 3, other.boxes.get().box_hash: 9}
    assert differencing.hidden(sums, valid, 5) == set()
    for poll, where in ((lead, town), (other, dock)):
        poll.refresh_from_db()
        lookers.outcome.declare(poll, by=where.officer)
    stages = [cast.Stage(where, poll, codes, cards) for poll, where in ((lead, town), (other, dock))]
    joint = [lookers.pages(stage, ["public_result"])["public_result nobody zh-hans"] for stage in stages]
    assert [row.favourable for row in opening.subject_results.all()] == [8, 8, 8]
    assert joint[0].count("8/12") == joint[1].count("8/12") > 0
