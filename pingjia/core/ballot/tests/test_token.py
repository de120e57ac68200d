"""Blind RSA tokens against RFC 9474 and against bad input."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pingjia.core.ballot import blindsigner, token
from pingjia.core.ballot.blindsigner import BlindSigner
from pingjia.core.ballot.tests.vectors import cast, load, published

RFC = {case["name"]: case for case in published("rfc9474_vectors")}
OURS = RFC["RSABSSA-SHA384-PSSZERO-Deterministic"]
VECTORS = load("token")
BOX, PK = bytes(32), bytes([9]) * 32


@cache
def rfc_signer() -> BlindSigner:
    p, q, n, d = (int(OURS[field], 16) for field in "pqnd")
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(65537, n))
    return BlindSigner(numbers.private_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


@pytest.mark.parametrize("name", RFC)
def test_the_encoding_is_that_of_the_rfc(name: str) -> None:
    case = RFC[name]
    text, salt = bytes.fromhex(case["prepared_msg"]), bytes.fromhex(case["salt"])
    bits = int(case["n"], 16).bit_length() - 1
    assert token.encode(text, bits, salt).hex() == case["encoded_msg"]


def test_the_deterministic_vector_of_the_rfc_holds_from_blinding_to_signature() -> None:
    n, text = bytes.fromhex(OURS["n"]), bytes.fromhex(OURS["prepared_msg"])
    inverse = int(OURS["inv"], 16)
    blinded, same = token.blind(n, text, pow(inverse, -1, int(OURS["n"], 16)))
    assert (blinded.hex(), same) == (OURS["blinded_msg"], inverse)
    signed = rfc_signer().sign(blinded)
    assert signed.hex() == OURS["blind_sig"]
    assert token.finalize(n, text, signed, inverse).hex() == OURS["sig"]


@pytest.mark.parametrize("name", [name for name in RFC if "PSSZERO" not in name])
def test_a_salted_signature_of_the_rfc_is_not_of_this_suite(name: str) -> None:
    case = RFC[name]
    text, signature = bytes.fromhex(case["prepared_msg"]), bytes.fromhex(case["sig"])
    assert not token.verify(bytes.fromhex(case["n"]), text, signature)


def test_the_vectors_hold() -> None:
    for case in VECTORS["good"]:
        n, text = bytes.fromhex(case["n"]), bytes.fromhex(case["message"])
        assert text == token.message(bytes.fromhex(case["box_hash"]), bytes.fromhex(case["pk"]))
        assert len(text) == 81
        blinded, inverse = token.blind(n, text, int(case["r"], 16))
        assert blinded.hex() == case["blinded"]
        signature = token.finalize(n, text, bytes.fromhex(case["blind_signature"]), inverse)
        assert signature.hex() == case["signature"]
    for case in VECTORS["bad"]:
        fields = (bytes.fromhex(case[field]) for field in ("n", "message", "signature"))
        assert not token.verify(*fields), case["why"]


@pytest.mark.parametrize("bits", [2048, 3072])
def test_a_new_key_signs_blindly(bits: int) -> None:
    signer = BlindSigner(blindsigner.generate(bits))
    assert len(signer.n) == bits // 8
    assert signer.n[0] & 0x80
    text = token.message(BOX, PK)
    blinded, inverse = token.blind(signer.n, text)
    signature = token.finalize(signer.n, text, signer.sign(blinded), inverse)
    assert token.verify(signer.n, text, signature)
    assert not token.verify(signer.n, token.message(BOX, bytes(32)), signature)


def test_two_blindings_of_one_message_share_nothing_and_give_one_signature() -> None:
    signer, text = cast().signer(0), token.message(BOX, PK)
    (first, undo_first), (second, undo_second) = token.blind(signer.n, text), token.blind(signer.n, text)
    assert first != second
    one = token.finalize(signer.n, text, signer.sign(first), undo_first)
    assert one == token.finalize(signer.n, text, signer.sign(second), undo_second)


def test_blinded_messages_of_a_wrong_length_or_value_are_refused() -> None:
    signer = cast().signer(0)
    above = (int.from_bytes(signer.n, "big") + 1).to_bytes(256, "big")
    for bad in (b"", bytes(256), signer.n, above, bytes([255]) * 256, b"\1" * 255, b"\1" * 257):
        with pytest.raises(token.BadBlinding):
            signer.sign(bad)


def test_a_wrong_blind_signature_is_not_finalized() -> None:
    signer, text = cast().signer(0), token.message(BOX, PK)
    blinded, inverse = token.blind(signer.n, text)
    good = signer.sign(blinded)
    for bad in (good[:-1], good + b"\0", bytes(256), bytes([good[0] ^ 1]) + good[1:], blinded):
        with pytest.raises(token.BadBlinding):
            token.finalize(signer.n, text, bad, inverse)


def test_many_threads_may_sign_with_one_key() -> None:
    signer = cast().signer(0)
    messages = [token.blind(signer.n, token.message(BOX, bytes([n]) * 32), n + 3)[0] for n in range(16)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(signer.sign, messages)) == [signer.sign(each) for each in messages]


def test_only_an_rsa_key_with_the_one_exponent_is_taken() -> None:
    def der(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    for key in (ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(3, 2048)):
        with pytest.raises(ValueError, match=r"RSA|exponent"):
            BlindSigner(der(key))


@pytest.mark.parametrize("part", range(6))
def test_a_damaged_key_signs_rightly_or_not_at_all(part: int) -> None:
    p, q, n, d = (int(OURS[field], 16) for field in "pqnd")
    parts = [p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    parts[part] += 2
    numbers = rsa.RSAPrivateNumbers(*parts, rsa.RSAPublicNumbers(65537, n))  # type: ignore[arg-type]
    try:
        key = numbers.private_key(unsafe_skip_rsa_key_validation=True)
        signer = BlindSigner(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        blinded, _inverse = token.blind(signer.n, token.message(BOX, PK), 3)
        signature = signer.sign(blinded)
    except (ValueError, blindsigner.NoLibcrypto):
        return
    assert signer.raised(signature) == blinded
