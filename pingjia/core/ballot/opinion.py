"""The opinion box: free texts under a key that only t scrutineers rebuild (``docs/spec/ballot.md`` §13)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from pingjia.core import canonical
from pingjia.core.ballot import hpke, labels, shamir

PLAIN_LENGTH = 2048
BODY_LENGTH = PLAIN_LENGTH + hpke.OVERHEAD
TEXT_LENGTH = PLAIN_LENGTH - 3
_VERSION = 0x02


class NotOpinion(ValueError):
    """A body that does not open to a text: one class for every cause, counted as invalid."""


class TooLong(ValueError):
    """More than 2,045 bytes of UTF-8."""


def _info(box_hash: bytes, pk: bytes) -> bytes:
    return labels.OPINION + box_hash + pk


def pad(text: str) -> bytes:
    """Return ``0x02 ‖ u16 len ‖ UTF-8 ‖ zeros`` (2,048 bytes); raise TooLong."""
    raw = text.encode()
    if len(raw) > TEXT_LENGTH:
        raise TooLong(f"{len(raw)} bytes; at most {TEXT_LENGTH}")
    return (bytes([_VERSION]) + len(raw).to_bytes(2, "big") + raw).ljust(PLAIN_LENGTH, b"\0")


def unpad(plain: bytes) -> str:
    """Return the text; raise NotOpinion for any other shape, a padding that is not zero included."""
    length = int.from_bytes(plain[1:3], "big")
    if len(plain) != PLAIN_LENGTH or plain[0] != _VERSION or length > TEXT_LENGTH or any(plain[3 + length :]):
        raise NotOpinion
    try:
        return plain[3 : 3 + length].decode()
    except UnicodeDecodeError as error:
        raise NotOpinion from error


def seal(
    text: str,
    opinion_public: bytes,
    box_hash: bytes,
    pk: bytes,
    seal_to: Callable[[bytes, bytes, bytes], bytes] = hpke.seal,
) -> bytes:
    """Return the body of an opinion, 2,096 bytes whatever was written; an empty text is an opinion too."""
    return seal_to(opinion_public, _info(box_hash, pk), pad(text))


def open_body(private: bytes, box_hash: bytes, pk: bytes, body: bytes) -> str:
    """Return the text of one body; raise NotOpinion."""
    if len(body) != BODY_LENGTH:
        raise NotOpinion
    try:
        return unpad(hpke.open_sealed(private, _info(box_hash, pk), body))
    except hpke.NotOpened as error:
        raise NotOpinion from error


def read_box(
    private: bytes, box_hash: bytes, records: Iterable[tuple[bytes, bytes]], k_free: int = 10
) -> tuple[list[str] | None, int]:
    """Open (pk, body) pairs; return the non-empty texts, sorted by SHA-256, and the number of invalid bodies.

    Below ``k_free`` non-empty texts the first part is None: nothing is to be read.
    """
    texts, invalid = [], 0
    for pk, body in records:
        try:
            text = open_body(private, box_hash, pk, body)
        except NotOpinion:
            invalid += 1
            continue
        if text:
            texts.append(text)
    if len(texts) < k_free:
        return None, invalid
    return sorted(texts, key=lambda text: hashlib.sha256(text.encode()).digest()), invalid


def reshare_info(box_hash: bytes, i: int) -> bytes:
    """Return the HPKE info under which scrutineer ``i`` reseals the own 33 bytes to the reader, after the close."""
    return labels.OPINION_SHARE + box_hash + bytes([i])


def reshare(share: bytes, box_hash: bytes, reader_exchange: bytes) -> bytes:
    """Reseal the 33-byte ``share`` (its first byte is i) to the reader: 81 bytes."""
    assert len(share) == shamir.SHARE_LENGTH
    return hpke.seal(reader_exchange, reshare_info(box_hash, share[0]), share)


def rebuild(shares: Sequence[bytes], opinion_public: bytes) -> bytes:
    """Return the opinion key of exactly t shares; raise ValueError unless it is clamped and fits ``opinion_public``."""
    private = shamir.join(shares)
    if hpke.clamp(private) != private or hpke.public(private) != opinion_public:
        raise ValueError("these shares do not give the key of this box")
    return private


def outcome_message(box_hash: bytes, enough: bool, texts: Sequence[str]) -> bytes:
    """Return what the reader signs: label ‖ canonical ``{"box","enough","texts"}``; no text unless ``enough``."""
    assert enough or not texts
    return labels.OPINIONS + canonical.dumps({"box": box_hash.hex(), "enough": enough, "texts": list(texts)})
