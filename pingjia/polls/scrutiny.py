"""A scrutineer's browser, played in Python: the card, the deal, the acceptance, the opening, the opinions.

It does what the page does: computes every sum itself from heads and bodies, checks every proof, and takes no number
from the server. For tests and the demo; a real scrutineer's card never comes near this program.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django.test import RequestFactory
from django.urls import resolve

from pingjia.core.ballot import cards, hpke, opening, opinion, result, sealing, signing
from pingjia.core.ballot.body import Paper, is_valid
from pingjia.core.ballot.closing import Closing, open_closing
from pingjia.core.ballot.head import Head, body_length, head_length
from pingjia.core.ballot.issuance import read_statements
from pingjia.core.ballot.keyset import Scrutineer as Seat
from pingjia.core.ballot.objects import BoxManifest, KeySet, Slate
from pingjia.core.ballot.opening import Partial
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tiers import OpeningSet, Tier, plan, tier_of

BOOTH_URLS = "pingjia.polls.booth_urls"


class SaidNo(Exception):
    """The relay refused a step; ``reason`` is its code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadBox(Exception):
    """A box that does not fit its own closing note: nothing of it is opened."""


class Booth(Protocol):
    """The booth's addresses as a browser sees them."""

    def get(self, path: str) -> bytes:
        """Fetch a public file (LookupError for anything but 200)."""

    def post(self, path: str, question: dict[str, Any]) -> bytes:
        """Send JSON and return the answer's bytes."""


class DirectBooth:
    """The booth's views called in this process, without a server and without a cookie."""

    def _ask(self, request: Any) -> bytes:
        view, args, kwargs = resolve(request.path_info, urlconf=BOOTH_URLS)
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            raise LookupError(request.path_info)
        return bytes(response.content)

    def get(self, path: str) -> bytes:
        """See ``Booth``."""
        return self._ask(RequestFactory().get(path))

    def post(self, path: str, question: dict[str, Any]) -> bytes:
        """See ``Booth``."""
        return self._ask(RequestFactory().post(path, json.dumps(question), content_type="application/json"))


