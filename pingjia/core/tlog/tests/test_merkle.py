"""The tree agrees with its definition, with published vectors, and refuses every broken proof of them."""

from __future__ import annotations

import base64
import tracemalloc
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.tests.scale import scaled
from pingjia.core.tlog import merkle

from .vectors import read, unbase64

# One "good" vector compares two twelve-byte words instead of hashes. A root of a wrong length is never good here.
NOT_HASHES = {"additional/sizes-are-equal-one-and-proof-is-empty"}


def _vectors(kind: str) -> list[tuple[str, dict]]:
    return sorted(read(f"merkle_{kind}.json").items())


def _expected(name: str, vector: dict) -> bool:
    return not vector["wantErr"] and name not in NOT_HASHES


def test_all_518_published_vectors_are_here() -> None:
    kinds = ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"]
    vectors = [vector for kind in kinds for _, vector in _vectors(kind)]
    assert (len(vectors), sum(not vector["wantErr"] for vector in vectors)) == (518, 36)


@pytest.mark.parametrize(("name", "vector"), _vectors("inclusion"))
def test_published_inclusion_proofs(name: str, vector: dict) -> None:
    leaf, root = unbase64([vector["leafHash"], vector["root"]])
    proof = unbase64(vector["proof"])
    verdict = merkle.verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], proof, root)
    assert verdict == _expected(name, vector)


@pytest.mark.parametrize(("name", "vector"), _vectors("consistency"))
def test_published_consistency_proofs(name: str, vector: dict) -> None:
    root1, root2 = unbase64([vector["root1"], vector["root2"]])
    verdict = merkle.verify_consistency(vector["size1"], vector["size2"], unbase64(vector["proof"]), root1, root2)
    assert verdict == _expected(name, vector)


@pytest.mark.parametrize(("name", "vector"), _vectors("subtreeinclusion"))
def test_published_subtree_inclusion_proofs(name: str, vector: dict) -> None:
    leaf, root = unbase64([vector["leafHash"], vector["root"]])
    proof = unbase64(vector["proof"])
    verdict = merkle.verify_subtree_inclusion(leaf, vector["leafIdx"], vector["start"], vector["end"], proof, root)
    assert verdict == _expected(name, vector)


@pytest.mark.parametrize(("name", "vector"), _vectors("subtreeconsistency"))
def test_published_subtree_consistency_proofs(name: str, vector: dict) -> None:
    root1, root2 = unbase64([vector["root1"], vector["root2"]])
    proof = unbase64(vector["proof"])
    verdict = merkle.verify_subtree_consistency(vector["start"], vector["end"], vector["size"], proof, root1, root2)
    assert verdict == _expected(name, vector)


def _mth(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + _mth(leaves[:k]) + _mth(leaves[k:])).digest()


def _path(m: int, leaves: list[bytes]) -> list[bytes]:
    """RFC 6962 §2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*_path(m, leaves[:k]), _mth(leaves[k:])]
    return [*_path(m - k, leaves[k:]), _mth(leaves[:k])]


def _subproof(m: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """RFC 6962 §2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [_mth(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*_subproof(m, leaves[:k], whole), _mth(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], False), _mth(leaves[:k])]


def _leaves(count: int) -> list[bytes]:
    return [count.to_bytes(2, "big") + number.to_bytes(3, "big") for number in range(count)]


@pytest.mark.parametrize("count", [*range(18), 255, 256, 257, 511, 512, 513, 767, 768, 769, 1023, 1025, 2305])
def test_the_streamed_root_is_the_root_of_the_definition(count: int) -> None:
    leaves = _leaves(count)
    assert merkle.root(iter(leaves)) == merkle.root_of_hashes(map(merkle.leaf_hash, leaves)) == _mth(leaves)


def test_the_root_of_rfc_6962_implementations_over_eight_known_leaves() -> None:
    """The eight leaves that certificate-log implementations test with; their root stands in the vectors too."""
    leaves = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
    leaves += [bytes.fromhex("5051525354555657"), bytes.fromhex("606162636465666768696a6b6c6d6e6f")]
    expected = base64.b64decode(read("merkle_consistency.json")["1/happy-path"]["root2"])
    assert merkle.root(leaves) == expected


