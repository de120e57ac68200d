"""An operator who holds every key: builds an honest bundle, then re-signs, re-hashes and re-packs whatever it likes.

Everything is derived from names, so a bundle is the same in every run. Only ``core`` is used. ``Election.entries`` is
the bundle; ``close``, ``state``, ``log``, ``open`` and ``sign`` make parts of it anew from what the boxes hold.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pingjia.core.ballot import (
    body,
    closing,
    counting,
    head,
    issuance,
    opening,
    receipt,
    result,
    sealing,
    signing,
)
from pingjia.core.ballot.head import Head
from pingjia.core.ballot.objects import KeySet, PollManifest, Slate
from pingjia.core.ballot.sums import Sums
from pingjia.core.ballot.tiers import OpeningSet, Tier, plan, tier_of
from pingjia.core.tlog import checkpoint, merkle, note
from pingjia.core.tlog.entry import EntryType, leaf
from pingjia.core.tlog.proof import LogProof
from pingjia.core.verify import bundle, storedzip
from pingjia.core.verify.tests.box import Box
from pingjia.core.verify.tests.fixedkeys import CARDS, LOG, WITNESS, drawer, holds, octets


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
