"""Whose ballot is this? Attacks on what remains, on what the wire carries, and by a watcher with a clock.

One real installation, on SQLite or PostgreSQL as this run is, with real requests over the loopback; then programs that
try to match members with ballots. Each attack is also run where a trace was left on purpose, and must find it there.
"""

from __future__ import annotations

import base64
import math
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pingjia.ballotbox import sealed
from pingjia.core.tests import scale
from tests.assurance import attack, wiretap
from tests.assurance.crowd import MEDIAN, SIGMA, Voted, vote
from tests.assurance.deployment import Deployment, deployed
from tests.assurance.matching import Score, cheapest, most_right
from tests.assurance.wire import Exchange

VOTERS = 16  # in each poll; every poll has two boxes
LEAKY = 0  # the poll whose browsers send a device's name, for the control


@dataclass
class Aftermath:
    """What is left when a vote is over, and the truth of it."""

    dep: Deployment
    held: dict[str, Any]
    voted: list[Voted]
    wire: list[Exchange]
    tables: dict[str, Any]
    secrets: dict[str, bytes]
    remains: list[Path]
    size: int
    sightings: list[attack.Sighting] = field(default_factory=list)

    @property
    def truth(self) -> dict[str, dict[bytes, bytes]]:
        """Roll leaf → one-time key, per box."""
        return {
            box: {bytes.fromhex(one.facts["members"][b.member]["leaf"]): b.pk for b in ballots}
            for one in self.voted
            for box, ballots in one.boxes.items()
        }

    def storage_keys(self) -> dict[str, bytes]:
        """The keys that were destroyed, per box."""
        return {box: self.secrets[f"boxes/{box}/storage.key"] for one in self.voted for box in one.boxes}


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    """Play the vote from frozen rolls to destroyed keys."""
    polls = scale.scaled(6, 200) // 2
    size = scale.asked[-1]
    with deployed(tmp_path_factory.mktemp("link")) as dep:
        held = dep.stagehand("prepare", polls, VOTERS)
        dep.start()
        if dep.cluster:
            dep.cluster.take_base_backup()
        voted, wire = vote(dep, held, scale.chance(), leaky=LEAKY)
        secrets = {
            str(file.relative_to(dep.keys)): file.read_bytes()
            for file in dep.keys.rglob("*.key")
            if "boxes" in file.parts or ("polls" in file.parts and file.stem != "id")
        }
        tables = dep.stagehand("close")
        dep.snapshot()
        dep.stop()
        if dep.cluster:
            dep.cluster.stop()
        found = Aftermath(dep, held, voted, wire, tables, secrets, dep.remains(), size)
        boxes = attack.read_boxes(dep, held, tables)
        attack.keep_storage_keys(boxes, found.storage_keys())
        found.sightings = attack.search(boxes, dep, found.remains)
        yield found


def attacked(after: Aftermath, *, keys: bool = False, more: list[Path] | None = None) -> dict[tuple[str, str], Score]:
    """Run the attack on all that is left; what only a kept storage key can name is left out unless it was kept."""
    boxes = attack.read_boxes(after.dep, after.held, after.tables)
    attack.add_orders(boxes, (seen for seen in after.sightings if keys or seen.name != "slot"))
    if more:
        attack.add_orders(boxes, attack.search(boxes, after.dep, more))
    return attack.match(boxes, after.truth)


def test_what_remains_after_the_close_matches_no_member_with_a_ballot(after: Aftermath) -> None:
    scale.asked.append(after.size)
    scores = attacked(after)
    pair, top = attack.best(scores)
    scale.measured(f"{len(scores)} pairs of orders, best {top.right} of {top.ballots} right, {top.sigmas:+.1f} σ")
    found = {pair: score for pair, score in scores.items() if score.beats_chance(len(scores))}
    assert not found, f"{pair}: {top}"
    assert len(scores) > 100
    assert top.boxes == after.size


def test_the_same_attack_succeeds_where_the_storage_key_is_kept(after: Aftermath) -> None:
    scores = attacked(after, keys=True)
    hits = {pair: score for pair, score in scores.items() if score.beats_chance(len(scores))}
    assert hits
    assert all("slot" in ballots for _members, ballots in hits)
    _pair, top = attack.best(scores)
    scale.measured(f"{top.right} of {top.ballots} right, {top.sigmas:+.1f} σ")


def test_the_same_attack_succeeds_where_the_order_of_arrival_is_kept(after: Aftermath, tmp_path: Path) -> None:
    kept = after.dep.folder / "kept.sqlite3"
    arrivals = sorted((b.dropped_at, b.heads[0]) for one in after.voted for many in one.boxes.values() for b in many)
    with sqlite3.connect(kept) as planted:
        planted.execute("CREATE TABLE arrival (id INTEGER PRIMARY KEY, leaf BLOB)")
        planted.executemany("INSERT INTO arrival (leaf) VALUES (?)", [(attack.head.leaf(h),) for _at, h in arrivals])
    planted.close()
    try:
        scores = attacked(after, more=[kept])
    finally:
        kept.unlink()
    hits = [ballots for (_members, ballots), score in scores.items() if score.beats_chance(len(scores))]
    assert hits
    assert all("kept.sqlite3" in ballots for ballots in hits)


