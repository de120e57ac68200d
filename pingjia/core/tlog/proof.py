"""C2SP log proofs (c2sp.org/tlog-proof): all that an outsider needs, offline, to see that an entry stands in a log.

c2sp.org/tlog-proof@v1
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=        leaf's sibling first, as many lines as the path is long
                                                    an empty line, then the signed checkpoint verbatim
example.com/fancylog
…
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import Refused, base64text, merkle
from .checkpoint import OpenedCheckpoint, open_checkpoint
from .note import VerifierKey

HEADER = "c2sp.org/tlog-proof@v1"
_LONGEST_PATH = 64


class ProofRefused(Refused):
    """A proof's text is malformed, or the entry does not stand where it says."""


@dataclass(frozen=True)
class LogProof:
    """Place, path and signed checkpoint. ``extra`` is opaque and authenticated by nobody."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        """Refuse what has no text form."""
        if not 0 <= self.index <= 2**53 - 1 or any(len(value) != 32 for value in self.hashes):
            raise ProofRefused("index or hashes out of range")
        if len(self.hashes) > _LONGEST_PATH or self.extra == b"":
            raise ProofRefused("too many hashes, or an empty extra line")

    @classmethod
    def parse(cls, raw: bytes) -> LogProof:
        """Read a proof's bytes; raise ProofRefused unless ``to_bytes`` gives exactly them again."""
        head, blank, checkpoint = raw.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise ProofRefused("the head of a proof is ASCII") from error
        if not blank or lines.pop(0) != HEADER:
            raise ProofRefused("not a log proof of version 1")
        try:
            extra = None
            if lines and lines[0].startswith("extra "):
                extra = base64text.decode(lines.pop(0).removeprefix("extra "))
            if not lines or not lines[0].startswith("index "):
                raise ProofRefused("the index is missing")
            index = base64text.decode_number(lines.pop(0).removeprefix("index "))
            hashes = tuple(base64text.decode_hash(line) for line in lines)
        except Refused as error:
            raise ProofRefused(f"proof: {error}") from error
        proof = cls(index, hashes, checkpoint, extra)
        assert proof.to_bytes() == raw
        return proof

    def to_bytes(self) -> bytes:
        """Return the text of the proof; files of it end in ``.tlog-proof``."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64text.encode(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [base64text.encode(value) for value in self.hashes]
        return ("\n".join(lines) + "\n\n").encode("ascii") + self.checkpoint

    def verify(self, leaf: bytes, log_key: VerifierKey, witnesses: Iterable[VerifierKey] = ()) -> OpenedCheckpoint:
        """Check that the leaf *hash* ``leaf`` stands at ``index`` in the tree that the log signed.

        Returns the checkpoint with the names of the witnesses that hold; how many are enough is the caller's rule.
        Raises NoteRefused, CheckpointRefused or ProofRefused.
        """
        opened = open_checkpoint(self.checkpoint, log_key, witnesses)
        head = opened.checkpoint
        if not merkle.verify_inclusion(leaf, self.index, head.size, self.hashes, head.root):
            raise ProofRefused("the entry does not stand there in the log")
        return opened
