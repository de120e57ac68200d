"""Playing a whole poll from outside: members who draw and drop, scrutineers who seal and open. For tests and the demo.

Everything goes through the same functions, or through the same addresses, that real browsers use; nothing here has a
way of its own into a box. ``Doors`` is where the players knock: ``DirectDoors`` calls the server's functions.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pingjia.ballotbox.drop import PlainDrop
from pingjia.core.ballot import body, head, issuance, opinion, receipt, signing, token
from pingjia.core.ballot.head import DropStatus
from pingjia.core.ballot.issuance import DrawRequest, IssueStatus
from pingjia.core.ballot.objects import BoxManifest, KeySet, Slate
from pingjia.core.ballot.result import Result
from pingjia.people.models import User
from pingjia.polls.issue import PlainIssuer
from pingjia.polls.models import Poll, PublicObject
from pingjia.polls.scrutiny import Booth, Browser, DirectBooth


class NotDrawn(Exception):
    """The issuer said no; ``status`` says why."""

    def __init__(self, status: IssueStatus) -> None:
        super().__init__(status.name)
        self.status = status


class NotDropped(Exception):
    """The box said no; ``status`` says why."""

    def __init__(self, status: DropStatus) -> None:
        super().__init__(status.name)
        self.status = status


class Doors(Protocol):
    """The two addresses that a member's browser talks to."""

    def issue(self, request: bytes, user: User | None) -> bytes:
        """Draw (site)."""

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """Drop (booth)."""


class DirectDoors:
    """The server's own functions."""

    def issue(self, request: bytes, user: User | None) -> bytes:
        """See ``Doors``."""
        return PlainIssuer().issue(request, user)

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``Doors``."""
        return PlainDrop().drop(box_hash, record)


@dataclass(frozen=True)
class Papers:
    """What the booth downloads before a member can vote: the boxes of a poll, the slate, the key set."""

    poll_hash: bytes
    boxes: tuple[BoxManifest, ...]
    slate: Slate
    keyset: KeySet

    @classmethod
    def of(cls, poll: Poll) -> Papers:
        """Read the public objects of a sealed poll."""

        def raw(digest: str) -> bytes:
            return bytes(PublicObject.objects.get(hash=digest).content)

        boxes = tuple(BoxManifest.from_bytes(raw(box.box_hash)) for box in poll.boxes.all())
        slate, keyset = Slate.from_bytes(raw(poll.slate_hash)), KeySet.from_bytes(raw(poll.keyset_hash))
        return cls(bytes.fromhex(poll.poll_hash), boxes, slate, keyset)


@dataclass
class Voter:
    """A member's browser: one one-time key per box, kept from drawing to dropping."""

    papers: Papers
    code: str = ""
    user: User | None = None
    doors: Doors = field(default_factory=DirectDoors)
    seeds: list[bytes] = field(default_factory=list)
    tokens: list[bytes] = field(default_factory=list)
    seq: int = 0

    def __post_init__(self) -> None:
        """Make the keys and blind them, once: a retry sends the same bytes."""
        self.seeds = [secrets.token_bytes(32) for _box in self.papers.boxes]
        self._texts = [
            token.message(box.hash, signing.public(seed))
            for box, seed in zip(self.papers.boxes, self.seeds, strict=True)
        ]
        pairs = zip(self.papers.boxes, self._texts, strict=True)
        self._blinded = [token.blind(box.issuers[0].rsa_n, text) for box, text in pairs]

    def request(self) -> bytes:
        """Return the bytes that draw."""
        return DrawRequest(self.code, self.papers.poll_hash, tuple(b for b, _inverse in self._blinded)).to_bytes()

    def draw(self) -> Voter:
        """Draw a ballot of every box; raise NotDrawn."""
        boxes = self.papers.boxes
        answer = self.doors.issue(self.request(), self.user)
        status, signatures, _refusal = issuance.read_answer(answer, boxes[0].k, len(boxes))
        if status != IssueStatus.SIGNED:
            raise NotDrawn(status)
        rows = zip(boxes, self._texts, signatures, self._blinded, strict=True)
        self.tokens = [token.finalize(box.issuers[0].rsa_n, text, s, inv) for box, text, s, (_b, inv) in rows]
        return self

    def record(self, choices: Sequence[int], seq: int = 1, order: int = 0) -> bytes:
        """Return a ballot's record: 0 for a blank, k for grade k."""
        box = self.papers.boxes[order]
        paper = body.Paper.of(box.hash, self.papers.slate, self.papers.keyset)
        content = body.make(paper, signing.public(self.seeds[order]), choices)
        return self.record_of(content, seq, order)

    def record_of(self, content: bytes, seq: int = 1, order: int = 0) -> bytes:
        """Return the record around any body."""
        return head.make(self.papers.boxes[order].hash, seq, self.seeds[order], content, [self.tokens[order]])

    def drop(self, record: bytes, order: int = 0) -> bytes:
        """Drop a record and check the receipt; return the leaf (NotDropped)."""
        box = self.papers.boxes[order]
        answer = self.doors.drop(box.hash.hex(), record)
        if answer[0] != DropStatus.ACCEPTED:
            raise NotDropped(DropStatus(answer[0]))
        leaf = head.leaf(record[: head.head_length(box)])
        assert receipt.verify(box.box_key, box.hash, leaf, answer[1:65])
        return leaf

    def vote(self, choices: Sequence[int], text: str = "") -> bytes:
        """Fill and drop the ballot, and the opinion where there is a box for it; again means 改票. Return the leaf."""
        first = self.seq == 0
        self.seq += 1
        leaf = self.drop(self.record(choices, self.seq))
        if first and len(self.papers.boxes) > 1:
            box = self.papers.boxes[1]
            content = opinion.seal(text, self.papers.keyset.opinion_public, box.hash, signing.public(self.seeds[1]))
            self.drop(self.record_of(content, 1, 1), 1)
        return leaf


