"""Handing out ballots: messages, the signed no, entries, the closing statement (``docs/spec/ballot.md`` §9)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from pingjia.core import canonical
from pingjia.core.ballot import fields, labels, signing
from pingjia.core.tlog.merkle import root_of_hashes

CODE_LENGTH = 32
REFUSAL_LENGTH = 512
UNKNOWN_LEAF = bytes(32)  # in a refusal to somebody whom the issuer cannot place on the roll


class IssueStatus(IntEnum):
    """First byte of the answer to a draw. 1 to 5 carry a signed refusal, 6 and 7 do not."""

    SIGNED = 0
    NOT_ON_ROLL = 1
    ALREADY_DRAWN = 2
    PAPER = 3
    CLOSED = 4
    CODE_UNKNOWN = 5
    MALFORMED = 6
    BUSY = 7


class Reason(StrEnum):
    """Why an issuer says no, in a signed refusal."""

    NOT_ON_ROLL = "not_on_roll"
    ALREADY_DRAWN = "already_drawn"
    PAPER = "paper"
    CLOSED = "closed"
    CODE_UNKNOWN = "code_unknown"

    @property
    def status(self) -> IssueStatus:
        """The status byte of an answer with this reason."""
        return IssueStatus[self.name]


_WITH_REFUSAL = frozenset(reason.status for reason in Reason)


class BadDraw(ValueError):
    """A request to draw, or the answer to one, of a wrong shape."""


@dataclass(frozen=True)
class DrawRequest:
    """``u8 len(CODE) ‖ CODE padded to 32 ‖ poll_hash ‖ blinded × boxes``; an empty code leaves it to the session."""

    code: str
    poll_hash: bytes
    blinded: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        """Return the bytes of the request."""
        code = self.code.encode("ascii")
        assert len(code) <= CODE_LENGTH
        return bytes([len(code)]) + code.ljust(CODE_LENGTH, b"\0") + self.poll_hash + b"".join(self.blinded)

    @staticmethod
    def poll_of(raw: bytes) -> bytes:
        """Return the poll hash, which says how long the rest must be; raise BadDraw if the request ends before it."""
        if len(raw) < 65:
            raise BadDraw("too short")
        return raw[33:65]

    @classmethod
    def parse(cls, raw: bytes, k: int, boxes: int) -> DrawRequest:
        """Take a request for ``boxes`` boxes of k-byte moduli apart; raise BadDraw."""
        if len(raw) != 65 + k * boxes or raw[0] > CODE_LENGTH or any(raw[1 + raw[0] : 33]):
            raise BadDraw("length or padding")
        try:
            code = raw[1 : 1 + raw[0]].decode("ascii")
        except UnicodeDecodeError as error:
            raise BadDraw("the code is not ASCII") from error
        return cls(code, raw[33:65], tuple(raw[at : at + k] for at in range(65, len(raw), k)))


def granted(signatures: Sequence[bytes]) -> bytes:
    """Return the answer that carries one blind signature per box."""
    return bytes([IssueStatus.SIGNED]) + b"".join(signatures) + bytes(2 + REFUSAL_LENGTH)


def refused(status: IssueStatus, k: int, boxes: int, refusal: bytes = b"") -> bytes:
    """Return an answer of the same length that says no; ``refusal`` is what ``sign_refusal`` returned."""
    assert status != IssueStatus.SIGNED
    assert len(refusal) <= REFUSAL_LENGTH
    length = len(refusal).to_bytes(2, "big")
    return bytes([status]) + bytes(k * boxes) + length + refusal.ljust(REFUSAL_LENGTH, b"\0")


def read_answer(raw: bytes, k: int, boxes: int) -> tuple[IssueStatus, tuple[bytes, ...], bytes]:
    """Return status, blind signatures (none on a refusal) and the signed refusal (or no bytes); raise BadDraw."""
    split = 1 + k * boxes
    if len(raw) != split + 2 + REFUSAL_LENGTH or raw[0] > max(IssueStatus):
        raise BadDraw("length or status")
    length = int.from_bytes(raw[split : split + 2], "big")
    refusal = raw[split + 2 : split + 2 + length]
    if length > REFUSAL_LENGTH or any(raw[split + 2 + length :]):
        raise BadDraw("padding")
    status = IssueStatus(raw[0])
    if (length > 0) != (status in _WITH_REFUSAL) or (status != IssueStatus.SIGNED and any(raw[1:split])):
        raise BadDraw("bytes where zeros belong, or no refusal where one belongs")
    if status != IssueStatus.SIGNED:
        return status, (), refusal
    return status, tuple(raw[at : at + k] for at in range(1, split, k)), refusal


def sign_refusal(id_seed: bytes, box_hash: bytes, reason: Reason, roll_leaf: bytes = UNKNOWN_LEAF) -> bytes:
    """Return ``canonical{"box","reason","roll_leaf"} ‖ signature``. ``box`` is the first box of the poll."""
    text = canonical.dumps({"box": box_hash.hex(), "reason": reason.value, "roll_leaf": roll_leaf.hex()})
    return text + signing.sign(id_seed, labels.REFUSAL + text)


def read_refusal(id_key: bytes, refusal: bytes) -> tuple[bytes, Reason, bytes]:
    """Return box hash, reason and roll leaf of a signed refusal; raise BadDraw unless ``id_key`` signed it."""
    text, signature = refusal[:-64], refusal[-64:]
    if not signing.verify(id_key, signature, labels.REFUSAL + text):
        raise BadDraw("nobody signed this refusal")
    try:
        f = fields.parse(text, "box", "reason", "roll_leaf")
        reason = Reason(fields.choice(f["reason"], "reason", *Reason))
        return fields.octets(f["box"], 32, "box"), reason, fields.octets(f["roll_leaf"], 32, "roll_leaf")
    except ValueError as error:
        raise BadDraw("not a refusal") from error


def entry(roll_leaf: bytes, blinded: bytes) -> bytes:
    """Return ``roll_leaf ‖ SHA-256(blinded)`` (64 bytes): one ballot of one box, handed out."""
    return roll_leaf + hashlib.sha256(blinded).digest()


def entry_leaf(raw: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\0" + raw).digest()


def issuance_root(entries: Iterable[bytes]) -> bytes:
    """Return the RFC 6962 root over the leaves of all entries in ascending order of the leaf."""
    return root_of_hashes(sorted(entry_leaf(raw) for raw in entries))


@dataclass(frozen=True)
class Statement:
    """What an issuer states at the close: ``issuer`` is its place in the manifest, from 0."""

    box: bytes
    issued: int
    issuer: int
    paper: int
    root: bytes

    def to_bytes(self) -> bytes:
        """Return the canonical bytes."""
        return canonical.dumps(self._value())

    def _value(self) -> dict[str, str | int]:
        return {
            "box": self.box.hex(),
            "issued": self.issued,
            "issuer": self.issuer,
            "paper": self.paper,
            "root": self.root.hex(),
        }

    @classmethod
    def from_value(cls, value: object) -> Statement:
        """Read and check the canonical value (BadObject)."""
        f = fields.record(value, "box", "issued", "issuer", "paper", "root")
        return cls(
            fields.octets(f["box"], 32, "box"),
            fields.integer(f["issued"], 0, 10**8, "issued"),
            fields.integer(f["issuer"], 0, 7, "issuer"),
            fields.integer(f["paper"], 0, 10**8, "paper"),
            fields.octets(f["root"], 32, "root"),
        )

    def sign(self, id_seed: bytes) -> bytes:
        """Return the issuer's 64-byte signature."""
        return signing.sign(id_seed, labels.ISSUANCE + self.to_bytes())

    def verify(self, id_key: bytes, signature: bytes) -> bool:
        """Say whether ``id_key`` signed this statement."""
        return signing.verify(id_key, signature, labels.ISSUANCE + self.to_bytes())


def write_statements(signed: Sequence[tuple[Statement, bytes]]) -> bytes:
    """Return ``issuance.json``: canonical ``[{"signature","statement"}…]`` in the order of the issuers."""
    return canonical.dumps([{"signature": s.hex(), "statement": statement._value()} for statement, s in signed])


def read_statements(raw: bytes) -> list[tuple[Statement, bytes]]:
    """Read ``issuance.json`` (NotCanonical, BadObject). Signatures and numbers are for the caller to judge."""
    found = []
    for row in fields.array(canonical.loads(raw), 1, 8, "statements"):
        f = fields.record(row, "signature", "statement")
        found.append((Statement.from_value(f["statement"]), fields.octets(f["signature"], 64, "signature")))
    return found
