"""The least that verifying a 3×3 ballot can cost: its primitives, and nothing around them.

    python -m benchmarks.bound SECONDS     prints ballots per second on one core, by the clock, and CPU seconds a ballot

A head takes one RSA verification per issuer and two of Ed25519 (the ballot's and the receipt's). The proof of a ballot
takes the products of ``docs/spec/ballot.md`` §6.2: see ``proof``. Hashes, parsing and the sums are not in the bound.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import NamedTuple

from pingjia.core.ballot import signing, token
from pingjia.core.ballot.group import BASE, L, add, mul, mul_base, random_scalar
from pingjia.core.verify.tests.fixedkeys import octets, signer


class Products(NamedTuple):
    """Products of a point that varies, products of the base point, additions."""

    var: int
    base: int
    add: int


def proof(subjects: int, grades: int) -> Products:
    """Return what the proof of one ballot needs: the weights, then per subject B̂, ρ_jG, and K+1 branches."""
    branches = grades + 1
    each = Products(grades + 3 * branches, branches, (grades - 1) + grades + 2 * branches)
    return Products(grades + subjects * each.var, grades + subjects * each.base, grades - 1 + subjects * each.add)


def ballot() -> Callable[[], None]:
    """Return a function that does the primitives of one 3×3 ballot with one issuer."""
    n = signer(0).n
    text = token.message(octets("box"), octets("pk"))
    blinded, inverse = token.blind(n, text, 3)
    rsa = token.finalize(n, text, signer(0).sign(blinded), inverse)
    message, key = octets("message", 350), signing.public(octets("seed"))
    signature = signing.sign(octets("seed"), message)
    count, x, p = proof(3, 3), random_scalar(), mul(L - 2, BASE)

    def once() -> None:
        assert token.verify(n, text, rsa)
        assert signing.verify(key, signature, message)
        assert signing.verify(key, signature, message)
        for _ in range(count.var):
            mul(x, p)
        for _ in range(count.base):
            mul_base(x)
        for _ in range(count.add):
            add(p, p)

    return once


if __name__ == "__main__":
    once, done = ballot(), 0
    begin, cpu = time.perf_counter(), time.process_time()
    while time.perf_counter() - begin < float(sys.argv[1]):
        once()
        done += 1
    print(done / (time.perf_counter() - begin), (time.process_time() - cpu) / done)
