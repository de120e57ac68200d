"""The witness's rule: a head is cosigned only if it continues the one before; a lie is told from a broken file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.tlog import Refused, merkle, witness
from pingjia.core.tlog.note import KeyType, SignerKey
from pingjia.core.tlog.tile import Tile
from pingjia.witness.tests.playedlog import LOG, ORIGIN, head_of, leaves_of, tile_bytes

KEY = LOG.verifier()
WITNESS = SignerKey("witness.example/w", KeyType.COSIGNATURE, b"w" * 32)


def reader(leaves: Sequence[bytes]) -> Callable[[Tile], bytes]:
    return lambda tile: tile_bytes(leaves, tile)


def seen(leaves: Sequence[bytes]) -> witness.Seen:
    return witness.Seen(len(leaves), merkle.root(leaves))


sizes = st.one_of(st.integers(0, 40), st.sampled_from([255, 256, 257, 512, 700]))


@given(sizes, sizes)
def test_a_log_that_only_grew_is_cosigned(old: int, more: int) -> None:
    leaves = leaves_of(old + more)
    before = seen(leaves[:old])
    head = witness.examine(head_of(leaves), KEY, before, reader(leaves))
    assert (head.size, head.root) == (old + more, merkle.root(leaves))
    line = witness.cosign(head, WITNESS, 1_700_000_000)
    assert WITNESS.verifier().accepts(head.text(), line.payload)


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_a_log_that_changed_anything_is_a_split_view(old: int, more: int, data: st.DataObject) -> None:
    leaves = leaves_of(old + more)
    changed = list(leaves)
    changed[data.draw(st.integers(0, old - 1))] = b"changed"
    with pytest.raises(witness.SplitView):
        witness.examine(head_of(changed), KEY, seen(leaves[:old]), reader(changed))
    with pytest.raises(witness.SplitView):
        witness.examine(head_of(changed[:old]), KEY, seen(leaves[:old]), reader(changed))


@given(st.integers(1, 300), st.integers(0, 299))
def test_a_log_that_became_shorter_has_shrunk(old: int, less: int) -> None:
    leaves = leaves_of(old)
    short = leaves[: min(less, old - 1)]
    with pytest.raises(witness.Shrunken):
        witness.examine(head_of(short), KEY, seen(leaves), reader(short))


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_broken_files_are_no_proof_of_a_lie(old: int, more: int, data: st.DataObject) -> None:
    """Control of the split view: where the log's head is honest, no file it serves ever makes it a liar."""
    leaves = leaves_of(old + more)
    broken = list(leaves)
    broken[data.draw(st.integers(0, old + more - 1))] = b"disk error"
    with pytest.raises(witness.Unfit):
        witness.examine(head_of(leaves), KEY, seen(leaves[:old]), reader(broken))


def test_an_honest_root_over_lying_lower_tiles_is_unfit_and_no_split_view() -> None:
    leaves, lies = leaves_of(600), leaves_of(600, "x")

    def read(tile: Tile) -> bytes:
        full_low = tile.level == 0 and tile.index < 2
        return tile_bytes(lies if full_low else leaves, tile)

    with pytest.raises(witness.Unfit):
        witness.examine(head_of(leaves), KEY, seen(leaves[:300]), read)


def test_only_the_log_itself_is_listened_to() -> None:
    leaves = leaves_of(3)
    stranger = SignerKey(ORIGIN, KeyType.ED25519, b"s" * 32)
    other = SignerKey("booth.example/pingjia/other/2026", KeyType.ED25519, b"l" * 32)
    for raw in (head_of(leaves, stranger), head_of(leaves, other), b"", head_of(leaves)[:-3]):
        with pytest.raises(Refused) as refusal:
            witness.examine(raw, KEY, None, reader(leaves))
        assert not isinstance(refusal.value, witness.TwoFaced)