@dataclass
class Browser:
    """One scrutineer's page: an invitation code and a card (a fresh one unless given)."""

    code: str
    card: bytes = field(default_factory=lambda: secrets.token_bytes(cards.CARD_LENGTH))
    booth: Booth = field(default_factory=DirectBooth)

    def ask(self, step: str, **question: Any) -> dict[str, Any]:
        """Ask the relay; raise SaidNo."""
        answer = json.loads(self.booth.post(f"/relay/{step}", {"code": self.code, **question}))
        if not answer["ok"]:
            raise SaidNo(answer["reason"])
        return dict(answer)

    @cached_property
    def place(self) -> tuple[bytes, int]:
        """Poll id and own position, which never change."""
        answer = self.ask("enter")
        return bytes.fromhex(answer["poll"]["poll_id"]), int(answer["i"])

    @property
    def state(self) -> dict[str, Any]:
        """Where the ceremony stands."""
        return dict(self.ask("enter")["poll"])

    @cached_property
    def keys(self) -> cards.CardKeys:
        """The card's two keys."""
        return cards.derive(self.card, self.place[0])

    def enrol(self) -> None:
        """Take the card: send its public halves and the proof that it is held."""
        poll_id, i = self.place
        public = self.keys.scrutineer("")
        proof = signing.sign(self.keys.sign, cards.enrolment_message(poll_id, i, public.exchange))
        self.ask("enrol", key=public.key.hex(), exchange=public.exchange.hex(), proof=proof.hex())

    def deal(self) -> None:
        """Deal the keys (the chief alone)."""
        state = self.state
        people = [
            Seat(bytes.fromhex(one["exchange"]), bytes.fromhex(one["key"]), one["name"]) for one in state["scrutineers"]
        ]
        dealt = sealing.deal(self.place[0], people, state["grades"], state["t"])
        self.ask("seal", keyset=dealt.keyset.to_bytes().decode(), shares=[share.hex() for share in dealt.sealed])

    def share(self) -> tuple[KeySet, sealing.Share]:
        """Open the own share and check it against the commitments (BadShare: a wrong card)."""
        answer = self.ask("share")
        keyset = KeySet.from_bytes(answer["keyset"].encode())
        return keyset, sealing.open_share(keyset, self.place[1], self.keys.exchange, bytes.fromhex(answer["share"]))

    def accept(self) -> None:
        """Check the own share and sign the key set."""
        keyset, _share = self.share()
        self.ask("accept", signature=sealing.accept(keyset, self.keys.sign).hex())

    def download(self, set_id: str) -> ClosedSet:
        """Download a set of closed boxes, check every ballot of it, and add up what is valid."""
        return ClosedSet.of(self, set_id)

    def give_parts(self, work: ClosedSet) -> None:
        """Decrypt the planned sums partially and hand the parts out as the tier says."""
        if work.tier == Tier.NONE:
            return
        i, mine = self.place[1], work.my_parts
        if work.tier == Tier.FULL:
            self.ask("partials", set=work.set_id, public=opening.write_partials(mine).hex())
            return
        others = {n: one for n, one in enumerate(work.keyset.scrutineers, start=1) if n != i}
        sealed = {str(n): opening.seal_partials(mine, work.name, i, n, one.exchange).hex() for n, one in others.items()}
        self.ask("partials", set=work.set_id, sealed=sealed)

    def sign_result(self, work: ClosedSet) -> result.Result:
        """Count, build the result and sign it."""
        counted = work.count()
        signature = result.sign(counted, self.place[1], self.keys.sign)[1:]
        self.ask("result", set=work.set_id, result=counted.to_bytes().decode(), signature=signature.hex())
        return counted

    def reveal(self, work: ClosedSet, counted: result.Result) -> None:
        """Publish the parts of those two-way subjects that the result counts."""
        if work.tier != Tier.TWO_WAY:
            return
        shown = {s for s, subject in enumerate(counted.subjects) if subject.form == Tier.TWO_WAY}
        raw = opening.write_partials(part for part in work.my_parts if part.s in shown)
        self.ask("reveal", set=work.set_id, partials=raw.hex())

    def give_opinion_share(self, box_hash: str) -> None:
        """Reseal the own share of the opinion key to the reader."""
        keyset, share = self.share()
        sealed = opinion.reshare(share.opinion, bytes.fromhex(box_hash), keyset.scrutineers[0].exchange)
        self.ask("opinion_shares", box=box_hash, sealed={"1": sealed.hex()})

    def read_opinions(self, box_hash: str) -> list[str] | None:
        """Rebuild the key from t shares, read, and sign what may be shown (the reader alone)."""
        keyset, _share = self.share()
        name = bytes.fromhex(box_hash)
        sent = self.ask("opinion_inbox", box=box_hash)["shares"]
        shares = [
            hpke.open_sealed(self.keys.exchange, opinion.reshare_info(name, int(i)), bytes.fromhex(sealed))
            for i, sealed in sorted(sent.items())
        ]
        private = opinion.rebuild(shares[: keyset.t], keyset.opinion_public)
        manifest = BoxManifest.from_bytes(self.booth.get(f"/o/{box_hash}.json"))
        records = [(pk, raw) for _leaf, pk, raw in counted(self, manifest, None)]
        texts, _invalid = opinion.read_box(private, name, records)
        message = opinion.outcome_message(name, texts is not None, texts or [])
        signature = signing.sign(self.keys.sign, message)
        self.ask("opinions", box=box_hash, enough=texts is not None, texts=texts or [], signature=signature.hex())
        return texts


def counted(browser: Browser, manifest: BoxManifest, slate: Slate | None) -> list[tuple[bytes, bytes, bytes]]:
    """Return (leaf, pk, body) of every counted ballot of a closed box, after checking heads and closing note."""
    box_hash, size, length = manifest.hash.hex(), head_length(manifest), body_length(manifest, slate)
    raw = browser.booth.get(f"/box/{box_hash}/heads.bin")
    bodies = browser.booth.post("/relay/bodies", {"code": browser.code, "box": box_hash})
    heads = [Head.parse(raw[at : at + size], manifest) for at in range(0, len(raw), size)]
    closing = read_closing(browser, manifest)
    latest: dict[bytes, Head] = {}
    for one in heads:
        one.check(manifest)
        if one.pk not in latest or latest[one.pk].seq < one.seq:
            latest[one.pk] = one
    again = Closing.of(manifest.hash, [one.leaf for one in heads], len(latest), closing.invalid)
    if again != closing or len(bodies) != length * len(latest):
        raise BadBox(box_hash)
    ordered = sorted(latest.values(), key=lambda one: one.leaf)
    found = [(one.leaf, one.pk, bodies[n * length : (n + 1) * length]) for n, one in enumerate(ordered)]
    if any(hashlib.sha256(content).digest() != latest[pk].body_hash for _leaf, pk, content in found):
        raise BadBox(box_hash)
    return found


