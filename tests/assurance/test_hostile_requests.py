"""Strangers at the two addresses that take anybody's bytes, and a member who votes in the middle of it."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

from pingjia.core.ballot.issuance import IssueStatus, refused
from pingjia.core.tests.scale import scaled, seed
from pingjia.polls.rehearsal import Voter
from tests.assurance import counting
from tests.assurance.premises import MEMBERS, MORNING, Kept
from tests.assurance.rude import Request, Stranger, Wire

ROOM = 24 * 2**20  # bytes by which a process may differ after a hundred requests and after all
DROP_LENGTH = 128
# What a server may say to a stranger; 500 and above would be its own fault.
SAID = {200, 301, 400, 404, 405, 413, 421, 429, 431, 501}


def resident(pid: int) -> int:
    """Return the bytes of memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


def lengths_of_issue(boxes: int) -> set[int]:
    """Return the lengths an answer of the issuer may have: one for each number of boxes a request can name."""
    return {len(refused(IssueStatus.MALFORMED, 256, n)) for n in range(boxes)}


def check(request: Request, answer: tuple[int, bytes] | None, issue_lengths: set[int]) -> str:
    """Hold one answer to the rules; return a word for the statistics."""
    if answer is None:
        assert not request.in_step or request.kind == "headers", request
        return "hung up"
    status, body = answer
    assert status in SAID, (request.kind, status, request.raw[:200])
    if status in (200, 429) and request.method == "POST" and request.to == "drop":
        assert len(body) == DROP_LENGTH, (request.kind, status)
    if status in (200, 429) and request.method == "POST" and request.to == "issue":
        assert len(body) in issue_lengths, (request.kind, status, len(body))
    return str(status)


def test_strangers_get_no_fault_no_growth_and_one_length_while_members_vote(kept: Kept) -> None:
    house, stage = kept.begin(MORNING)
    papers = house.papers(dict(stage))
    voters = [Voter(papers, code=code, doors=house) for code in stage["codes"][:MEMBERS]]
    first = voters[0].draw()
    records, receipts = [first.record([1, 1], 1)], [first.vote([1, 1])]
    records.append(first.record([1, 1], 1))  # another body under a used number
    stranger = Stranger(house.port, stage["boxes"][0], random.Random(seed()), records, [first.request()])
    wire, pid, lengths = Wire(house.port), house.order("taken")["pid"], lengths_of_issue(20)
    seen: Counter[tuple[str, str]] = Counter()
    number = scaled(600, 100_000)
    warm = 0
    for n in range(number):
        request = stranger.next()
        seen[request.kind, check(request, wire.send(request), lengths)] += 1
        if n % (number // (MEMBERS - 1)) == 0 and len(receipts) < MEMBERS:
            receipts.append(voters[len(receipts)].draw().vote([2, 3]))
        if n == number // 5:
            warm = resident(pid)
    grown = resident(pid) - warm
    assert grown < ROOM, f"{grown} bytes more after {number} requests"
    assert house.order("taken")["pid"] == pid
    assert house.trouble() == []
    _expect_variety(seen)
    _expect_patience_to_end(stranger, wire)
    while len(receipts) < MEMBERS:
        receipts.append(voters[len(receipts)].draw().vote([2, 3]))
    counting.close(house, stage)
    counting.open_boxes(house, stage)
    counting.judge(house, stage, [[1, 1]] + [[2, 3]] * (MEMBERS - 1), receipts)


def _expect_variety(seen: Counter[tuple[str, str]]) -> None:
    """The control: strangers were let in as far as they are let in, and stopped in each way there is."""
    statuses = {status for _kind, status in seen}
    assert {"200", "400", "404", "405", "413", "421"} <= statuses, statuses
    assert len({kind for kind, _status in seen}) == 12


def _expect_patience_to_end(stranger: Stranger, wire: Wire) -> None:
    """One caller who fails again and again is told to wait, in an answer of the same length."""
    for to, length in (("drop", DROP_LENGTH), ("issue", len(refused(IssueStatus.BUSY, 256, 1)))):
        wrong = stranger.build("insisting", to, bytes(321), caller="10.9.9.9")
        answers = (wire.send(wrong) for _n in range(450))  # twice the number allowed: a minute may end in between
        told = next(answer for answer in answers if answer and answer[0] == 429)
        assert len(told[1]) == length
    wire.close()