def test_nothing_but_published_files_names_a_ballot(after: Aftermath) -> None:
    named = {seen.group for seen in after.sightings if seen.of_ballots and seen.name != "slot"}
    assert named == {"home/boxes"}
    # The search does see what is there: who drew stands in the database and its log.
    assert len({seen.group for seen in after.sightings if seen.name == "blinded"}) > 1


def test_neither_request_nor_answer_ties_a_draw_to_a_drop(after: Aftermath) -> None:
    scale.asked.append(after.size)
    honest = [one for one in after.wire if one.poll != LEAKY]
    links = wiretap.links(honest)
    assert links == {}
    assert wiretap.lengths_that_vary(honest) == {}
    assert wiretap.headers_that_vary(honest) == set()


def test_the_same_tap_finds_every_pair_where_a_header_names_the_device(after: Aftermath) -> None:
    leaking = [one for one in after.wire if one.poll == LEAKY]
    links = wiretap.links(leaking)
    drops = [one for one in leaking if one.box]
    assert len(links) == len(drops)
    assert all(leaking[drop].member == leaking[draw].member for drop, draw in links.items())


def test_how_many_a_live_watcher_with_a_clock_matches(after: Aftermath) -> None:
    """Not a promise: THREAT_MODEL says that somebody who watches both doors with a clock can match. How well?"""
    right = total = 0
    for one in after.voted:
        ballots = next(iter(one.boxes.values()))
        costs = [[_surprise(b.dropped_at - a.drawn_at) for b in ballots] for a in ballots]
        guess = cheapest(costs)
        right += sum(k == j for k, j in enumerate(guess))
        total += len(guess)
    scale.asked.append(after.size)
    scale.measured(f"by times alone {right} of {total} right; by chance {len(after.voted)}; by address all")
    assert right >= most_right(len(after.voted), 1)  # else the crowd of these tests would be too easy to hide in


def _surprise(seconds: float) -> float:
    """Return −log of the density of this time between drawing and dropping."""
    if seconds <= 0:
        return 1e6
    return math.log(seconds) + (math.log(seconds) - math.log(MEDIAN)) ** 2 / (2 * SIGMA**2)


def _traces(secrets: dict[str, bytes], files: list[Path]) -> set[str]:
    """Return the names of those secrets of which a piece stands in any file: raw, in hex or in base64."""
    sought = {}
    for name, raw in secrets.items():
        pieces = [raw[at : at + 10] for at in range(len(raw) - 9) if b"\n" not in raw[at : at + 10]]
        for piece in (pieces[0], pieces[len(pieces) // 2], pieces[-1], raw.hex().encode(), base64.b64encode(raw)):
            sought[piece] = name
    return {sought[pattern] for pattern in attack.where(sought, files)}


def test_no_key_of_a_closed_box_is_left_in_any_file(after: Aftermath, tmp_path: Path) -> None:
    per_poll = 2 * 2 + 2 + 1  # receipt and storage key a box, an issuer's key a box, the pepper of the slips
    assert len(after.secrets) == per_poll * len(after.voted)
    assert _traces(after.secrets, after.remains) == set()
    planted = tmp_path / "forgotten copy"
    planted.write_bytes(bytes(100) + b"".join(after.secrets.values()))
    assert _traces(after.secrets, [planted]) == set(after.secrets)
    planted.write_text(" ".join(base64.b64encode(raw).decode() for raw in after.secrets.values()))
    assert _traces(after.secrets, [planted]) == set(after.secrets)


def test_no_code_of_a_slip_is_left_in_any_file(after: Aftermath) -> None:
    codes = [person["code"].encode() for facts in after.held["polls"] for person in facts["members"]]
    assert attack.where(codes, after.remains) == {}


def _opens(candidate: bytes, slot: bytes, blob: bytes) -> bool:
    try:
        sealed.unseal(candidate, slot, blob)
    except sealed.NotReadable:
        return False
    return True


def test_rows_in_a_backup_from_before_the_close_are_opened_by_nothing_that_is_left(after: Aftermath) -> None:
    of_box = {box: (bytes.fromhex(slot), bytes.fromhex(blob)) for box, slot, blob in after.tables["rows"]}
    assert len(of_box) == after.size
    # The backup (a snapshot of SQLite, the archived log of PostgreSQL) still holds the rows that were deleted.
    names = {pattern for _slot, blob in of_box.values() for pattern in attack.patterns_of(blob)[:-1]}
    assert len(attack.where(names, after.remains)) == len(names)
    small = [file.read_bytes() for file in after.remains if file.stat().st_size < 4096]
    candidates = {raw[at : at + 32] for raw in small for at in range(len(raw) - 31)}
    box, (slot, blob) = next(iter(of_box.items()))
    assert len(candidates) > 1000
    assert not any(_opens(key, slot, blob) for key in candidates)
    assert _opens(after.storage_keys()[box], slot, blob)  # the key that was destroyed would have done it
