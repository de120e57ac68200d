"""A scrutineer's card: 20 random bytes that become two keys for one poll (``docs/spec/ballot.md`` §10.1)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pingjia.core.ballot import crockford, hpke, labels, signing
from pingjia.core.ballot.keyset import Scrutineer

CARD_LENGTH = 20
_GROUP = 4


class BadCard(ValueError):
    """The typed text is no card: a wrong number of symbols, a foreign symbol, or a check group that does not fit."""


@dataclass(frozen=True)
class CardKeys:
    """``sign``: Ed25519 seed; ``exchange``: clamped X25519 private key. Both leave the card's holder never."""

    sign: bytes
    exchange: bytes

    def scrutineer(self, name: str) -> Scrutineer:
        """Return the public halves under a name."""
        return Scrutineer(hpke.public(self.exchange), signing.public(self.sign), name)


def write(card: bytes) -> str:
    """Return the text of a card: 8 groups of 4 Crockford symbols and a check group, joined by hyphens."""
    assert len(card) == CARD_LENGTH
    symbols = crockford.encode(card) + _check_group(card)
    return "-".join(symbols[i : i + _GROUP] for i in range(0, len(symbols), _GROUP))


def read(typed: str) -> bytes:
    """Return the 20 bytes of a typed card; raise BadCard."""
    try:
        symbols = crockford.normalise(typed)
    except crockford.BadSymbols as error:
        raise BadCard("a character that no card has") from error
    if len(symbols) != 36:
        raise BadCard("a card has 36 characters in 9 groups")
    card = crockford.decode(symbols[:32])
    if symbols[32:] != _check_group(card):
        raise BadCard("the last group does not fit: a slip of the hand")
    return card


def derive(card: bytes, poll_id: bytes) -> CardKeys:
    """Return the keys of a card for one poll: HKDF-SHA256, empty salt, info = label ‖ poll_id (RFC 5869)."""
    return CardKeys(_hkdf(card, labels.CARD_SIGN + poll_id), hpke.clamp(_hkdf(card, labels.CARD_EXCHANGE + poll_id)))


def _hkdf(card: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(card)


def _check_group(card: bytes) -> str:
    return crockford.encode(hashlib.sha256(labels.CARD_CHECK + card).digest()[:5])[:_GROUP]


def enrolment_message(poll_id: bytes, i: int, exchange: bytes) -> bytes:
    """Return what a card's ``key`` signs when scrutineer ``i`` enrols: the ``exchange`` key belongs to it."""
    return labels.ENROL + poll_id + bytes([i]) + exchange