@pytest.mark.parametrize("count", range(1, scaled(34, 140)))
def test_every_proof_of_small_trees_is_the_definitions_and_is_accepted(count: int) -> None:
    leaves = _leaves(count)
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    root = _mth(leaves)
    for index in range(count):
        proof = merkle.inclusion_proof(hashes, index)
        assert proof == _path(index, leaves)
        assert merkle.verify_inclusion(hashes[index], index, count, proof, root)
    for size1 in range(1, count + 1):
        proof = merkle.consistency_proof(hashes, size1)
        assert proof == _subproof(size1, leaves, True)
        assert merkle.verify_consistency(size1, count, proof, _mth(leaves[:size1]), root)


@settings(max_examples=scaled(150, 3000), deadline=None)
@given(st.data())
def test_a_proof_fails_at_any_other_place_size_root_leaf_or_hash(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, count - 1))
    hashes = [merkle.leaf_hash(leaf) for leaf in _leaves(count)]
    root, leaf, proof = merkle.root_of_hashes(hashes), hashes[index], merkle.inclusion_proof(hashes, index)
    assert merkle.verify_inclusion(leaf, index, count, proof, root)

    other = data.draw(st.integers(-2, 310).filter(lambda number: number != index))
    assert not merkle.verify_inclusion(leaf, other, count, proof, root)
    assert not merkle.verify_inclusion(node_flip(leaf), index, count, proof, root)
    assert not merkle.verify_inclusion(leaf, index, count, proof, node_flip(root))
    assert not merkle.verify_inclusion(leaf, index, count, [*proof, leaf], root)
    for place in range(len(proof)):
        assert not merkle.verify_inclusion(leaf, index, count, proof[:place] + proof[place + 1 :], root)
        changed = [*proof[:place], node_flip(proof[place]), *proof[place + 1 :]]
        assert not merkle.verify_inclusion(leaf, index, count, changed, root)
        assert not merkle.verify_inclusion(leaf, index, count, [*proof[:place], b"", *proof[place + 1 :]], root)


def node_flip(value: bytes) -> bytes:
    """Return ``value`` with its last bit turned."""
    return value[:-1] + bytes([value[-1] ^ 1])


@settings(max_examples=scaled(150, 3000), deadline=None)
@given(st.data())
def test_a_log_that_changed_a_past_leaf_has_no_consistency_proof(data: st.DataObject) -> None:
    size1 = data.draw(st.integers(1, 200))
    size2 = data.draw(st.integers(size1, 300))
    hashes = [merkle.leaf_hash(leaf) for leaf in _leaves(size2)]
    changed = list(hashes)
    place = data.draw(st.integers(0, size1 - 1))
    changed[place] = node_flip(changed[place])
    root1, root2 = merkle.root_of_hashes(hashes[:size1]), merkle.root_of_hashes(changed)
    assert not merkle.verify_consistency(size1, size2, merkle.consistency_proof(changed, size1), root1, root2)
    assert not merkle.verify_consistency(size1, size2, merkle.consistency_proof(hashes, size1), root1, root2)


@settings(max_examples=scaled(100, 2000), deadline=None)
@given(st.data())
def test_every_aligned_range_is_proved_in_its_tree(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 200))
    width = data.draw(st.integers(1, size))
    step = 1 << (width - 1).bit_length()
    start = step * data.draw(st.integers(0, (size - width) // step))
    hashes = [merkle.leaf_hash(leaf) for leaf in _leaves(size)]
    proof = [merkle.root_of_hashes(hashes[low:high]) for low, high in merkle.proof_ranges(start, start + width, size)]
    root1, root2 = merkle.root_of_hashes(hashes[start : start + width]), merkle.root_of_hashes(hashes)
    assert merkle.verify_subtree_consistency(start, start + width, size, proof, root1, root2)
    assert not merkle.verify_subtree_consistency(start, start + width, size, proof, node_flip(root1), root2)


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


def test_the_root_of_a_long_stream_needs_little_memory() -> None:
    count = scaled(60_000, 1_000_000)
    tracemalloc.start()
    merkle.root(number.to_bytes(4, "big") for number in range(count))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 200_000  # bytes; the leaves' hashes alone would be 32 · count


@pytest.mark.parametrize("index", [-1, 3])
def test_asking_for_a_proof_of_no_leaf_is_an_error(index: int) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in _leaves(3)]
    with pytest.raises(IndexError):
        merkle.inclusion_proof(hashes, index)


@pytest.mark.parametrize("size1", [0, 4])
def test_asking_for_a_proof_of_no_earlier_tree_is_an_error(size1: int) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in _leaves(3)]
    with pytest.raises(IndexError):
        merkle.consistency_proof(hashes, size1)
