"""An operator who holds every key: builds an honest bundle, then re-signs, re-hashes and re-packs whatever it likes.

Everything is derived from names, so a bundle is the same in every run. Only ``core`` is used. ``Election.entries`` is
the bundle; ``close``, ``state``, ``log``, ``open`` and ``sign`` make parts of it anew from what the boxes hold.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pingjia.core.ballot import (
    body,
    cards,
    closing,
    counting,
    head,
    issuance,
    opening,
    receipt,
    result,
    sealing,
    signing,
    token,
)
from pingjia.core.ballot.blindsigner import BlindSigner
from pingjia.core.ballot.group import L
from pingjia.core.ballot.head import Head
from pingjia.core.ballot.objects import BoxManifest, Issuer, KeySet, PollManifest, Slate, Subject, Threshold, Tiers
from pingjia.core.ballot.roll import RollEntry, roll_root
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tiers import OpeningSet, Tier, plan, tier_of
from pingjia.core.tlog import checkpoint, merkle, note
from pingjia.core.tlog.entry import EntryType, leaf
from pingjia.core.tlog.proof import LogProof
from pingjia.core.verify import bundle, storedzip

KEYS = Path(__file__).resolve().parents[4] / "vectors" / "rsa_test_keys.json"
ORIGIN = "booth.example/pingjia/town/2026"
POLL_ID = hashlib.sha256(b"poll").digest()[:16]


def octets(name: str, length: int = 32) -> bytes:
    """Return bytes fixed by a name."""
    return hashlib.shake_256(name.encode()).digest(length)


def drawer(name: str) -> Callable[[], int]:
    """Return a source of scalars fixed by a name."""
    count = iter(range(10**9))
    return lambda: 1 + int.from_bytes(octets(f"{name} {next(count)}", 64), "little") % (L - 1)


@lru_cache(maxsize=4096)
def holds(paper: body.Paper, pk: bytes, raw: bytes) -> bool:
    """Say whether a body is valid; remembered, as most ballots are the same in every mutation."""
    return body.is_valid(paper, pk, raw)


@cache
def signer(j: int) -> BlindSigner:
    """Return RSA test key ``j`` of three."""
    return BlindSigner(bytes.fromhex(json.loads(KEYS.read_text())["issuers"][j]))


LOG = note.SignerKey(ORIGIN, note.KeyType.ED25519, octets("log"))
WITNESS = note.SignerKey("witness.example", note.KeyType.COSIGNATURE, octets("witness"))
TRUST = {
    "logs": [{"origin": ORIGIN, "vkey": LOG.verifier().text()}],
    "quorum": 1,
    "v": 1,
    "witnesses": [WITNESS.verifier().text()],
}
CARDS = [cards.derive(octets(f"card {i}", 20), POLL_ID) for i in (1, 2, 3)]


def slate(*grades: str, favourable: int = 2) -> Slate:
    """Return a slate with one subject per word: its letters are the grades, the first ones favourable."""
    subjects = [Subject(f"q{s}", tuple(g[:favourable]), tuple(g), f"事项 {s + 1}") for s, g in enumerate(grades)]
    return Slate("ballot", tuple(subjects), "评议职工之家")


@dataclass
class Box:
    """One box with all its secrets. ``records``: heads and bodies as they were dropped."""

    prefix: str
    manifest: BoxManifest
    signers: tuple[int, ...]
    records: list[tuple[bytes, bytes]] = field(default_factory=list)
    issued: int = 0
    invalid: int | None = None

    @property
    def seed(self) -> bytes:
        """The box's own key."""
        return octets(f"box key {self.prefix}")

    def cast(self, name: str, raw: bytes, seq: int = 1, signers: Sequence[int] = ()) -> None:
        """Drop ``raw`` under the one-time key ``name``, with tokens by the given RSA keys (or the right ones)."""
        seed = octets(f"voter {self.prefix} {name}")
        text = token.message(self.manifest.hash, signing.public(seed))
        tokens = []
        for j in signers or self.signers:
            n = signer(j).n
            blinded, inverse = token.blind(n, text, 3)
            tokens.append(token.finalize(n, text, signer(j).sign(blinded), inverse))
        record = head.make(self.manifest.hash, seq, seed, raw, tokens)
        split = head.head_length(self.manifest)
        self.records.append((record[:split], record[split:]))

    def vote(self, election: Election, name: str, choices: Sequence[int], seq: int = 1) -> None:
        """Cast an honest ballot."""
        paper = body.Paper.of(self.manifest.hash, election.slate, election.keyset)
        pk = signing.public(octets(f"voter {self.prefix} {name}"))
        self.cast(name, body.make(paper, pk, choices, drawer(f"{name} {seq}")), seq)

    def sorted(self) -> list[tuple[bytes, bytes]]:
        """Return the records in the order of their leaves."""
        return sorted(self.records, key=lambda record: head.leaf(record[0]))

    def index(self, name: str, seq: int = 1) -> int:
        """Return the place of a voter's head."""
        pk = signing.public(octets(f"voter {self.prefix} {name}"))
        return next(n for n, (raw, _) in enumerate(self.sorted()) if raw[2:34] == pk and raw[1] == seq)

    def counted(self) -> list[tuple[Head, bytes]]:
        """Return heads that count, with their bodies."""
        bodies = dict(self.records)
        heads = [Head.parse(raw, self.manifest) for raw in dict.fromkeys(raw for raw, _ in self.records)]
        return [(one, bodies[one.raw]) for one in counting.select(heads).counted]


