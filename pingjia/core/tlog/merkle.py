"""RFC 6962 §2.1 hash trees: roots of streams, inclusion and consistency proofs, and their checks.

Hashes are 32 bytes. A leaf *hash* is ``leaf_hash(data)``; functions that take hashes say so by their name or docstring.

Inclusion, consistency and subtree proofs are one recursion (RFC 6962 §2.1.1 and §2.1.2; subtrees:
draft-ietf-plants-merkle-tree-certs, "Subtrees"): walk from the root down to the range that is proved and note what
stands beside the way. ``_walk`` does this on sizes alone, so that a proof is made, and checked, without recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from hashlib import sha256
from itertools import islice

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

# A copy of a begun hash is a tenth cheaper than a new one, for which OpenSSL looks the algorithm up.
_begun_leaf = sha256(b"\x00").copy
_begun_node = sha256(b"\x01").copy

_CHUNK = 256  # leaves folded at once; a power of two. Folding level by level is 1.6 times as fast as one by one


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ data)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def _fold(level: list[bytes]) -> bytes:
    """Return the root of a short, non-empty list of hashes; an odd last node rises unchanged."""
    while len(level) > 1:
        pairs = iter(level)
        above = []
        for left, right in zip(pairs, pairs, strict=False):
            node = _begun_node()
            node.update(left)
            node.update(right)
            above.append(node.digest())
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


def root_of_hashes(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes, reading them once; memory grows with the logarithm of their number."""
    return _root(_chunks(hashes))


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf data, reading it once."""
    return _root(_leaf_hashes(chunk) for chunk in _chunks(leaves))


def _leaf_hashes(chunk: list[bytes]) -> list[bytes]:
    hashes = []
    for data in chunk:
        leaf = _begun_leaf()
        leaf.update(data)
        hashes.append(leaf.digest())
    return hashes


def _chunks(items: Iterable[bytes]) -> Iterator[list[bytes]]:
    stream = iter(items)
    while chunk := list(islice(stream, _CHUNK)):
        yield chunk


def _root(chunks: Iterable[list[bytes]]) -> bytes:
    """Return the root over leaf hashes that come in full chunks, only the last of which may be short."""
    peaks: list[tuple[int, bytes]] = []  # (number of chunks, root) of full subtrees, largest first
    tail: list[bytes] = []
    for chunk in chunks:
        if len(chunk) < _CHUNK:
            tail = chunk
            break
        width, node = 1, _fold(chunk)
        while peaks and peaks[-1][0] == width:
            node = node_hash(peaks.pop()[1], node)
            width *= 2
        peaks.append((width, node))
    if not tail and not peaks:
        return EMPTY_ROOT
    total = _fold(tail) if tail else peaks.pop()[1]
    while peaks:
        total = node_hash(peaks.pop()[1], total)
    return total


class _Side(Enum):
    """Where a proof hash stands beside the way from the root to the proved range."""

    RIGHT = 1  # right of the range: joins the large root only
    LEFT = 2  # left of the range: joins the large root only
    SHARED = 3  # left, and itself part of the range: joins both roots


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size`` (which is at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _walk(start: int, end: int, size: int) -> tuple[tuple[int, int] | None, list[tuple[_Side, int, int]]]:
    """Return (range whose hash must open the proof or None, steps from bottom to top as (side, low, high)).

    The opening range is None when the proved range is itself a node of the tree, so that the checker knows its hash.
    """
    assert 0 <= start < end <= size
    low, high, straddled = 0, size, False
    steps: list[tuple[_Side, int, int]] = []
    while (start, end) != (low, high):
        middle = low + _split(high - low)
        if end <= middle:
            steps.append((_Side.RIGHT, middle, high))
            high = middle
        elif start >= middle:
            steps.append((_Side.LEFT, low, middle))
            low = middle
        else:
            assert start == low, "only aligned ranges are walked"
            steps.append((_Side.SHARED, low, middle))
            start = low = middle
            straddled = True
    steps.reverse()
    return ((low, high) if straddled else None), steps


def proof_ranges(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield the leaf ranges [low, high) whose hashes make the proof of [start, end) in a tree of ``size`` leaves.

    Inclusion of leaf i: [i, i+1). Consistency with the first m leaves: [0, m). Whoever can hash a range of leaves, from
    a list or from tiles, can so make either proof.
    """
    opening, steps = _walk(start, end, size)
    if opening is not None:
        yield opening
    for _, low, high in steps:
        yield low, high


def _prove(start: int, end: int, size: int, hash_of: Callable[[int, int], bytes]) -> list[bytes]:
    return [hash_of(low, high) for low, high in proof_ranges(start, end, size)]


def inclusion_proof(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof (RFC 6962 §2.1.1), leaf's sibling first, that ``hashes[index]`` is a leaf of the tree."""
    if not 0 <= index < len(hashes):
        raise IndexError("no such leaf")
    return _prove(index, index + 1, len(hashes), lambda low, high: root_of_hashes(hashes[low:high]))


def consistency_proof(hashes: Sequence[bytes], size1: int) -> list[bytes]:
    """Return the proof (RFC 6962 §2.1.2) that the tree of the first ``size1`` ≥ 1 leaves is a beginning of this one."""
    if not 1 <= size1 <= len(hashes):
        raise IndexError("no such earlier tree")
    return _prove(0, size1, len(hashes), lambda low, high: root_of_hashes(hashes[low:high]))


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)


def _is_subtree(start: int, end: int) -> bool:
    """Say whether [start, end) is a subtree: it starts on a multiple of the power of two that holds it."""
    return 0 <= start < end and start % (1 << (end - start - 1).bit_length()) == 0


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], root1: bytes, root2: bytes
) -> bool:
    """Say whether ``proof`` shows that the leaves [start, end), of root ``root1``, lie in the tree (size, root2)."""
    if start == end:  # nothing is claimed of the tree
        return 0 <= start <= size and not proof and root1 == EMPTY_ROOT
    if not _is_subtree(start, end) or end > size or not _are_hashes(root1, root2, *proof):
        return False
    opening, steps = _walk(start, end, size)
    if len(proof) != len(steps) + (opening is not None):
        return False
    rest = iter(proof)
    small = large = root1 if opening is None else next(rest)
    for (side, _, _), beside in zip(steps, rest, strict=True):
        large = node_hash(large, beside) if side is _Side.RIGHT else node_hash(beside, large)
        if side is _Side.SHARED:
            small = node_hash(beside, small)
    return small == root1 and large == root2


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> bool:
    """Say whether ``proof`` shows that the tree (size1, root1) is a beginning of (size2, root2).

    An empty earlier tree is refused, because every tree begins with it: such a proof would show nothing.
    """
    return 0 < size1 <= size2 and verify_subtree_consistency(0, size1, size2, proof, root1, root2)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether ``proof`` shows that the leaf *hash* ``leaf`` stands at ``index`` of the tree (size, root)."""
    return 0 <= index < size and verify_subtree_consistency(index, index + 1, size, proof, leaf, root)


def verify_subtree_inclusion(
    leaf: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether ``proof`` shows that the leaf *hash* ``leaf`` stands at ``index`` of the subtree [start, end)."""
    return _is_subtree(start, end) and verify_inclusion(leaf, index - start, end - start, proof, root)
