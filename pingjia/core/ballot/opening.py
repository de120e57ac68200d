"""Opening sums, never ballots: partial decryptions with proofs, and how t of them give a count.

``docs/spec/ballot.md`` §11. For a subject and a mask of grades, scrutineer i publishes d = x·ΣA with
x = Σ_{k∈mask} f_k(i), and proves with a Chaum–Pedersen proof that the same x lies in the commitments.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

from pingjia.core.ballot import hpke, labels
from pingjia.core.ballot.group import (
    BASE,
    IDENTITY,
    BadPoint,
    BadScalar,
    L,
    add,
    hash_to_scalar,
    mul,
    mul_base,
    point,
    random_scalar,
    scalar,
    scalar_bytes,
    sub,
)
from pingjia.core.ballot.keyset import KeySet
from pingjia.core.ballot.sealing import Share, public_share
from pingjia.core.ballot.sums import Sums

PARTIAL_LENGTH = 99


class BadPartial(ValueError):
    """Bytes that are no partial decryption."""


class NoCount(ValueError):
    """A decrypted sum that is no count within the number of ballots."""


def opening_hash(closings: Mapping[bytes, bytes]) -> bytes:
    """Name a set of boxes opened as one. ``closings``: box hash → text of its closing note, without signatures.

    SHA-256("pingjia/opening/v1\\0" ‖ u8 boxes ‖ per box, ascending: box_hash ‖ SHA-256(closing text)).
    """
    parts = [box + hashlib.sha256(text).digest() for box, text in sorted(closings.items())]
    return hashlib.sha256(labels.OPENING + bytes([len(parts)]) + b"".join(parts)).digest()


@dataclass(frozen=True)
class Partial:
    """One scrutineer's part of one sum: 99 bytes ``i ‖ s ‖ mask ‖ d ‖ e ‖ z``. ``s`` counts from 0, ``i`` from 1."""

    i: int
    s: int
    mask: int
    d: bytes
    e: int
    z: int

    def to_bytes(self) -> bytes:
        """Return the 99 bytes."""
        return bytes([self.i, self.s, self.mask]) + self.d + scalar_bytes(self.e) + scalar_bytes(self.z)

    @classmethod
    def parse(cls, raw: bytes) -> Partial:
        """Read 99 bytes; raise BadPartial where the point or scalar rule is broken."""
        if len(raw) != PARTIAL_LENGTH:
            raise BadPartial("length")
        try:
            return cls(raw[0], raw[1], raw[2], point(raw[3:35]), scalar(raw[35:67]), scalar(raw[67:99]))
        except (BadPoint, BadScalar) as error:
            raise BadPartial("point or scalar") from error


def write_partials(partials: Iterable[Partial]) -> bytes:
    """Return ``partials.bin``: partials joined, sorted by (i, s, mask)."""
    return b"".join(p.to_bytes() for p in sorted(partials, key=lambda p: (p.i, p.s, p.mask)))


def read_partials(raw: bytes) -> list[Partial]:
    """Read ``partials.bin``; raise BadPartial unless every partial reads and (i, s, mask) strictly increases."""
    if len(raw) % PARTIAL_LENGTH:
        raise BadPartial("length")
    found = [Partial.parse(raw[at : at + PARTIAL_LENGTH]) for at in range(0, len(raw), PARTIAL_LENGTH)]
    places = [(p.i, p.s, p.mask) for p in found]
    if any(earlier >= later for earlier, later in pairwise(places)):
        raise BadPartial("order")
    return found


def _challenge(opening: bytes, place: bytes, a: bytes, y: bytes, d: bytes, wg: bytes, wa: bytes) -> int:
    return hash_to_scalar(labels.PARTIAL, opening, place, a, y, d, wg, wa)


def decrypt(
    share: Share, opening: bytes, s: int, mask: int, a: bytes, draw: Callable[[], int] = random_scalar
) -> Partial:
    """Return the partial decryption of subject ``s`` and ``mask``, where ``a`` is ΣA over the valid ballots counted.

    Raises BadPoint if ``a`` is the identity, as it is before any ballot was added.
    """
    x = sum(value for k, value in enumerate(share.values) if mask >> k & 1) % L
    assert x, "a partial key of value zero comes once in 2^252 deals"
    y, d, w = mul_base(x), mul(x, a), draw()
    e = _challenge(opening, bytes([share.i, s, mask]), a, y, d, mul_base(w), mul(w, a))
    return Partial(share.i, s, mask, d, e, (w + e * x) % L)