@dataclass
class Election:
    """A poll with everything secret in one hand."""

    slate: Slate
    keyset: KeySet
    shares: list[sealing.Share]
    boxes: list[Box]
    entries: dict[str, bytes] = field(default_factory=dict)
    closings: dict[str, closing.Closing] = field(default_factory=dict)
    shows_bodies: bool = True

    def copy(self) -> Election:
        """Return an independent copy to be spoiled."""
        return copy.deepcopy(self)

    @property
    def box(self) -> Box:
        """The first box."""
        return self.boxes[0]

    def paper(self, box: Box) -> body.Paper:
        """Return what the bodies of a box are bound to."""
        return body.Paper.of(box.manifest.hash, self.slate, self.keyset)

    def papers(self) -> None:
        """Write poll, slate, key set, manifests and acceptances."""
        self.entries["slate.json"] = self.slate.to_bytes()
        self.entries["keyset.json"] = self.keyset.to_bytes()
        self.entries["accepts.bin"] = b"".join(sealing.accept(self.keyset, card.sign) for card in CARDS)
        for box in self.boxes:
            poll = PollManifest((box.manifest.hash,), box.manifest.poll_id)
            self.entries[box.prefix + "poll.json"] = poll.to_bytes()
            self.entries[box.prefix + "box.json"] = box.manifest.to_bytes()

    def close(self, box: Box, **changes: Any) -> None:
        """Sort, sign receipts, note and (if published) bodies; ``changes`` overwrite numbers of the note."""
        records = box.sorted()
        leaves = [head.leaf(raw) for raw, _ in records]
        self.entries[box.prefix + "heads.bin"] = b"".join(raw for raw, _ in records)
        self.entries[box.prefix + "receipts.bin"] = b"".join(
            receipt.sign(box.seed, box.manifest.hash, one) for one in leaves
        )
        heads = [Head.parse(raw, box.manifest) for raw in dict.fromkeys(raw for raw, _ in records)]
        selected = counting.select(heads)
        paper = self.paper(box)
        bad = sum(not holds(paper, one.pk, raw) for one, raw in box.counted())
        if self.shows_bodies:
            self.entries[box.prefix + "bodies.bin"] = b"".join(raw for _, raw in box.counted())
        root = merkle.root_of_hashes(leaves)
        note_ = closing.Closing(box.manifest.hash, len(leaves), root, selected.returned, bad + len(selected.twins))
        self.sign_closing(box, replace(note_, **changes))

    def sign_closing(self, box: Box, stated: closing.Closing) -> None:
        """Write a closing note."""
        self.closings[box.prefix] = stated
        self.entries[box.prefix + "closing.note"] = closing.sign(stated, box.seed)

    def state(self, box: Box, *, paper: int = 0, issued: Sequence[int] = (), forged: bool = False) -> None:
        """Write the issuers' statements; each states ``issued`` (or what the box knows)."""
        signed = []
        for j in range(len(box.manifest.issuers)):
            count = issued[j] if issued else box.issued
            entries = [issuance.entry(octets(f"roll {n}"), octets(f"blinded {n}")) for n in range(count)]
            said = issuance.Statement(box.manifest.hash, count, j, paper, issuance.issuance_root(entries))
            signed.append((said, said.sign(octets("nobody" if forged else f"issuer {j}"))))
        self.entries[box.prefix + "issuance.json"] = issuance.write_statements(signed)

    def log(self, *, witnessed: bool = True, key: note.SignerKey = LOG, filler: bytes = b"filler") -> None:
        """Write a fresh log with every manifest and closing, and both proofs of each box."""
        lines = [leaf(EntryType.KEYSET, self.keyset.hash), leaf(EntryType.EVIDENCE, hashlib.sha256(filler).digest())]
        places: list[tuple[str, int]] = []
        for box in self.boxes:
            texts = [("manifest.tlog-proof", EntryType.MANIFEST, box.manifest.hash)]
            if box.prefix in self.closings:
                text = self.closings[box.prefix].text().encode()
                texts.append(("closing.tlog-proof", EntryType.CLOSE, hashlib.sha256(text).digest()))
            for name, kind, digest in texts:
                places.append((box.prefix + name, len(lines)))
                lines.append(leaf(kind, digest))
        hashes = [merkle.leaf_hash(line) for line in lines]
        tree = checkpoint.Checkpoint(key.name, len(lines), merkle.root_of_hashes(hashes))
        signed = checkpoint.sign_checkpoint(tree, key)
        if witnessed:
            signed = checkpoint.add_signatures(signed, [WITNESS.cosign(tree.text(), 1_790_000_000)])
        for name, at in places:
            self.entries[name] = LogProof(at, tuple(merkle.inclusion_proof(hashes, at)), signed).to_bytes()

    def sums(self, leave_out: Sequence[str] = ()) -> Sums:
        """Add up the valid ballots, less those of some voters."""
        absent = {signing.public(octets(f"voter {box.prefix} {name}")) for box in self.boxes for name in leave_out}
        total = Sums(self.slate.grade_counts)
        for box in self.boxes:
            for one, raw in box.counted():
                if one.pk not in absent and holds(self.paper(box), one.pk, raw):
                    total.add_body(self.paper(box), raw)
        return total

    @property
    def valid(self) -> int:
        """V as the closing notes state it."""
        return sum(stated.valid for stated in self.closings.values())

    @property
    def tier(self) -> Tier:
        """The tier of V."""
        return tier_of(self.valid, self.box.manifest.tiers)

    def open(self, by: Sequence[int] = (1, 2), sums: Sums | None = None, tier: Tier | None = None) -> None:
        """Decrypt, count and sign as the scrutineers ``by`` would, over ``sums`` and for ``tier`` if given."""
        tier, sums = tier or self.tier, sums or self.sums()
        name = opening.opening_hash({c.box_hash: c.text().encode() for c in self.closings.values()})
        rules = self.box.manifest
        places = plan(self.slate, tier, rules.formula)
        parts = [
            opening.decrypt(self.shares[i - 1], name, s, mask, sums.a[s], drawer(f"partial {i} {s} {mask}"))
            for i in by
            for s, mask in places
        ]
        counts = opening.count_all(sums, self.keyset, name, places, parts)
        opened = OpeningSet(tuple(sorted(c.box_hash for c in self.closings.values())), self.valid, tier)
        outcome = result.build(
            self.slate,
            opened,
            rules.formula,
            rules.threshold,
            counts,
            issued=sum(box.issued for box in self.boxes),
            returned=sum(c.returned for c in self.closings.values()),
            invalid=sum(c.invalid for c in self.closings.values()),
        )
        shown = [p for p in parts if outcome.subjects[p.s].form != Tier.BAND]
        self.entries["partials.bin"] = opening.write_partials(shown)
        self.sign(outcome, by)
        self.shows_bodies = tier in (Tier.TWO_WAY, Tier.FULL)
        if not self.shows_bodies:
            for unwanted in ("partials.bin", *(box.prefix + "bodies.bin" for box in self.boxes)):
                self.entries.pop(unwanted, None)

    def sign(self, outcome: result.Result, by: Sequence[int] = (1, 2)) -> None:
        """Write a result with signatures."""
        self.entries["result.json"] = outcome.to_bytes()
        entries = [result.sign(outcome, i, CARDS[i - 1].sign) for i in by]
        self.entries["result.sigs"] = result.write_signatures(entries)

    def result(self, **changes: Any) -> result.Result:
        """Return the result as it stands, with changes."""
        return replace(result.Result.from_bytes(self.entries["result.json"]), **changes)

    def finish(self) -> Election:
        """Close, state, log and open everything honestly."""
        self.papers()
        for box in self.boxes:
            box.issued = box.issued or len({raw[2:34] for raw, _ in box.records}) + 1
            self.close(box)
            self.state(box)
        self.log()
        self.open()
        return self

    def pack(self, order: Sequence[str] = ()) -> bytes:
        """Return the bundle of ``entries``, in the right order or in a given one."""
        pooled = len(self.boxes) if self.box.prefix else None
        right = bundle.names(pooled, published=True)
        names = order or sorted(self.entries, key=lambda n: (right.index(n) if n in right else 999, n))
        return storedzip.write((name, self.entries[name]) for name in names)


