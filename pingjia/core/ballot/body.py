"""The body of a ballot: per subject one encrypted choice, and the proof that it is one choice or a blank.

``docs/spec/ballot.md`` §6. A choice m of K grades (0 = blank) is the ciphertext A = rG, B_k = rH_k + [m=k]G. The proof
has K+1 branches, of which exactly one is true; branch j states log_G A = log_Ĥ (B̂ − ρ_j G) with weights ρ that are a
hash of every ciphertext of the ballot. Nothing here opens a ballot: see ``sums`` and ``opening``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pingjia.core.ballot import labels
from pingjia.core.ballot.group import (
    IDENTITY,
    BadPoint,
    BadScalar,
    L,
    add,
    hash_to_scalar,
    mul,
    mul_base,
    random_scalar,
    scalar,
    scalar_bytes,
    sub,
)
from pingjia.core.ballot.keyset import KeySet
from pingjia.core.ballot.slate import Slate


class InvalidBody(ValueError):
    """A body that proves nothing: its ballot is 无效. The text names the rule: length, point, scalar or proof."""


@dataclass(frozen=True)
class Paper:
    """The printed form of one box: what every body of it is bound to. ``keys`` are H_1 … H_K, K = max(grade_counts)."""

    box_hash: bytes
    grade_counts: tuple[int, ...]
    keys: tuple[bytes, ...]

    @classmethod
    def of(cls, box_hash: bytes, slate: Slate, keyset: KeySet) -> Paper:
        """Return the paper of a box. Raise ValueError if the key set has not one key per grade."""
        if max(slate.grade_counts) != len(keyset.keys):
            raise ValueError("the key set does not fit the slate")
        return cls(box_hash, slate.grade_counts, keyset.keys)

    @cached_property
    def body_length(self) -> int:
        """Bytes of a body: 96·Σ(K_s + 1)."""
        return 96 * sum(count + 1 for count in self.grade_counts)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each subject begins in the body."""
        found, at = [], 0
        for count in self.grade_counts:
            found.append(at)
            at += 96 * (count + 1)
        return tuple(found)

    @cached_property
    def shape(self) -> bytes:
        """``u8 S ‖ u8 K ‖ H_1 ‖ … ‖ H_K``; with unequal grade sets u8 K_1 … u8 K_S stand in place of u8 K."""
        counts = self.grade_counts
        sizes = counts if len(set(counts)) > 1 else counts[:1]
        return bytes([len(counts), *sizes]) + b"".join(self.keys)

    def ciphertext(self, body: bytes, s: int) -> tuple[bytes, list[bytes]]:
        """Return A and B_1 … B_K of subject ``s`` (from 0), unchecked."""
        at = self.offsets[s]
        return body[at : at + 32], [body[i : i + 32] for i in range(at + 32, at + 32 * (self.grade_counts[s] + 1), 32)]


@dataclass(frozen=True)
class Transcript:
    """What the ciphertexts of one ballot fix: ``ctx`` (64 bytes), ρ_0 … ρ_K, ρ_kG, and Ĥ per number of grades."""

    ctx: bytes
    weights: tuple[int, ...]
    weight_points: tuple[bytes, ...]
    combined: dict[int, bytes]

    @classmethod
    def of(cls, paper: Paper, pk: bytes, ciphertexts: bytes) -> Transcript:
        """``ciphertexts``: every subject's A ‖ B_1 ‖ … ‖ B_K. A zero weight, which nobody will see, is InvalidBody."""
        ctx = hashlib.sha512(labels.CTX + paper.box_hash + pk + paper.shape + ciphertexts).digest()
        greatest = len(paper.keys)
        weights = (0, *(hash_to_scalar(labels.WEIGHT, ctx, bytes([k])) for k in range(1, greatest + 1)))
        if 0 in weights[1:]:
            raise InvalidBody("proof")
        combined, total = {}, IDENTITY
        for k in range(1, greatest + 1):
            total = add(total, mul(weights[k], paper.keys[k - 1])) if k > 1 else mul(weights[1], paper.keys[0])
            combined[k] = total
        return cls(ctx, weights, (IDENTITY, *(mul_base(weight) for weight in weights[1:])), combined)

    def challenge(self, s: int, commitments: bytes) -> int:
        """Return the challenge of subject ``s`` (from 0) over ``T_0 ‖ U_0 ‖ … ‖ T_K ‖ U_K``."""
        return hash_to_scalar(labels.CHOICE, self.ctx, bytes([s]), commitments)


def make(paper: Paper, pk: bytes, choices: Sequence[int], draw: Callable[[], int] = random_scalar) -> bytes:
    """Return the body for ``choices``, one per subject: 0 for a blank, k for grade k. ``draw`` gives fresh scalars."""
    if len(choices) != len(paper.grade_counts):
        raise ValueError("one choice per subject")
    exponents = []
    for choice, count in zip(choices, paper.grade_counts, strict=True):
        if not 0 <= choice <= count:
            raise ValueError("no such grade")
        exponents.append([int(k == choice) for k in range(1, count + 1)])
    return prove(paper, pk, exponents, choices, draw)