def check_partial(partial: Partial, keyset: KeySet, opening: bytes, a: bytes) -> bool:
    """Say whether the proof of ``partial`` holds for the sum ``a`` and the commitments of its scrutineer."""
    if not 1 <= partial.i <= keyset.n or not 0 < partial.mask < 1 << len(keyset.commitments):
        return False
    try:
        y = public_share(keyset, partial.i, partial.mask)
        wg = sub(mul_base(partial.z), mul(partial.e, y))
        wa = sub(mul(partial.z, a), mul(partial.e, partial.d))
    except BadPoint:
        return False
    place = bytes([partial.i, partial.s, partial.mask])
    return partial.e == _challenge(opening, place, a, y, partial.d, wg, wa)


def combine(partials: Sequence[Partial], t: int, b: bytes) -> bytes:
    """Return D = Σ_{k∈mask} ΣB_k − Σ λ_i d_i = count·G from checked partials of one (s, mask).

    ``b`` is Σ_{k∈mask} ΣB_k. Of the partials the t lowest i are used; raises NoCount if there are fewer.
    """
    used = sorted(partials, key=lambda p: p.i)[:t]
    assert len({(p.s, p.mask) for p in used}) <= 1
    assert len({p.i for p in used}) == len(used)
    if len(used) < t:
        raise NoCount("too few scrutineers")
    result = b
    for p in used:
        weight = 1
        for other in used:
            if other.i != p.i:
                weight = weight * other.i * pow(other.i - p.i, -1, L) % L
        result = sub(result, mul(weight, p.d))
    return result


def is_count(d: bytes, count: int) -> bool:
    """Say whether D = count·G, which is all that a verifier asks."""
    return 0 <= count < L and d == mul_base(count)


def find_count(d: bytes, greatest: int) -> int:
    """Return the count of D, 0 … ``greatest``, by baby steps and giant steps; raise NoCount if there is none."""
    step = isqrt(greatest) + 1
    baby, at = {}, IDENTITY
    for i in range(step):
        baby[at] = i
        at = add(at, BASE)
    here = d
    for giant in range(step + 1):
        if here in baby:
            count = giant * step + baby[here]
            if count <= greatest:
                return count
        here = sub(here, at)
    raise NoCount("the sum is no count within the number of ballots")


def count_all(
    sums: Sums, keyset: KeySet, opening: bytes, places: Sequence[tuple[int, int]], partials: Iterable[Partial]
) -> dict[tuple[int, int], int]:
    """Return the count of every (s, mask) of ``places``; partials whose proof fails are passed over. Raises NoCount."""
    good = [p for p in partials if (p.s, p.mask) in places and check_partial(p, keyset, opening, sums.a[p.s])]
    counts = {}
    for s, mask in places:
        parts = {p.i: p for p in good if (p.s, p.mask) == (s, mask)}
        counts[s, mask] = find_count(combine(list(parts.values()), keyset.t, sums.b_of(s, mask)), sums.count)
    return counts


def relay_info(opening: bytes, sender: int, receiver: int) -> bytes:
    """Return the HPKE info under which partials travel from one scrutineer to another below the full tier."""
    return labels.RELAY + opening + bytes([sender, receiver])


def seal_partials(partials: Iterable[Partial], opening: bytes, sender: int, receiver: int, exchange: bytes) -> bytes:
    """Seal ``write_partials`` to the ``exchange`` key of the receiving scrutineer."""
    return hpke.seal(exchange, relay_info(opening, sender, receiver), write_partials(partials))


def open_partials(sealed: bytes, opening: bytes, sender: int, receiver: int, exchange: bytes) -> list[Partial]:
    """Open what ``sender`` sealed; raise BadPartial if it does not open or holds parts of somebody else."""
    try:
        found = read_partials(hpke.open_sealed(exchange, relay_info(opening, sender, receiver), sealed))
    except hpke.NotOpened as error:
        raise BadPartial("sealed to somebody else") from error
    if any(p.i != sender for p in found):
        raise BadPartial("parts of another scrutineer")
    return found