def found(poll_slate: Slate, boxes: int, issuers: int, **rules: Any) -> Election:
    """Deal keys and announce ``boxes`` empty boxes, each with ``issuers`` RSA keys of its own (three keys in all)."""
    people = [card.scrutineer(f"监票人{i}") for i, card in enumerate(CARDS, 1)]
    plain: list[bytes] = []

    def seal(to: bytes, info: bytes, share: bytes) -> bytes:
        plain.append(share)
        return octets("sealed" + share.hex())

    grades = max(poll_slate.grade_counts)
    keyset = sealing.deal(POLL_ID, people, grades, 2, drawer("deal"), lambda n: octets("opinion", n), seal).keyset
    shares = [
        sealing.Share(i, tuple(int.from_bytes(raw[32 * k : 32 * k + 32], "little") for k in range(grades)), raw[-33:])
        for i, raw in enumerate(plain, 1)
    ]
    found_ = []
    for b in range(boxes):
        keys = tuple(range(b * issuers, (b + 1) * issuers))
        prefix = f"{b + 1}/" if boxes > 1 else ""
        manifest = _manifest(poll_slate, keyset, prefix, keys, f"第 {b + 1} 票箱", **rules)
        found_.append(Box(prefix, manifest, keys))
    if boxes > 1:  # numbers follow the hashes; the keys of a box follow its number
        found_ = _in_order(poll_slate, keyset, found_, rules)
    return Election(poll_slate, keyset, shares, found_)


