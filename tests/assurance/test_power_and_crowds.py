"""Power cuts, cut database connections, and members with two tabs, two devices and no patience."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pingjia.core.ballot.head import DropStatus
from pingjia.core.ballot.issuance import IssueStatus
from pingjia.core.tests.scale import chance, scaled, seed
from pingjia.polls.rehearsal import NotDrawn, NotDropped, Papers, Voter
from tests.assurance import counting
from tests.assurance.counting import Stage
from tests.assurance.premises import MEMBERS, MORNING, Gone, Kept, Premises

TRIES = 60


@pytest.fixture
def open_house(kept: Kept) -> tuple[Premises, Stage]:
    """The server on the morning of the vote."""
    return kept.begin(MORNING)


def stands_still(pid: int) -> bool:
    """Whether every thread of the process is stopped (``T``, proc_pid_stat(5): the field after the name)."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return all((thread / "stat").read_text().rpartition(")")[2].split()[0] == "T" for thread in threads)


def cut_power(house: Premises, copy: Path) -> None:
    """Copy every file as it is at one instant: the server stands still meanwhile, in whatever it was doing."""
    pid = house.order("taken")["pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        while not stands_still(pid):  # the signal is sent, not yet obeyed: a thread may be in the middle of a call
            os.sched_yield()
        shutil.copytree(house.home, copy)
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_commit_survives_a_power_cut_by_the_settings_of_both_databases(open_house: tuple[Premises, Stage]) -> None:
    house, _stage = open_house
    for vendor, *settings in house.call("durability").values():
        assert settings == (["wal", 2] if vendor == "sqlite" else ["on"])


def test_files_copied_at_any_moment_hold_every_receipted_ballot(
    open_house: tuple[Premises, Stage], tmp_path: Path
) -> None:
    house, stage = open_house
    papers, rng = house.papers(dict(stage)), chance()
    voters = [Voter(papers, code=code, doors=house) for code in stage["codes"][:MEMBERS]]
    receipts: list[bytes] = []
    cuts: dict[int, list[bytes]] = {}
    moments = set(rng.sample(range(1, MEMBERS), scaled(3, 12)))

    def vote(n: int) -> None:
        receipts.append(voters[n].draw().vote([1 + n % 3, n % 4]))

    with ThreadPoolExecutor(4) as crowd:
        for n, done in enumerate([crowd.submit(vote, n) for n in range(MEMBERS)]):
            if n in moments:
                cuts[n] = list(receipts)  # receipts given before the cut; others are on their way
                cut_power(house, tmp_path / f"cut-{n}")
            done.result()
    assert len(receipts) == MEMBERS
    if house.postgres:  # its rows are in another process, whose own log keeps them; ours are the keys
        return
    rows = []
    for n, before in cuts.items():
        found = house.call("unseal", stage["poll_id"], str(tmp_path / f"cut-{n}"))
        assert set(before) <= {bytes.fromhex(leaf) for leaf in found} <= set(receipts)
        rows.append(len(found))
        lines = sqlite3.connect(tmp_path / f"cut-{n}" / "site.sqlite3").execute("PRAGMA integrity_check").fetchall()
        assert lines == [("ok",)]
    assert min(rows) < MEMBERS  # the control: a cut came before the end


class Device:
    """One browser of a member who tries until it has an answer: it sends, it forgets to listen, it sends again."""

    def __init__(self, house: Premises, rng: random.Random) -> None:
        self.house, self.rng = house, rng

    def _persist(self, door: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        for _try in range(TRIES):
            try:
                answer = self.house.knock(door, "POST", path, body, headers)
            except Gone:
                continue
            if self.rng.random() < 0.3:
                continue  # the answer was lost on the way
            if answer.body[:1] != bytes([DropStatus.BUSY]):
                return answer.body
        raise AssertionError("no answer after many tries")

    def issue(self, request: bytes, user: Any = None) -> bytes:
        """See ``rehearsal.Doors``."""
        assert int(DropStatus.BUSY) == IssueStatus.BUSY
        return self._persist("site", "/issue", request, {"X-Pingjia": "draw"})

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``rehearsal.Doors``."""
        return self._persist("booth", f"/drop/{box_hash}", record, {})


def member(house: Premises, papers: Papers, code: str, n: int) -> tuple[list[bytes], list[int]]:
    """One member with two devices, and two tabs on the one that drew; return every receipted leaf and the choice."""
    rng = random.Random(f"{seed()}/{n}")
    devices = [Voter(papers, code=code, doors=Device(house, rng)) for _device in range(2)]
    with ThreadPoolExecutor(4) as hands:
        drawn = list(hands.map(_drew, [devices[0], devices[1], devices[0], devices[1]]))
    assert sorted(drawn[:2]) == [False, True]
    assert drawn[:2] == drawn[2:]
    mine = devices[drawn.index(True)]
    choices = [[rng.randint(0, 3), rng.randint(0, 3)] for _tab in range(2)]
    records = [mine.record(choice) for choice in choices]
    with ThreadPoolExecutor(4) as hands:
        leaves = list(hands.map(lambda record: _dropped(mine, record), records * 2))
    assert leaves[:2] == leaves[2:]
    assert sum(leaf is not None for leaf in leaves[:2]) == 1  # two tabs, one number: one of them is in
    won = next(n for n, leaf in enumerate(leaves) if leaf is not None)
    first = leaves[won]
    assert first
    if rng.random() < 0.5:
        return [first], choices[won]
    last = [rng.randint(0, 3), rng.randint(0, 3)]
    return [first, mine.drop(mine.record(last, 2))], last


def _drew(voter: Voter) -> bool:
    try:
        voter.draw()
    except NotDrawn as no:
        if no.status != IssueStatus.ALREADY_DRAWN:
            raise
        return False
    return True


def _dropped(voter: Voter, record: bytes) -> bytes | None:
    try:
        return voter.drop(record)
    except NotDropped as no:
        if no.status != DropStatus.SEQ:
            raise
        return None


@pytest.mark.parametrize("turn", range(scaled(1, 8)))
def test_two_tabs_two_devices_and_lost_answers_make_one_ballot_each(
    open_house: tuple[Premises, Stage], turn: int
) -> None:
    house, stage = open_house
    papers = house.papers(dict(stage))
    with ThreadPoolExecutor(4) as crowd:
        people = [
            crowd.submit(member, house, papers, code, 100 * turn + n) for n, code in enumerate(stage["codes"][:MEMBERS])
        ]
        if house.postgres:  # every connection is cut again and again while they vote
            for one in people[::3]:
                one.result()
                house.postgres.hang_up()
        voted = [one.result() for one in people]
    receipts = [leaf for leaves, _choice in voted for leaf in leaves]
    assert house.call("look", stage["poll_id"])["issued"] == MEMBERS
    counting.close(house, stage)
    counting.open_boxes(house, stage)
    counting.judge(house, stage, [choice for _leaves, choice in voted], receipts)
    assert house.trouble() == []