def read_closing(browser: Browser, manifest: BoxManifest) -> Closing:
    """Return what the box's closing note states."""
    return open_closing(browser.booth.get(f"/box/{manifest.hash.hex()}/closing.note"), manifest.hash, manifest.box_key)


@dataclass(frozen=True)
class ClosedSet:
    """A set of boxes as one scrutineer sees it: sums over every valid ballot, computed here."""

    browser: Browser
    set_id: str
    name: bytes
    keyset: KeySet
    slate: Slate
    manifest: BoxManifest
    opening_set: OpeningSet
    sums: Sums
    numbers: dict[str, int]

    @classmethod
    def of(cls, browser: Browser, set_id: str) -> ClosedSet:
        """Download and add up; raise BadBox where a box does not fit its closing note or the set its name."""
        answer = browser.ask("set", set=set_id)
        keyset, _share = browser.share()
        manifests = [BoxManifest.from_bytes(browser.booth.get(f"/o/{box}.json")) for box in answer["boxes"]]
        slate = Slate.from_bytes(browser.booth.get(f"/o/{manifests[0].slate.hex()}.json"))
        sums, closings, issued = Sums(slate.grade_counts), [], 0
        for manifest in manifests:
            closing, paper = read_closing(browser, manifest), Paper.of(manifest.hash, slate, keyset)
            ballots = counted(browser, manifest, slate)
            valid = [content for _leaf, pk, content in ballots if is_valid(paper, pk, content)]
            if len(valid) != closing.valid:
                raise BadBox(manifest.hash.hex())
            for content in valid:
                sums.add_body(paper, content)
            closings.append(closing)
            statements = read_statements(browser.booth.get(f"/box/{manifest.hash.hex()}/issuance.json"))
            issued += min(statement.issued for statement, _signature in statements)
        name = opening.opening_hash({one.box_hash: one.text().encode() for one in closings})
        boxes = tuple(sorted(one.box_hash for one in closings))
        planned = OpeningSet(boxes, sums.count, tier_of(sums.count, manifests[0].tiers))
        if name.hex() != set_id or planned.tier != answer["tier"]:
            raise BadBox(set_id)
        numbers = {
            "issued": issued,
            "returned": sum(one.returned for one in closings),
            "invalid": sum(one.invalid for one in closings),
        }
        return cls(browser, set_id, name, keyset, slate, manifests[0], planned, sums, numbers)

    @property
    def tier(self) -> Tier:
        """The tier, fixed by the valid ballots."""
        return self.opening_set.tier

    @cached_property
    def plan(self) -> list[tuple[int, int]]:
        """Every (subject, mask) that is opened."""
        return plan(self.slate, self.tier, self.manifest.formula)

    @cached_property
    def my_parts(self) -> list[Partial]:
        """The own partial decryptions of the whole plan."""
        _keyset, share = self.browser.share()
        return [opening.decrypt(share, self.name, s, mask, self.sums.a[s]) for s, mask in self.plan]

    def count(self) -> result.Result:
        """Combine the own parts with what has come in, and build the result."""
        sent = self.browser.ask("inbox", set=self.set_id)
        i, parts = self.browser.place[1], [] if self.tier == Tier.NONE else list(self.my_parts)
        for sender, raw in sent["public"].items():
            parts += [] if int(sender) == i else opening.read_partials(bytes.fromhex(raw))
        for sender, raw in sent["sealed"].items():
            secret = self.browser.keys.exchange
            parts += opening.open_partials(bytes.fromhex(raw), self.name, int(sender), i, secret)
        counts = opening.count_all(self.sums, self.keyset, self.name, self.plan, parts)
        threshold, formula = self.manifest.threshold, self.manifest.formula
        return result.build(self.slate, self.opening_set, formula, threshold, counts, **self.numbers)
