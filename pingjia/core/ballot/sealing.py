"""Dealing the keys of a box, opening one's own share, accepting the key set (``docs/spec/ballot.md`` §10.2, §10.3).

A real box is dealt in a browser. This dealer serves demonstration and tests: whoever runs it could keep the key.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pingjia.core.ballot import hpke, labels, shamir, signing
from pingjia.core.ballot.group import (
    IDENTITY,
    BadScalar,
    L,
    add,
    mul,
    mul_base,
    random_scalar,
    scalar,
    scalar_bytes,
)
from pingjia.core.ballot.keyset import KeySet, Scrutineer


class BadShare(ValueError):
    """A share that does not open, or does not fit the commitments of its key set."""


@dataclass(frozen=True)
class Share:
    """What scrutineer ``i`` (from 1) holds: f_1(i) … f_K(i), and 33 bytes of the opinion key."""

    i: int
    values: tuple[int, ...]
    opinion: bytes

    def to_bytes(self) -> bytes:
        """Return ``f_1(i) ‖ … ‖ f_K(i) ‖ opinion``: 32K + 33 bytes."""
        return b"".join(scalar_bytes(value) for value in self.values) + self.opinion


@dataclass(frozen=True)
class Deal:
    """A key set and the sealed shares, in the order of the scrutineers. No secret is left in it."""

    keyset: KeySet
    sealed: tuple[bytes, ...]


def deal(
    poll_id: bytes,
    scrutineers: Sequence[Scrutineer],
    grades: int,
    t: int = 2,
    draw: Callable[[], int] = random_scalar,
    octets: Callable[[int], bytes] = secrets.token_bytes,
    seal: Callable[[bytes, bytes, bytes], bytes] = hpke.seal,
) -> Deal:
    """Deal ``grades`` keys t-of-n. Draws: a_{1,0} … a_{1,t−1}, a_{2,0} …; then the opinion key and its coefficients."""
    n = len(scrutineers)
    polynomials = [[draw() for _ in range(t)] for _ in range(grades)]
    opinion_key = hpke.clamp(octets(32))
    opinion_shares = shamir.split(opinion_key, n, t, octets)
    sealed = []
    for i, (person, opinion) in enumerate(zip(scrutineers, opinion_shares, strict=True), start=1):
        values = tuple(sum(a * pow(i, d, L) for d, a in enumerate(f)) % L for f in polynomials)
        assert 0 not in values, "a share of value zero comes once in 2^252 deals"
        sealed.append(seal(person.exchange, share_info(poll_id, i), Share(i, values, opinion).to_bytes()))
    keyset = KeySet(
        commitments=tuple(tuple(mul_base(a) for a in f) for f in polynomials),
        opinion_public=hpke.public(opinion_key),
        poll_id=poll_id,
        scrutineers=tuple(scrutineers),
        share_hash=tuple(hashlib.sha256(box).digest() for box in sealed),
        t=t,
    )
    return Deal(keyset, tuple(sealed))


def share_info(poll_id: bytes, i: int) -> bytes:
    """Return the HPKE info under which share ``i`` is sealed."""
    return labels.SHARE + poll_id + bytes([i])


def open_share(keyset: KeySet, i: int, exchange: bytes, sealed: bytes) -> Share:
    """Open the share of scrutineer ``i`` with the private ``exchange`` key and check it (BadShare)."""
    if not 1 <= i <= keyset.n or hashlib.sha256(sealed).digest() != keyset.share_hash[i - 1]:
        raise BadShare("not the sealed share that the key set names")
    try:
        raw = hpke.open_sealed(exchange, share_info(keyset.poll_id, i), sealed)
    except hpke.NotOpened as error:
        raise BadShare("this card does not open this share") from error
    split = 32 * len(keyset.commitments)
    if len(raw) != split + shamir.SHARE_LENGTH or raw[split] != i:
        raise BadShare("a share of another shape")
    try:
        values = tuple(scalar(raw[at : at + 32]) for at in range(0, split, 32))
    except BadScalar as error:
        raise BadShare("a share is no scalar") from error
    if any(mul_base(x) != public_share(keyset, i, 1 << k) for k, x in enumerate(values)):
        raise BadShare("a share does not fit the commitments")
    return Share(i, values, raw[split:])


def public_share(keyset: KeySet, i: int, mask: int) -> bytes:
    """Return Y = Σ_{k∈mask} Σ_d i^d · commitments[k][d]: the public half of what scrutineer ``i`` holds."""
    total = IDENTITY
    for k, row in enumerate(keyset.commitments):
        if mask >> k & 1:
            for d, commitment in enumerate(row):
                total = add(total, mul(pow(i, d, L), commitment))
    return total


def acceptance_message(keyset: KeySet) -> bytes:
    """Return what a scrutineer signs after a good share: ``"pingjia/accept/v1\\0" ‖ H(KeySet)``."""
    return labels.ACCEPT + keyset.hash


def accept(keyset: KeySet, sign: bytes) -> bytes:
    """Return the 64-byte acceptance by the card's Ed25519 seed."""
    return signing.sign(sign, acceptance_message(keyset))


def check_acceptances(keyset: KeySet, accepts: bytes) -> list[int]:
    """Return the scrutineers (from 1) whose acceptance is missing or wrong in ``accepts.bin`` (64 B each, in order)."""
    message = acceptance_message(keyset)
    return [
        i
        for i, person in enumerate(keyset.scrutineers, start=1)
        if not signing.verify(person.key, accepts[64 * (i - 1) : 64 * i], message)
    ]