def _in_order(poll_slate: Slate, keyset: KeySet, boxes: list[Box], rules: dict[str, Any]) -> list[Box]:
    """Rename pooled boxes until their hashes ascend."""
    for attempt in range(1000):
        made = [
            replace(box, manifest=_manifest(poll_slate, keyset, box.prefix, box.signers, f"票箱{attempt}-{n}", **rules))
            for n, box in enumerate(boxes)
        ]
        if [box.manifest.hash for box in made] == sorted(box.manifest.hash for box in made):
            return made
    raise AssertionError


def _manifest(
    poll_slate: Slate, keyset: KeySet, prefix: str, keys: Sequence[int], title: str, **rules: Any
) -> BoxManifest:
    roll = [RollEntry("机关", "一线", f"会员{n}", str(n), "城关", octets(f"salt {n}", 16)).leaf for n in range(40)]
    given: dict[str, Any] = {
        "box_key": signing.public(octets(f"box key {prefix}")),
        "closes_at": "2026-11-20T10:00:00Z",
        "formula": "fav-valid",
        "issuers": tuple(
            Issuer(signing.public(octets(f"issuer {j}")), f"发票方{j}", signer(key).n, "https://site.example/draw")
            for j, key in enumerate(keys)
        ),
        "k": 256,
        "keyset": keyset.hash,
        "kind": "ballot",
        "log_origin": ORIGIN,
        "opens_at": "2026-11-10T00:00:00Z",
        "poll_id": POLL_ID,
        "pool": "",
        "practice": False,
        "revote": True,
        "roll_root": roll_root(roll),
        "roll_size": len(roll),
        "slate": poll_slate.hash,
        "threshold": Threshold(5, 4),
        "tiers": Tiers(),
        "title": title,
    }
    return BoxManifest(**{**given, **rules})
