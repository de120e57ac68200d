"""The disk is full: every answer is a clear no, nothing is half written, and when there is room again all goes on.

The server's home is a small disk of its own (a tmpfs in a mount namespace) where this user may mount one. Everywhere
the same is played with a limit on the size of files, which fails writes in the same places.
"""

from __future__ import annotations

import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pingjia.core.ballot.head import DropStatus
from pingjia.core.ballot.issuance import IssueStatus
from pingjia.core.tests.scale import proving, scaled
from pingjia.polls.rehearsal import NotDrawn, NotDropped, Voter
from pingjia.ui.outages import TEXT
from tests.assurance import counting
from tests.assurance.premises import MEMBERS, MORNING, Kept, Premises

SIZE = "12m"
# $1 size of the disk, $2 where, $3 what lies on it at first, then a command
MOUNT = 'mount -t tmpfs -o size="$1" none "$2" && cp -a "$3/." "$2" && shift 3 && exec "$@"'


def _namespace() -> tuple[str, ...]:
    """Return the command that starts another in a mount namespace of its own; nothing where that is not allowed."""
    for command in (("unshare", "-m"), ("unshare", "-r", "-m")):
        tried = [*command, "sh", "-c", MOUNT, "sh", SIZE, "/mnt", str(Path(__file__).parent), "true"]
        try:
            if subprocess.run(tried, capture_output=True, check=False).returncode == 0:
                return command
        except FileNotFoundError:
            return ()
    return ()


NAMESPACE = _namespace()


class Disk:
    """A real small disk."""

    def __init__(self, house: Premises) -> None:
        self.house = house

    def fill(self, spare: int = 0) -> None:
        """Leave only so much room."""
        assert self.house.call("fill", spare) > 0

    def clear(self) -> None:
        """Give room again."""
        self.house.call("make_room")


class Limit(Disk):
    """A limit on the size of each file that the server may write."""

    def fill(self, spare: int = 0) -> None:
        """Let no file be written beyond a page or so, which is less than any transaction's log."""
        self._set(4096 + spare)

    def clear(self) -> None:
        """Lift the limit."""
        self._set(resource.RLIM_INFINITY)

    def _set(self, size: int) -> None:
        pid = self.house.order("taken")["pid"]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def small_house(kind: str, kept: Kept) -> Iterator[tuple[Premises, Disk]]:
    """Open a house, on the morning of the vote, whose disk can be filled."""
    if kind == "limit":
        house, _stage = kept.begin(MORNING)
        yield house, Limit(house)
        return
    kept.end()
    kept.house.restore(MORNING)
    with tempfile.TemporaryDirectory() as folder:
        shell = (*NAMESPACE, "sh", "-c", MOUNT, "sh", SIZE, f"{folder}/home", str(kept.house.kept_at(MORNING)))
        house = kept.house.double(Path(folder) / "home", shell)
        try:
            house.serve()
            yield house, Disk(house)
        finally:
            house.leave()


class Refusals:
    """How often the server said no, each time in its own clear words."""

    def __init__(self) -> None:
        self.draws = self.drops = self.deeds = 0

    def draw(self, voter: Voter) -> bool:
        """Try to draw; say whether it was done."""
        try:
            voter.draw()
        except NotDrawn as no:
            if no.status != IssueStatus.BUSY:
                raise
            self.draws += 1
            return False
        return True

    def drop(self, voter: Voter, record: bytes) -> bytes | None:
        """Try to drop; return the leaf if it was done."""
        try:
            return voter.drop(record)
        except NotDropped as no:
            if no.status != DropStatus.BUSY:
                raise
            self.drops += 1
            return None

    def press(self, house: Premises, stage: dict[str, Any], deed: str) -> bool:
        """Press the officer's button; say whether it was done."""
        answer = house.press(stage["officer"], f"/polls/{stage['poll_id']}/{deed}")
        if answer.status == 503:
            assert answer.body.decode() == TEXT
            self.deeds += 1
            return False
        assert answer.status in (302, 409), answer
        return True


# The everyday run takes the real disk where there can be one, a proof both.
KINDS = ["disk", "limit"] if NAMESPACE and proving() else ["disk"] if NAMESPACE else ["limit"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_is_refused_clearly_and_afterwards_everything_goes_on(kind: str, kept: Kept) -> None:
    stage = kept.stage
    with small_house(kind, kept) as (house, disk):
        papers = house.papers(stage)
        voters = [Voter(papers, code=code, doors=house) for code in stage["codes"][:MEMBERS]]
        receipts: list[bytes] = [voter.draw().vote([1, 2]) for voter in voters[:5]]
        drawn = {voter.code: voter.draw().record([1, 2]) for voter in voters[5:10]}
        no = Refusals()
        for spare in scaled(2, 12) * [0] + [8192, 65536]:
            disk.fill(spare)
            waiting = [voter for voter in voters[5:] if voter.seq == 0]
            for voter in waiting[:6]:
                if voter.code not in drawn and no.draw(voter):
                    drawn[voter.code] = voter.record([1, 2])
                _try_to_drop(no, voter, drawn, receipts)
            assert house.get("/")  # who only reads is served
            disk.clear()
            for voter in waiting[:2]:  # the same bytes once more, now that there is room
                if voter.code not in drawn:
                    drawn[voter.code] = voter.draw().record([1, 2])
                _try_to_drop(no, voter, drawn, receipts)
        for voter in [voter for voter in voters[5:] if voter.seq == 0]:
            drawn.setdefault(voter.code, b"")
            drawn[voter.code] = drawn[voter.code] or voter.draw().record([1, 2])
            _try_to_drop(no, voter, drawn, receipts)
        assert len(receipts) == MEMBERS
        _close_and_declare(house, stage, disk, no)
        counting.judge(house, stage, [[1, 2]] * MEMBERS, receipts)
        assert house.trouble() == []
        # The control: there really was no room.
        assert no.deeds > 0
        assert house.postgres or (no.draws > 0 and no.drops > 0)


def _try_to_drop(no: Refusals, voter: Voter, drawn: dict[str, bytes], receipts: list[bytes]) -> None:
    leaf = no.drop(voter, drawn[voter.code]) if voter.seq == 0 and voter.code in drawn else None
    if leaf is not None:
        voter.seq = 1
        receipts.append(leaf)


def _close_and_declare(house: Premises, stage: dict[str, Any], disk: Disk, no: Refusals) -> None:
    """Close with more and more room until it is enough; open; declare likewise."""
    for deed in ("close", "declare"):
        for spare in (0, 2048, 16384, 131072, 1 << 20):
            disk.fill(spare)
            done = no.press(house, stage, deed)
            disk.clear()
            if done:
                break
        assert done or no.press(house, stage, deed)
        if deed == "close":
            counting.open_boxes(house, stage)
