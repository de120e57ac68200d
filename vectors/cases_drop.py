"""Vectors of tokens, heads, receipts, the roll and issuance."""

from __future__ import annotations

from typing import Any

import cast
from chance import Chance, octets

from pingjia.core import canonical
from pingjia.core.ballot import head, issuance, receipt, roll, signing, token
from pingjia.core.ballot.objects import BoxManifest, Slate

RECORDS = [
    ("first", 0, [1, 0, 3], 1),
    ("first", 0, [1, 1, 1], 2),
    ("second", 0, [3, 3, 3], 1),
    ("mixed", 0, [0, 4, 2], 1),
]


def token_cases() -> dict[str, Any]:
    """Messages, blinding with a given r, signatures; and signatures that must be refused."""
    good = []
    for name in ("first", "second", "opinion"):
        issuer, pk = cast.signer(["first", "second", "opinion"].index(name)), signing.public(cast.voter(name, 0))
        text, chance = token.message(cast.box(name).hash, pk), Chance(f"r {name}")
        r = int.from_bytes(b"".join(chance.octets(60) for _ in range(4)), "big")
        blinded, inverse = token.blind(issuer.n, text, r)
        blind_signature = issuer.sign(blinded)
        good.append(
            {
                "n": issuer.n.hex(),
                "box_hash": cast.box(name).hash.hex(),
                "pk": pk.hex(),
                "message": text.hex(),
                "r": f"{r:0512x}",
                "inverse": f"{inverse:0512x}",
                "blinded": blinded.hex(),
                "blind_signature": blind_signature.hex(),
                "signature": token.finalize(issuer.n, text, blind_signature, inverse).hex(),
            }
        )
    return {"good": good, "bad": [_bad_token(good[0], *change) for change in _token_changes(good[0], good[1])]}


def _token_changes(one: dict[str, str], other: dict[str, str]) -> list[tuple[str, str, bytes]]:
    signature, n, text = (bytes.fromhex(one[field]) for field in ("signature", "n", "message"))
    value, modulus = int.from_bytes(signature, "big"), int.from_bytes(n, "big")
    salted = cast.signer(0).sign(token.encode(text, 2047, octets("salt", 48)))
    changes = [
        ("another message", other["message"], signature),
        ("another issuer's", one["message"], bytes.fromhex(other["signature"])),
        ("a bit flipped", one["message"], signature[:-1] + bytes([signature[-1] ^ 1])),
        ("short", one["message"], signature[1:]),
        ("long", one["message"], b"\0" + signature),
        ("zero", one["message"], bytes(256)),
        ("n - s", one["message"], (modulus - value).to_bytes(256, "big")),
        ("n", one["message"], n),
        ("a salt of 48 bytes", one["message"], salted),
    ]
    if value + modulus < 2**2048:
        changes.append(("s + n", one["message"], (value + modulus).to_bytes(256, "big")))
    return changes


def _bad_token(one: dict[str, str], why: str, text: str, signature: bytes) -> dict[str, str]:
    assert not token.verify(bytes.fromhex(one["n"]), bytes.fromhex(text), signature), why
    return {"why": why, "n": one["n"], "message": text, "signature": signature.hex()}


def _slate(name: str) -> Slate:
    return cast.MIXED if name == "mixed" else cast.EQUAL


def head_cases() -> dict[str, Any]:
    """Whole records with what a box reads in them; and records with the status that refuses them."""
    good = []
    for name, n, choices, seq in RECORDS:
        raw, box = cast.record(name, n, choices, seq), cast.box(name)
        parsed, body = head.check_record(raw, box, _slate(name))
        good.append(
            {
                "box": box.to_bytes().decode(),
                "slate": _slate(name).to_bytes().decode(),
                "record": raw.hex(),
                "seq": parsed.seq,
                "pk": parsed.pk.hex(),
                "body_hash": parsed.body_hash.hex(),
                "tokens": [signature.hex() for signature in parsed.tokens],
                "leaf": parsed.leaf.hex(),
                "body_length": len(body),
            }
        )
    bad = [_bad_record(good[0], *change) for change in _record_changes(bytes.fromhex(good[0]["record"]))]
    second = bytes.fromhex(good[1]["record"])
    bad.append(_bad_record(good[2], "of another box", second))
    return {"good": good, "bad": bad}


def _record_changes(raw: bytes) -> list[tuple[str, bytes]]:
    def flip(at: int) -> bytes:
        return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]

    def resigned(start: bytes) -> bytes:
        """The one-time key signs a changed head once more."""
        signature = signing.sign(cast.voter("first", 0), b"pingjia/ballot/v2\0" + cast.box("first").hash + start)
        return start + signature + raw[386:]

    stranger = cast.record("first", 7, [1, 1, 1])
    foreign = signing.sign(cast.voter("first", 7), b"pingjia/ballot/v2\0" + cast.box("first").hash + raw[:322])
    return [
        ("short", raw[:-1]),
        ("long", raw + b"\0"),
        ("empty", b""),
        ("version 1", resigned(b"\x01" + raw[1:322])),
        ("seq 0", resigned(raw[:1] + b"\0" + raw[2:322])),
        ("seq 10", resigned(raw[:1] + b"\x0a" + raw[2:322])),
        ("seq changed after signing", raw[:1] + b"\x02" + raw[2:]),
        ("a bit of the body flipped", flip(400)),
        ("a bit of the body hash flipped", flip(40)),
        ("a bit of pk flipped", flip(5)),
        ("a bit of the token flipped", flip(100)),
        ("a bit of the signature flipped", flip(330)),
        ("another's token", resigned(raw[:66] + stranger[66:322])),
        ("signed by another key", raw[:322] + foreign + raw[386:]),
    ]


