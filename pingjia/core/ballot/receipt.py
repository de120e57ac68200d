"""The receipt (回执): the box's signature that one head lies in it (``docs/spec/ballot.md`` §7.3)."""

from __future__ import annotations

from pingjia.core.ballot import labels, signing
from pingjia.core.ballot.head import DropStatus
from pingjia.core.ballot.objects import box_number

LENGTH = 64
ANSWER_LENGTH = 128
QR_LENGTH = 128


def sign(box_seed: bytes, box_hash: bytes, leaf: bytes) -> bytes:
    """Return the receipt of ``leaf``; the same leaf always gets the same 64 bytes."""
    return signing.sign(box_seed, labels.RECEIPT + box_hash + leaf)


class Signer:
    """One box's key, made ready once for many receipts: the same bytes as ``sign``, at half its cost."""

    def __init__(self, box_seed: bytes) -> None:
        self._sign = signing.ready(box_seed)

    def __call__(self, box_hash: bytes, leaf: bytes) -> bytes:
        """Return the receipt of ``leaf``."""
        return self._sign(labels.RECEIPT + box_hash + leaf)


def verify(box_key: bytes, box_hash: bytes, leaf: bytes, receipt: bytes) -> bool:
    """Say whether ``receipt`` is the box's word that ``leaf`` lies in it."""
    return signing.verify(box_key, receipt, labels.RECEIPT + box_hash + leaf)


def answer(status: DropStatus, receipt: bytes = bytes(LENGTH)) -> bytes:
    """Return the answer to a drop, 128 bytes whatever it says: ``u8 status ‖ receipt or zeros ‖ zeros``."""
    assert len(receipt) == LENGTH
    assert status == DropStatus.ACCEPTED or not any(receipt)
    return (bytes([status]) + receipt).ljust(ANSWER_LENGTH, b"\0")


def qr(box_hash: bytes, leaf: bytes, receipt: bytes) -> bytes:
    """Return what the receipt's QR code holds: ``box_hash ‖ leaf ‖ receipt`` (128 bytes)."""
    return box_hash + leaf + receipt


def code(box_hash: bytes, leaf: bytes) -> str:
    """Return the 回执码: the 箱号, a space, and the first 80 bits of the leaf written the same way."""
    return f"{box_number(box_hash)} {box_number(leaf)}"
