"""Leaves: one spelling for each event and object, and nothing beside them."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.tlog.entry import EntryRefused, EntryType, entry_hash, leaf, parse_leaf


def test_a_leaf_is_the_canonical_json_of_hash_and_type() -> None:
    raw = leaf(EntryType.MANIFEST, b"\xab" * 32)
    assert raw == b'{"h":"' + b"ab" * 32 + b'","t":"manifest"}'
    assert entry_hash(EntryType.MANIFEST, b"\xab" * 32) == sha256(b"\x00" + raw).digest()


@given(st.sampled_from(EntryType), st.binary(min_size=32, max_size=32))
def test_every_leaf_is_read_as_it_was_written(kind: EntryType, payload_hash: bytes) -> None:
    assert parse_leaf(leaf(kind, payload_hash)) == (kind, payload_hash)


HEX = b"ab" * 32
GOOD = leaf(EntryType.POLL, b"\xab" * 32)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"1",
        b'"poll"',
        b'{"h":1,"t":"poll"}',
        b'{"h":"' + HEX + b'","t":1}',
        b'{"h":"' + HEX + b'"}',
        b'{"t":"poll"}',
        GOOD.replace(b"poll", b"turnout"),
        GOOD.replace(b"ab", b"AB"),
        GOOD.replace(b'"h":"ab', b'"h":"'),
        GOOD.replace(b'"h":"ab', b'"h":"ab ab'),
        GOOD.replace(b",", b", "),
        GOOD.replace(b"}", b',"x":1}'),
        b'{"t":"poll","h":"' + HEX + b'"}',
        GOOD + b"\n",
        b"\xff" + GOOD,
    ],
)
def test_other_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(EntryRefused):
        parse_leaf(raw)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_only_a_sha_256_hash_is_logged(length: int) -> None:
    with pytest.raises(EntryRefused):
        leaf(EntryType.RESULT, bytes(length))
