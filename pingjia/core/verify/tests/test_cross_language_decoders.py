"""Spoiled inputs of every decoder that both languages have: both take the same bytes and write the same again."""

from __future__ import annotations

import random
from functools import cache

import pytest

from pingjia.core.ballot.tests import decoders as ballot
from pingjia.core.ballot.tests.browser_core import ask
from pingjia.core.ballot.tests.vectors import cast, load
from pingjia.core.tests.decoding import Decoder
from pingjia.core.tests.scale import proving, scaled, seed
from pingjia.core.tests.spoiling import spoil
from pingjia.core.tlog.tests import decoders as log
from pingjia.core.verify import storedzip
from pingjia.core.verify.tests import decoders as outsider

# Only one side reads these: the box a record, the issuer a request; a secret share is opened by its own tests.
HERE_ONLY = {"record", "draw-request", "refusal", "share", "sealed"}
LOG_HERE_ONLY = {"skey", "signature-line", "tile-path", "tile", "entries", "leaf", "base64", "number"}
SIZES = (100, 3_000)
COUNT = SIZES[proving()]
COSTLY = {"body": 0.1, "partials": 0.1, "keyset": 0.3}  # these reckon with points


def _listed(raw: bytes) -> bytes:
    return "".join(f"{name} {content.hex()}\n" for name, content in storedzip.read(raw)).encode()


@cache
def twins() -> list[Decoder]:
    """Return the decoders that the browser has as well, with what it writes again of each."""
    kept = next(one for one in outsider.decoders() if one.name == "receipt-file")
    dealt = load("sealing")["shamir"]["splits"][0]
    shares = b"".join(bytes.fromhex(share) for share in dealt["shares"][: dealt["t"]])
    special = {
        "zip": lambda one: Decoder("zip", one.good, _listed, one.refusals),
        "trust": lambda one: Decoder("trust", one.good, outsider.trusted, one.refusals),
    }
    found = [one for one in ballot.decoders() if one.name not in HERE_ONLY]
    found += [one for one in log.decoders() if one.name not in LOG_HERE_ONLY]
    found += [
        special.get(one.name, lambda one: one)(one)
        for one in outsider.decoders()
        if one.name not in ("bundle", kept.name)
    ]
    found.append(Decoder("shares", (shares,), ballot.shares, (ValueError,)))
    texts = (outsider.receipt_text(kept.good[0]), kept.good[0])
    found.append(Decoder(kept.name, texts, kept.again, kept.refusals))
    return found


def around() -> dict[str, str]:
    """Return what the browser's decoders are told besides."""
    c, closed = cast(), load("closing")["good"][-1]
    return {
        "box": c.box("first").to_bytes().hex(),
        "slate": c.EQUAL.to_bytes().hex(),
        "keyset": c.keyset("equal").to_bytes().hex(),
        "pk": ballot.PK.hex(),
        "box_hash": closed["box_hash"],
        "box_key": closed["box_key"],
    }


Inputs = dict[str, list[bytes]]


def disagreements(decoders: list[Decoder], inputs: Inputs) -> dict[str, list[tuple[bytes, str, str]]]:
    """Return the inputs on which the two languages differ, by decoder, with what each says."""
    asked = {name: [raw.hex() for raw in raws] for name, raws in inputs.items()}
    there = ask("read", {"inputs": asked, "around": around()})
    found = {}
    for decoder in decoders:
        raws = inputs[decoder.name]
        here = [written.hex() if (written := decoder.read(raw)) is not None else "refused" for raw in raws]
        found[decoder.name] = [(raw, a, b) for raw, a, b in zip(raws, here, there[decoder.name], strict=True) if a != b]
    return found


def twin(name: str) -> Decoder:
    return next(one for one in twins() if one.name == name)


@cache
def spoiled() -> dict[str, list[tuple[bytes, str, str]]]:
    """Ask about everything at once; one start of the other language serves all the tests."""
    inputs = {}
    for decoder in twins():
        draw, share = random.Random(f"{seed()} {decoder.name}"), COSTLY.get(decoder.name, 1)
        count = int(share * COUNT)
        inputs[decoder.name] = [*decoder.good, *(spoil(draw.choice(decoder.good), draw) for _ in range(count))]
    return disagreements(twins(), inputs)


@pytest.mark.parametrize("name", [one.name for one in twins()])
def test_both_languages_take_and_refuse_the_same_bytes(name: str) -> None:
    scaled(*SIZES)
    assert spoiled()[name] == []


def test_the_comparison_notices_a_decoder_that_is_more_lenient() -> None:
    """Positive control: a reader that drops white space behind a number is found."""
    strict = twin("closing-text")
    lenient = Decoder(strict.name, strict.good, lambda raw: strict.again(raw.replace(b" \n", b"\n")), strict.refusals)
    inputs = {strict.name: [raw.replace(b"\n", b" \n", 1) for raw in strict.good]}
    assert disagreements([strict], inputs)[strict.name] == []
    assert len(disagreements([lenient], inputs)[strict.name]) == len(strict.good)


def test_both_languages_read_a_number_in_a_trust_file_alike() -> None:
    trust = twin("trust")
    numbers = ["1.0", "1e0", "01", "+1", "0.5", "-0", "NaN", "1e400", "9" * 5000, '"1"', "[1]"]
    fields = (b'"quorum":1', b'"v":1')
    raws = [trust.good[0].replace(field, field[:-1] + number.encode()) for field in fields for number in numbers]
    assert disagreements([trust], {"trust": raws}) == {"trust": []}
    assert [trust.read(raw) is not None for raw in raws[: len(numbers)]] == [
        True,
        True,
        *[False] * 3,
        True,
        *[False] * 5,
    ]


def test_both_languages_take_and_refuse_the_same_number_of_entries() -> None:
    most = storedzip.write([(f"{n:05}", b"") for n in range(65534)])
    end = most[-22:]
    more = most[:-22] + end[:8] + b"\xff\xff\xff\xff" + end[12:]  # as the end of the directory would count it
    assert disagreements([twin("zip")], {"zip": [most, more]}) == {"zip": []}
    assert [twin("zip").read(raw) is None for raw in (most, more)] == [False, True]
