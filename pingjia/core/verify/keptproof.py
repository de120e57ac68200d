"""A receipt that proves itself: one file that a member keeps, checked offline, years later, without the bundle.

    {"box":"<hex of box.json>","closing":"<note>","closing_proof":"<tlog-proof>","index":7,
     "manifest_proof":"<tlog-proof>","path":["<hex32>"],"receipt":"<hex of 128 bytes>","v":1}       canonical JSON

The manifest names the box's key and log, receipt and closing note are signed by that key, the leaf stands under the
note's root, and manifest and note stand in the log. Nothing in it says how the ballot was filled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pingjia.core import canonical
from pingjia.core.ballot import closing, fields, receipt
from pingjia.core.ballot.objects import BoxManifest
from pingjia.core.tlog import Refused, merkle
from pingjia.core.tlog.entry import EntryType, entry_hash
from pingjia.core.tlog.proof import LogProof
from pingjia.core.verify.failures import CannotVerify, Code, Unreadable
from pingjia.core.verify.receiptfile import Receipt
from pingjia.core.verify.trust import LogRule, Trust


@dataclass(frozen=True)
class KeptProof:
    """The parts as they were published; nothing in them is verified before ``check``."""

    box: bytes
    closing: bytes
    closing_proof: bytes
    index: int
    manifest_proof: bytes
    path: tuple[bytes, ...]
    receipt: bytes

    @classmethod
    def of(cls, kept: Receipt, leaves: Sequence[bytes], **parts: bytes) -> KeptProof:
        """Make the file from a receipt, the box's leaves in order, and the published parts; ValueError: not there."""
        index = list(leaves).index(kept.leaf)
        path = tuple(merkle.inclusion_proof(leaves, index))
        return cls(index=index, path=path, receipt=kept.box_hash + kept.leaf + kept.signature, **parts)

    @classmethod
    def parse(cls, raw: bytes) -> KeptProof:
        """Read the file; raise CannotVerify unless writing it gives the same bytes."""
        names = ("box", "closing", "closing_proof", "index", "manifest_proof", "path", "receipt", "v")
        try:
            f = fields.parse(raw, *names)
            fields.integer(f["v"], 1, 1, "v")
            texts = {name: str(f[name]).encode() for name in ("closing", "closing_proof", "manifest_proof")}
            fields.require(all(isinstance(f[name], str) for name in ("box", *texts)), "texts")
            found = cls(
                box=bytes.fromhex(f["box"]),
                index=fields.integer(f["index"], 0, 2**32, "index"),
                path=tuple(fields.octets(part, 32, "path") for part in fields.array(f["path"], 0, 64, "path")),
                receipt=fields.octets(f["receipt"], receipt.QR_LENGTH, "receipt"),
                **texts,
            )
        except (ValueError, RecursionError) as error:
            raise CannotVerify(Unreadable.RECEIPT, str(error)) from error
        if found.to_bytes() != raw:
            raise CannotVerify(Unreadable.RECEIPT, "not written in its one form")
        return found

    def to_bytes(self) -> bytes:
        """Return the canonical bytes of the file."""
        return canonical.dumps(
            {
                "box": self.box.hex(),
                "closing": self.closing.decode(),
                "closing_proof": self.closing_proof.decode(),
                "index": self.index,
                "manifest_proof": self.manifest_proof.decode(),
                "path": [part.hex() for part in self.path],
                "receipt": self.receipt.hex(),
                "v": 1,
            }
        )

    def check(self, trust: Trust) -> tuple[set[Code], BoxManifest | None, frozenset[str]]:
        """Return what is wrong with it (nothing: the ballot was counted in), its box, and who witnessed the log."""
        kept = Receipt.parse(self.receipt)
        try:
            box = BoxManifest.from_bytes(self.box)
        except ValueError:
            return {Code.OBJECT}, None, frozenset()
        found = set()
        if box.hash != kept.box_hash:
            found.add(Code.RECEIPT_OTHER_BOX)
        if not receipt.verify(box.box_key, box.hash, kept.leaf, kept.signature):
            found.add(Code.RECEIPT_SIGNATURE)
        try:
            note = closing.open_closing(self.closing, box.hash, box.box_key)
        except closing.BadClosing:
            return found | {Code.CLOSING}, box, frozenset()
        if not merkle.verify_inclusion(kept.leaf, self.index, note.leaves, self.path, note.root):
            found.add(Code.RECEIPT_ABSENT)
        log = trust.log(box.log_origin)
        if log is None:
            return found | {Code.LOG_UNKNOWN}, box, frozenset()
        digest = hashlib.sha256(note.text().encode()).digest()
        entries = [
            (self.manifest_proof, entry_hash(EntryType.MANIFEST, box.hash)),
            (self.closing_proof, entry_hash(EntryType.CLOSE, digest)),
        ]
        witnesses = [_witnessed(raw, leaf, log, found) for raw, leaf in entries]
        return found, box, frozenset.intersection(*witnesses)


def _witnessed(raw: bytes, leaf: bytes, log: LogRule, found: set[Code]) -> frozenset[str]:
    """Return who witnessed an entry's checkpoint; note in ``found`` what is wrong."""
    try:
        names = frozenset(LogProof.parse(raw).verify(leaf, log.key, log.witnesses).witnesses)
    except Refused:
        found.add(Code.LOG_PROOF)
        return frozenset()
    if len(names) < log.quorum:
        found.add(Code.WITNESSES_FEW)
    return names