def prove(
    paper: Paper,
    pk: bytes,
    exponents: Sequence[Sequence[int]],
    branches: Sequence[int],
    draw: Callable[[], int] = random_scalar,
) -> bytes:
    """Encrypt ``exponents`` and play branch ``branches[s]`` as the true one.

    Honest only if ``exponents[s]`` is the unit vector of that branch, as ``make`` sees to; every other use is an
    attempt to cheat, and ``check`` refuses what comes out. Scalars are drawn in this order: every subject's r; then per
    subject c_j, z_j for each simulated branch, ascending, and w.
    """
    randoms = [draw() for _ in exponents]
    ciphertexts = [
        [mul_base(r)] + [add(mul(r, h), mul_base(mu % L)) for h, mu in zip(paper.keys, exponent, strict=False)]
        for r, exponent in zip(randoms, exponents, strict=True)
    ]
    transcript = Transcript.of(paper, pk, b"".join(b"".join(points) for points in ciphertexts))
    parts = []
    for s, (r, exponent, branch) in enumerate(zip(randoms, exponents, branches, strict=True)):
        parts += ciphertexts[s]
        parts += _prove_subject(transcript, s, r, exponent, branch, draw)
    return b"".join(parts)


def _prove_subject(
    transcript: Transcript, s: int, r: int, exponent: Sequence[int], branch: int, draw: Callable[[], int]
) -> list[bytes]:
    """Return c_0 … c_K, z_0 … z_K. Simulated branches use u = z − cr, so that every product has a fixed point."""
    weights, combined = transcript.weights, transcript.combined[len(exponent)]
    content = sum(weight * mu for weight, mu in zip(weights[1:], exponent, strict=False))
    challenges, responses = [0] * (len(exponent) + 1), [0] * (len(exponent) + 1)
    commitments: list[tuple[bytes, bytes]] = []
    for j in range(len(exponent) + 1):
        if j == branch:
            commitments.append((b"", b""))
            continue
        c, z = draw(), draw()
        u = (z - c * r) % L
        shift = c * (content - weights[j]) % L
        commitments.append((mul_base(u), sub(mul(u, combined), mul_base(shift))))
        challenges[j], responses[j] = c, z
    w = draw()
    commitments[branch] = (mul_base(w), mul(w, combined))
    whole = transcript.challenge(s, b"".join(t + u for t, u in commitments))
    challenges[branch] = (whole - sum(challenges)) % L
    responses[branch] = (w + challenges[branch] * r) % L
    return [scalar_bytes(x) for x in (*challenges, *responses)]


def check(paper: Paper, pk: bytes, body: bytes) -> None:
    """Raise InvalidBody unless every subject of ``body`` holds one choice or a blank, made for this paper and key.

    The products of the equations refuse bad points themselves (``group.mul``), so no point is checked twice: every A
    and every B_k enters at least one product before this function returns.
    """
    if len(body) != paper.body_length or len(pk) != 32:
        raise InvalidBody("length")
    ciphertexts = [paper.ciphertext(body, s) for s in range(len(paper.grade_counts))]
    transcript = Transcript.of(paper, pk, b"".join(a + b"".join(b) for a, b in ciphertexts))
    try:
        for s, (a, b) in enumerate(ciphertexts):
            at = paper.offsets[s] + 32 * (len(b) + 1)
            _check_subject(transcript, s, a, b, body[at : at + 64 * (len(b) + 1)])
    except BadPoint as error:
        raise InvalidBody("point") from error
    except BadScalar as error:
        raise InvalidBody("scalar") from error


def _check_subject(transcript: Transcript, s: int, a: bytes, b: list[bytes], proof: bytes) -> None:
    """Check the K+1 branches of one subject. ``proof``: c_0 … c_K ‖ z_0 … z_K."""
    branches = len(b) + 1
    numbers = [scalar(proof[i : i + 32]) for i in range(0, 64 * branches, 32)]
    challenges, responses = numbers[:branches], numbers[branches:]
    combined = transcript.combined[len(b)]
    packed = mul(transcript.weights[1], b[0])
    for weight, b_k in zip(transcript.weights[2:], b[1:], strict=False):
        packed = add(packed, mul(weight, b_k))
    commitments = []
    for j, (c, z) in enumerate(zip(challenges, responses, strict=True)):
        stated = sub(packed, transcript.weight_points[j]) if j else packed
        commitments.append(sub(mul_base(z), mul(c, a)))
        # A stated point that is the identity is refused by the product, as the point rule asks.
        commitments.append(sub(mul(z, combined), mul(c, stated)))
    if (sum(challenges) - transcript.challenge(s, b"".join(commitments))) % L:
        raise InvalidBody("proof")


def is_valid(paper: Paper, pk: bytes, body: bytes) -> bool:
    """Say whether ``check`` lets the body pass."""
    try:
        check(paper, pk, body)
    except InvalidBody:
        return False
    return True
