"""Keys, cards and chance that are fixed by names: the same bundle in every run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

from pingjia.core.ballot import (
    body,
    cards,
)
from pingjia.core.ballot.blindsigner import BlindSigner
from pingjia.core.ballot.group import L
from pingjia.core.ballot.objects import Slate, Subject
from pingjia.core.tlog import note

KEYS = Path(__file__).resolve().parents[4] / "vectors" / "rsa_test_keys.json"
ORIGIN = "booth.example/pingjia/town/2026"
POLL_ID = hashlib.sha256(b"poll").digest()[:16]


def octets(name: str, length: int = 32) -> bytes:
    """Return bytes fixed by a name."""
    return hashlib.shake_256(name.encode()).digest(length)


def drawer(name: str) -> Callable[[], int]:
    """Return a source of scalars fixed by a name."""
    count = iter(range(10**9))
    return lambda: 1 + int.from_bytes(octets(f"{name} {next(count)}", 64), "little") % (L - 1)


@lru_cache(maxsize=4096)
def holds(paper: body.Paper, pk: bytes, raw: bytes) -> bool:
    """Say whether a body is valid; remembered, as most ballots are the same in every mutation."""
    return body.is_valid(paper, pk, raw)


@cache
def signer(j: int) -> BlindSigner:
    """Return RSA test key ``j`` of three."""
    return BlindSigner(bytes.fromhex(json.loads(KEYS.read_text())["issuers"][j]))


LOG = note.SignerKey(ORIGIN, note.KeyType.ED25519, octets("log"))
WITNESS = note.SignerKey("witness.example", note.KeyType.COSIGNATURE, octets("witness"))
TRUST = {
    "logs": [{"origin": ORIGIN, "vkey": LOG.verifier().text()}],
    "quorum": 1,
    "v": 1,
    "witnesses": [WITNESS.verifier().text()],
}
CARDS = [cards.derive(octets(f"card {i}", 20), POLL_ID) for i in (1, 2, 3)]


def slate(*grades: str, favourable: int = 2) -> Slate:
    """Return a slate with one subject per word: its letters are the grades, the first ones favourable."""
    subjects = [Subject(f"q{s}", tuple(g[:favourable]), tuple(g), f"事项 {s + 1}") for s, g in enumerate(grades)]
    return Slate("ballot", tuple(subjects), "评议职工之家")
