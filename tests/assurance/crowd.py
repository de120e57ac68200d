"""A crowd that votes: who draws when, who drops when, and what only the members themselves know of it.

Arrivals are spread over twenty minutes; from drawing to dropping passes a log-normal time with a median of 90 seconds,
so that many members are between the two at any moment. The order is played, not the waiting: no test sleeps.
"""

from __future__ import annotations

import math
import random
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from pingjia.core.ballot import head, opinion, signing
from pingjia.core.ballot.objects import BoxManifest, KeySet, Slate
from pingjia.polls.rehearsal import Papers, Voter
from tests.assurance.deployment import Deployment
from tests.assurance.wire import Exchange, WireDoors

MEDIAN, SIGMA, ARRIVALS = 90.0, 0.8, 20 * 60.0  # seconds; SIGMA of the logarithm
SNAPSHOTS = 24


@dataclass
class Ballot:
    """One member's key in one box, with everything that anybody may read of it after the close."""

    member: int
    pk: bytes
    heads: list[bytes] = field(default_factory=list)
    drawn_at: float = 0.0
    dropped_at: float = 0.0


@dataclass
class Voted:
    """One poll as it really went: the truth that an attacker is measured against."""

    facts: dict[str, Any]
    boxes: dict[str, list[Ballot]]


def papers_of(dep: Deployment, facts: dict[str, Any]) -> Papers:
    """Fetch a poll's public objects as a booth does."""

    def fetch(digest: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{dep.port}/o/{digest}.json", timeout=60) as answer:
            return bytes(answer.read())

    boxes = tuple(BoxManifest.from_bytes(fetch(digest)) for digest in facts["boxes"])
    slate, keyset = Slate.from_bytes(fetch(facts["slate"])), KeySet.from_bytes(fetch(facts["keyset"]))
    return Papers(bytes.fromhex(facts["poll_hash"]), boxes, slate, keyset)


@dataclass
class _Member:
    voter: Voter
    drawn_at: float
    dropped_at: float
    again_at: float | None


def _members(
    dep: Deployment,
    n: int,
    papers: Papers,
    held: dict[str, Any],
    chance: random.Random,
    wire: list[Exchange],
    leak: bool,
) -> list[_Member]:
    found = []
    for m, person in enumerate(held["polls"][n]["members"]):
        by_code = m % 2 == 0
        doors = WireDoors(dep.port, n, m, wire, cookie="" if by_code else f"{held['cookie']}={person['cookie']}")
        doors.device = f"{chance.getrandbits(64):016x}" if leak else ""
        drawn = chance.uniform(0, ARRIVALS)
        dropped = drawn + chance.lognormvariate(math.log(MEDIAN), SIGMA)
        again = dropped + chance.uniform(20, 200) if m % 8 == 7 else None
        found.append(_Member(Voter(papers, person["code"] if by_code else "", doors=doors), drawn, dropped, again))
    return found


def vote(
    dep: Deployment, held: dict[str, Any], chance: random.Random, *, leaky: int = -1
) -> tuple[list[Voted], list[Exchange]]:
    """Let all members of all polls vote in the order of their times. Browsers of poll ``leaky`` send a device name."""
    wire: list[Exchange] = []
    papers = [papers_of(dep, facts) for facts in held["polls"]]
    crowd = [_members(dep, n, paper, held, chance, wire, n == leaky) for n, paper in enumerate(papers)]
    voted = []
    for facts, members in zip(held["polls"], crowd, strict=True):
        boxes = {
            box: [
                Ballot(m, signing.public(one.voter.seeds[order]), [], one.drawn_at, one.dropped_at)
                for m, one in enumerate(members)
            ]
            for order, box in enumerate(facts["boxes"])
        }
        voted.append(Voted(facts, boxes))
    events: list[tuple[float, str, int, int]] = []
    for n, members in enumerate(crowd):
        for m, one in enumerate(members):
            events += [(one.drawn_at, "draw", n, m), (one.dropped_at, "drop", n, m)]
            events += [(one.again_at, "again", n, m)] if one.again_at is not None else []
    dropped, every = 0, max(1, sum(what != "draw" for _t, what, _n, _m in events) // SNAPSHOTS)
    for _at, what, n, m in sorted(events):
        if what == "draw":
            crowd[n][m].voter.draw()
            continue
        _drop(voted[n], m, crowd[n][m].voter, chance, again=what == "again")
        dropped += 1
        if dropped % every == 0:
            dep.snapshot()
    return voted, wire


def _drop(voted: Voted, m: int, voter: Voter, chance: random.Random, *, again: bool) -> None:
    """Drop a ballot and an opinion, in random order as the booth does; again: another ballot of the same key."""
    papers = voter.papers
    ballot = voter.record([chance.randrange(4) for _s in papers.slate.subjects], 2 if again else 1)
    records = [(0, ballot)]
    if not again:
        box, pk = papers.boxes[1], signing.public(voter.seeds[1])
        text = "希望食堂晚一点关门" if chance.random() < 0.3 else ""
        records.append((1, voter.record_of(opinion.seal(text, papers.keyset.opinion_public, box.hash, pk), 1, 1)))
        chance.shuffle(records)
    for order, record in records:
        voter.drop(record, order)
        box = papers.boxes[order]
        voted.boxes[box.hash.hex()][m].heads.append(record[: head.head_length(box)])
