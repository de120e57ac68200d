"""Vectors of ballot bodies: every intermediate value of good ones, and every way of breaking one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cast
from chance import Chance

from pingjia.core.ballot import body as bodies
from pingjia.core.ballot import signing
from pingjia.core.ballot.group import BASE, IDENTITY, ORDER_EIGHT_Y, L, P, add, scalar_bytes
from pingjia.core.ballot.sums import Sums

CHOICES = {"first": [[1, 0, 3], [2, 2, 2], [0, 0, 0]], "mixed": [[3, 4, 1], [0, 0, 2], [1, 1, 0]]}
CHEATS: list[list[int]] = [
    [1, 1, 0],
    [1, 1, 1],
    [2, 0, 0],
    [0, 5, 0],
    [-1, 0, 0],
    [1, -1, 1],
    [0, 2, -1],
    [L - 2, 0, 3],
]
TORSION = scalar_bytes(ORDER_EIGHT_Y)


def body_cases() -> dict[str, Any]:
    """Per box: its paper, good bodies with all that they are computed from, broken ones, and the sums of the good."""
    return {name: _box(name) for name in CHOICES}


def _box(name: str) -> dict[str, Any]:
    paper = cast.paper(name)
    sums = Sums(paper.grade_counts)
    good = []
    for n, choices in enumerate(CHOICES[name]):
        raw = cast.body(name, n, choices)
        bodies.check(paper, _pk(name, n), raw)
        sums.add_body(paper, raw)
        good.append(_explained(name, n, choices, raw))
    broken = []
    for why, box_hash, pk, raw in _broken(name):
        assert not bodies.is_valid(bodies.Paper(box_hash, paper.grade_counts, paper.keys), pk, raw), why
        broken.append({"why": why, "box_hash": box_hash.hex(), "pk": pk.hex(), "body": raw.hex()})
    return {
        "box_hash": paper.box_hash.hex(),
        "grade_counts": list(paper.grade_counts),
        "keys": [key.hex() for key in paper.keys],
        "shape": paper.shape.hex(),
        "good": good,
        "broken": broken,
        "sums": {"a": [a.hex() for a in sums.a], "b": [[b.hex() for b in row] for row in sums.b]},
    }


def _pk(name: str, n: int) -> bytes:
    return signing.public(cast.voter(name, n))


def _explained(name: str, n: int, choices: list[int], raw: bytes) -> dict[str, Any]:
    paper, chance = cast.paper(name), Chance(f"body {name} {n} 1")
    ciphertexts = [paper.ciphertext(raw, s) for s in range(len(choices))]
    transcript = bodies.Transcript.of(paper, _pk(name, n), b"".join(a + b"".join(b) for a, b in ciphertexts))
    challenges = []
    for s, count in enumerate(paper.grade_counts):
        at = paper.offsets[s] + 32 * (count + 1)
        parts = [int.from_bytes(raw[at + 32 * j : at + 32 * j + 32], "little") for j in range(count + 1)]
        challenges.append(scalar_bytes(sum(parts) % L).hex())
    drawn = len(choices) + sum(2 * count + 1 for count in paper.grade_counts)
    return {
        "pk": _pk(name, n).hex(),
        "choices": choices,
        "scalars_in_order_of_drawing": [scalar_bytes(chance.scalar()).hex() for _ in range(drawn)],
        "ctx": transcript.ctx.hex(),
        "weights": [scalar_bytes(weight).hex() for weight in transcript.weights],
        "combined_keys": [transcript.combined[count].hex() for count in paper.grade_counts],
        "challenges": challenges,
        "body": raw.hex(),
    }


def _put(raw: bytes, at: int, new: bytes) -> bytes:
    return raw[:at] + new + raw[at + len(new) :]


def _plus(raw: bytes, at: int, point: bytes) -> bytes:
    return _put(raw, at, add(raw[at : at + 32], point))


def _broken(name: str) -> Iterator[tuple[str, bytes, bytes, bytes]]:
    paper, pk = cast.paper(name), _pk(name, 0)
    raw, box = cast.body(name, 0, CHOICES[name][0]), paper.box_hash
    count = paper.grade_counts[0]
    b1, c0, z0 = 32, 32 * (count + 1), 64 * (count + 1)
    yield "copied under another key", box, _pk(name, 1), raw
    yield "of another box", cast.box("second").hash, pk, raw
    for what, at in (("A", 0), ("B1", b1), ("c0", c0), ("z0", z0), ("the last z", len(raw) - 32)):
        yield f"a bit of {what} flipped", box, pk, _put(raw, at + 5, bytes([raw[at + 5] ^ 1]))
    for what, at in (("A", 0), ("B1", b1), ("the last B", c0 - 32)):
        yield f"{what} + torsion", box, pk, _plus(raw, at, TORSION)
        yield f"{what} identity", box, pk, _put(raw, at, IDENTITY)
        yield f"{what} of order 8", box, pk, _put(raw, at, TORSION)
        yield f"{what} = p + 1", box, pk, _put(raw, at, scalar_bytes(P + 1))
        yield f"{what} = 2^255 - 1", box, pk, _put(raw, at, bytes([255] * 31 + [127]))
        yield f"{what} off the curve", box, pk, _put(raw, at, scalar_bytes(2))
    for what, at in (("c0", c0), ("z0", z0)):
        value = int.from_bytes(raw[at : at + 32], "little")
        yield f"{what} + L", box, pk, _put(raw, at, scalar_bytes(value + L))
        yield f"{what} + 2^255", box, pk, _put(raw, at, scalar_bytes(value + 2**255))
        yield f"{what} = 0", box, pk, _put(raw, at, bytes(32))
        yield f"{what} = L", box, pk, _put(raw, at, scalar_bytes(L))
    yield "one grade more (B1 + G)", box, pk, _plus(raw, b1, BASE)
    if name == "first":
        size = 96 * (count + 1)
        yield "subjects swapped", box, pk, raw[size : 2 * size] + raw[:size] + raw[2 * size :]
    yield "short", box, pk, raw[:-1]
    yield "a subject short", box, pk, raw[: -96 * (paper.grade_counts[-1] + 1)]
    yield "long", box, pk, raw + b"\0"
    yield "empty", box, pk, b""
    for exponents in CHEATS:
        for branch in range(count + 1):
            yield f"grades {exponents}, branch {branch} played true", box, pk, _cheat(name, exponents, branch)


def _cheat(name: str, first: list[int], branch: int) -> bytes:
    """Return the best body a cheating prover makes: other exponents in the first subject, blanks in the others."""
    paper = cast.paper(name)
    exponents = [first, *([0] * count for count in paper.grade_counts[1:])]
    branches = [branch] + [0] * (len(exponents) - 1)
    return bodies.prove(paper, _pk(name, 0), exponents, branches, Chance(f"cheat {name} {first} {branch}").scalar)
