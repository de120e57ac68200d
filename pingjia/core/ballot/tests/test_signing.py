"""One Ed25519 rule, on which every library gives one verdict."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from pingjia.core.ballot import signing
from pingjia.core.ballot.tests.vectors import load
from pingjia.core.tests.scale import scaled

CASES = load("signing")["cases"]


def test_both_libraries_give_the_stated_verdict_on_every_case() -> None:
    assert len(CASES) > 400
    for case in CASES:
        key, signature, message = (bytes.fromhex(case[field]) for field in ("key", "signature", "message"))
        assert signing.verify(key, signature, message) is case["valid"], case["name"]
        assert signing.verify_with_openssl(key, signature, message) is case["valid"], case["name"]


def test_the_corpus_holds_valid_signatures_outside_the_subgroup() -> None:
    assert sum(case["valid"] and "torsion" in case["name"] for case in CASES) >= 10


def test_only_the_key_rule_refuses_an_honest_nonce_under_a_key_of_low_order() -> None:
    """Positive control: asked without our rule, a common library accepts these, so the rule is what refuses them."""
    taken = []
    for case in CASES:
        if "a multiple of 8" not in case["name"]:
            continue
        key, signature, message = (bytes.fromhex(case[field]) for field in ("key", "signature", "message"))
        assert signing.is_key(signature[:32])
        assert not signing.is_key(key)
        assert not signing.verify(key, signature, message)
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
            taken.append(case["name"])
        except InvalidSignature:
            continue
    assert len(taken) >= 8


@settings(max_examples=scaled(50, 2000), deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511))
def test_a_signature_holds_until_a_bit_changes(seed: bytes, message: bytes, bit: int) -> None:
    key, signature = signing.public(seed), signing.sign(seed, message)
    assert signing.verify(key, signature, message)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not signing.verify(key, bytes(changed), message)
    assert not signing.verify(key, signature, message + b"\0")