def rehearse(
    poll: Poll,
    choices: Sequence[Sequence[int]],
    *,
    codes: Sequence[str] = (),
    users: Sequence[User] = (),
    opinions: Sequence[str] = (),
    doors: Doors | None = None,
) -> list[Voter]:
    """Let one voter per row of ``choices`` draw (by code or log-in) and vote; return the voters with their keys."""
    papers, knock = Papers.of(poll), doors or DirectDoors()
    voters = []
    for n, row in enumerate(choices):
        by_code = {"code": codes[n]} if codes else {"user": users[n]}
        voter = Voter(papers, doors=knock, **by_code).draw()
        voter.vote(row, opinions[n] if n < len(opinions) else "")
        voters.append(voter)
    return voters


def play_sealing(codes: Sequence[str], booth: Booth | None = None) -> list[bytes]:
    """Play enrolment, dealing and acceptance with the invitation codes, chief first; return the cards in order."""
    browsers = [Browser(code, booth=booth or DirectBooth()) for code in codes]
    for browser in browsers:
        browser.enrol()
    browsers[0].deal()
    for browser in browsers:
        browser.accept()
    return [browser.card for browser in browsers]


def scrutineers(codes: Sequence[str], held: Sequence[bytes], booth: Booth | None = None) -> list[Browser]:
    """Return the browsers of those scrutineers whose codes and cards are given."""
    return [Browser(code, card, booth or DirectBooth()) for code, card in zip(codes, held, strict=True)]


def play_opening(codes: Sequence[str], held: Sequence[bytes], booth: Booth | None = None) -> list[Result]:
    """Play the opening of every uncounted set by the scrutineers given; return the results they signed.

    Fewer than t scrutineers leave the sets as they are (NoCount).
    """
    browsers = scrutineers(codes, held, booth)
    found = []
    for one in browsers[0].state["sets"]:
        if one["result"]:
            continue
        work = [(browser, browser.download(one["id"])) for browser in browsers]
        for browser, seen in work:
            browser.give_parts(seen)
        signed = [(browser, seen, browser.sign_result(seen)) for browser, seen in work]
        for browser, seen, counted in signed:
            browser.reveal(seen, counted)
        found.append(signed[0][2])
    return found


def play_opinions(codes: Sequence[str], held: Sequence[bytes], booth: Booth | None = None) -> list[list[str] | None]:
    """Play the reading of every opinion box: t shares to the chief, who reads and signs. Return the texts per box."""
    browsers = scrutineers(codes, held, booth)
    found = []
    for box in browsers[0].state["boxes"]:
        if box["kind"] == "opinion":
            for browser in browsers:
                browser.give_opinion_share(box["box_hash"])
            found.append(browsers[0].read_opinions(box["box_hash"]))
    return found