def _bad_record(like: dict[str, Any], why: str, raw: bytes) -> dict[str, Any]:
    box, slate = BoxManifest.from_bytes(like["box"].encode()), Slate.from_bytes(like["slate"].encode())
    try:
        head.check_record(raw, box, slate)
    except head.BadHead as error:
        status = int(error.status)
        return {"why": why, "box": like["box"], "slate": like["slate"], "record": raw.hex(), "status": status}
    raise AssertionError(why)


def receipt_cases() -> dict[str, Any]:
    """Receipts of the records above, in every form a person meets."""
    good = []
    for name, n, choices, seq in RECORDS:
        box, leaf = cast.box(name), head.leaf(cast.record(name, n, choices, seq)[: head.head_length(cast.box(name))])
        signed = receipt.sign(cast.BOX_SEEDS[name], box.hash, leaf)
        good.append(
            {
                "box_key": box.box_key.hex(),
                "box_hash": box.hash.hex(),
                "leaf": leaf.hex(),
                "receipt": signed.hex(),
                "answer": receipt.answer(head.DropStatus.ACCEPTED, signed).hex(),
                "qr": receipt.qr(box.hash, leaf, signed).hex(),
                "code": receipt.code(box.hash, leaf),
            }
        )
    one, two = good[0], good[2]
    bad = [
        {**{field: one[field] for field in ("box_key", "box_hash", "leaf", "receipt")}, "why": why, field: two[field]}
        for why, field in (("another key", "box_key"), ("another box", "box_hash"), ("another leaf", "leaf"))
    ]
    answers = {status.name.lower(): receipt.answer(status).hex() for status in head.DropStatus if status}
    return {"good": good, "bad": bad, "refusals": answers}


def _entries(count: int) -> list[roll.RollEntry]:
    return [
        roll.RollEntry("一分会", "front", f"会员{n}𠮷", f"{n:04}", "海口某厂", octets(f"salt {n}", 16))
        for n in range(count)
    ]


def roll_cases() -> dict[str, Any]:
    """Openings and leaves of roll entries, and roots over 0 … 9 of them."""
    entries = _entries(9)
    return {
        "entries": [
            {
                "branch": e.branch,
                "category": e.category,
                "name": e.name,
                "no": e.no,
                "unit": e.unit,
                "salt": e.salt.hex(),
                "opening": e.to_bytes().hex(),
                "leaf": e.leaf.hex(),
            }
            for e in entries
        ],
        "roots": {str(n): roll.roll_root(e.leaf for e in entries[:n]).hex() for n in range(10)},
    }


def issuance_cases() -> dict[str, Any]:
    """Requests, answers, refusals, entries, statements."""
    boxes = [cast.box(name) for name in ("first", "second", "opinion")]
    blinded = tuple(
        token.blind(box.issuers[0].rsa_n, token.message(box.hash, octets(f"pk {j}")), 3 + j)[0]
        for j, box in enumerate(boxes)
    )
    requests = [issuance.DrawRequest(code, cast.poll().hash, blinded) for code in ("7Q3K9V2M5X8C1B4N", "")]
    signatures = [cast.signer(j).sign(each) for j, each in enumerate(blinded)]
    refusals = []
    for reason in issuance.Reason:
        raw = issuance.sign_refusal(cast.ID_SEED, boxes[0].hash, reason, octets("leaf"))
        answer = issuance.refused(reason.status, 256, 3, raw)
        assert issuance.read_answer(answer, 256, 3) == (reason.status, (), raw)
        refusals.append({"reason": reason.value, "refusal": raw.hex(), "answer": answer.hex()})
    entries = [issuance.entry(e.leaf, each) for e, each in zip(_entries(3), blinded, strict=True)]
    statement = issuance.Statement(boxes[0].hash, 3, 0, 1, issuance.issuance_root(entries))
    signature = statement.sign(cast.ID_SEED)
    return {
        "k": 256,
        "boxes": 3,
        "poll_hash": cast.poll().hash.hex(),
        "requests": [
            {"code": r.code, "blinded": [b.hex() for b in r.blinded], "raw": r.to_bytes().hex()} for r in requests
        ],
        "granted": {"signatures": [s.hex() for s in signatures], "answer": issuance.granted(signatures).hex()},
        "refusals": refusals,
        "box": boxes[0].hash.hex(),
        "roll_leaf": octets("leaf").hex(),
        "id_key": signing.public(cast.ID_SEED).hex(),
        "unsigned": {
            s.name.lower(): issuance.refused(s, 256, 3).hex()
            for s in (issuance.IssueStatus.MALFORMED, issuance.IssueStatus.BUSY)
        },
        "bad_answers": _bad_answers(issuance.granted(signatures)),
        "entries": [entry.hex() for entry in entries],
        "entry_leaves": [issuance.entry_leaf(entry).hex() for entry in entries],
        "statement": canonical.loads(statement.to_bytes()),
        "signature": signature.hex(),
        "issuance_json": issuance.write_statements([(statement, signature)]).decode(),
    }


def _bad_answers(good: bytes) -> list[dict[str, str]]:
    changes = {"short": good[:-1], "long": good + b"\0", "status 8": b"\x08" + good[1:], "padding": good[:-1] + b"\x01"}
    for why, raw in changes.items():
        try:
            issuance.read_answer(raw, 256, 3)
        except issuance.BadDraw:
            continue
        raise AssertionError(why)
    return [{"why": why, "answer": raw.hex()} for why, raw in changes.items()]
