"""The head of a ballot, and the record that is dropped (``docs/spec/ballot.md`` §7).

    0 version 0x02 │ 1 seq 1…9 │ 2 pk (32) │ 34 SHA-256(body) │ 66 issuer signatures, k·n │ 66+kn Ed25519 (64)

A head is a leaf of its box for ever; it names no member, no unit, no time and no choice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from pingjia.core.ballot import labels, opinion, signing, token
from pingjia.core.ballot.objects import BoxManifest, Slate

VERSION = 0x02
GREATEST_SEQ = 9


class DropStatus(IntEnum):
    """First byte of the answer to a drop."""

    ACCEPTED = 0
    NOT_OPEN = 1
    CLOSED = 2
    MALFORMED = 3
    TOKEN = 4
    SIGNATURE = 5
    SEQ = 6
    BUSY = 7


class BadHead(ValueError):
    """A head that does not hold; ``status`` says in which way."""

    def __init__(self, status: DropStatus) -> None:
        super().__init__(status.name)
        self.status = status


def head_length(box: BoxManifest) -> int:
    """Bytes of a head: 130 + k·n."""
    return 130 + box.k * len(box.issuers)


def body_length(box: BoxManifest, slate: Slate | None) -> int:
    """Bytes of a body: 96·Σ(K_s + 1), or 2,096 in an opinion box, which has no slate (None)."""
    if box.kind == "opinion":
        return opinion.BODY_LENGTH
    assert slate is not None
    return 96 * sum(count + 1 for count in slate.grade_counts)


@dataclass(frozen=True)
class Head:
    """A head taken apart; nothing of it is verified before ``check``."""

    raw: bytes
    seq: int
    pk: bytes
    body_hash: bytes
    tokens: tuple[bytes, ...]
    signature: bytes

    @classmethod
    def parse(cls, raw: bytes, box: BoxManifest) -> Head:
        """Take a head apart; raise BadHead (MALFORMED for length or version, SEQ for a sequence outside 1…9)."""
        if len(raw) != head_length(box) or raw[0] != VERSION:
            raise BadHead(DropStatus.MALFORMED)
        if not 1 <= raw[1] <= (GREATEST_SEQ if box.revote else 1):
            raise BadHead(DropStatus.SEQ)
        tokens = tuple(raw[at : at + box.k] for at in range(66, len(raw) - 64, box.k))
        return cls(raw, raw[1], raw[2:34], raw[34:66], tokens, raw[-64:])

    @property
    def leaf(self) -> bytes:
        """SHA-256(0x00 ‖ head): the leaf hash, which is also what the receipt names."""
        return leaf(self.raw)

    def check(self, box: BoxManifest) -> None:
        """Verify every issuer's token, then the ballot's signature; raise BadHead (TOKEN, SIGNATURE)."""
        text = token.message(box.hash, self.pk)
        for issuer, signature in zip(box.issuers, self.tokens, strict=True):
            if not token.verify(issuer.rsa_n, text, signature):
                raise BadHead(DropStatus.TOKEN)
        if not signing.verify(self.pk, self.signature, labels.BALLOT + box.hash + self.raw[:-64]):
            raise BadHead(DropStatus.SIGNATURE)


def leaf(head: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ head)."""
    return hashlib.sha256(b"\0" + head).digest()


def make(box_hash: bytes, seq: int, seed: bytes, body: bytes, tokens: Sequence[bytes]) -> bytes:
    """Return the record ``head ‖ body``, signed by the one-time key whose Ed25519 seed is ``seed``."""
    start = bytes([VERSION, seq]) + signing.public(seed) + hashlib.sha256(body).digest() + b"".join(tokens)
    return start + signing.sign(seed, labels.BALLOT + box_hash + start) + body


def check_record(record: bytes, box: BoxManifest, slate: Slate | None) -> tuple[Head, bytes]:
    """Return head and body of a record after every check that is made at once; raise BadHead.

    These are: length, version, seq 1…9 (1 where the box allows no second ballot), body hash, tokens, signature. What
    the body holds is proved at the close; whether ``seq`` is the next one is known to the box alone.
    """
    split = head_length(box)
    if len(record) != split + body_length(box, slate):
        raise BadHead(DropStatus.MALFORMED)
    head, body = Head.parse(record[:split], box), record[split:]
    if hashlib.sha256(body).digest() != head.body_hash:
        raise BadHead(DropStatus.MALFORMED)
    head.check(box)
    return head, body
