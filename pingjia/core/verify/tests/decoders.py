"""Every decoder of what an outsider hands to the verifier, with good bytes and what each writes again."""

from __future__ import annotations

import base64
import json
from functools import cache

from pingjia.core import canonical
from pingjia.core.ballot import receipt
from pingjia.core.ballot.tests import decoders as ballots
from pingjia.core.ballot.tests.vectors import cast, load
from pingjia.core.tests.decoding import Decoder
from pingjia.core.verify import bundle, storedzip
from pingjia.core.verify.failures import CannotVerify
from pingjia.core.verify.receiptfile import Receipt
from pingjia.core.verify.source import Held
from pingjia.core.verify.tests.fixedkeys import TRUST
from pingjia.core.verify.trust import Trust, WantedBox

ZIPS = (
    storedzip.write([]),
    storedzip.write([("poll.json", b"{}"), ("1/heads.bin", bytes(300)), ("1/empty.bin", b"")]),
)


def trusted(raw: bytes) -> bytes:
    """Write what was understood; the file itself may be spelled in any way."""
    one = Trust.parse(raw)
    logs = [
        {
            "origin": log.key.name,
            "quorum": log.quorum,
            "vkey": log.key.text(),
            "witnesses": [key.text() for key in log.witnesses],
        }
        for log in one.logs
    ]
    return canonical.dumps({"boxes": sorted(box.hex() for box in one.boxes), "logs": logs})


def _again(raw: bytes) -> bytes:
    """Read what ``trusted`` wrote as a trust file, so that a second reading can be compared with the first."""
    value = json.loads(trusted(raw))
    return canonical.dumps({**value, "quorum": 0, "site": "", "v": 1, "witnesses": []})


def _receipt(raw: bytes) -> bytes:
    one = Receipt.parse(raw)
    return receipt.qr(one.box_hash, one.leaf, one.signature)


def _bundle(raw: bytes) -> bytes:
    return storedzip.write((name, part.whole()) for name, part in bundle.read(Held(raw)).entries.items())


@cache
def decoders() -> list[Decoder]:
    """Return every decoder of this room."""
    kept = bytes.fromhex(load("receipt")["good"][0]["qr"])
    number = cast().box("first").number
    log = {**TRUST["logs"][0], "quorum": TRUST["quorum"], "witnesses": TRUST["witnesses"]}
    facts = {"logs": [log], "quorum": 0, "site": "", "v": 1, "witnesses": []}
    trust = canonical.dumps({**facts, "boxes": [cast().box("first").hash.hex()]})
    return [
        Decoder("zip", ZIPS, lambda raw: storedzip.write(storedzip.read(raw)), (storedzip.BadZip,)),
        Decoder("bundle", ZIPS, _bundle, (CannotVerify,)),
        Decoder("trust", (trust,), _again, (CannotVerify,), typed=True),
        Decoder(
            "wanted",
            (number.encode(), cast().box("first").hash.hex().encode()),
            lambda raw: WantedBox.parse(ballots.typed(raw)).text.encode(),
            (CannotVerify, ballots.NotTheRule),
            typed=True,
        ),
        Decoder("receipt-file", (kept,), _receipt, (CannotVerify,), typed=True),
    ]


def receipt_text(raw: bytes) -> bytes:
    """Return a receipt as people keep it: text around the letters of its QR code."""
    letters = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return f"评家 回执\r\n\r\n{letters}\r\n".encode()
