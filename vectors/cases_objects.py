"""Vectors of canonical JSON and of the objects of a poll."""

from __future__ import annotations

import hashlib
from typing import Any

import cast

from pingjia.core import canonical
from pingjia.core.ballot.objects import BadObject, BoxManifest, KeySet, PollManifest, Slate, box_number, check_poll

GOOD = {
    "empty object": b"{}",
    "empty array": b"[]",
    "empty string": b'""',
    "zero": b"0",
    "true": b"true",
    "false": b"false",
    "greatest integer": b"9007199254740991",
    "keys sorted by byte": b'{"a":1,"a0":3,"a_":2,"b":4}',
    "nested": b'{"a":[{"b":[[],{}]}],"c":true}',
    "Chinese": '"会员评议职工之家"'.encode(),
    "beyond the basic plane": '"𠮷𡛼😀"'.encode(),
    "short escapes": rb'"\b\f\n\r\t\"\\"',
    "long escapes": b'"\\u0000\\u001f"',
    "slash is not escaped": b'"a/b"',
    "delete is not escaped": b'"\x7f"',
    "line separators are not escaped": '"\u2028\u2029"'.encode(),
    "byte order mark inside a string": '"\ufeff"'.encode(),
    "noncharacter": '"\uffff"'.encode(),
    "decomposed and composed differ": '["é","é"]'.encode(),
    "depth 32": b"[" * 32 + b"]" * 32,
}
BAD = {
    "nothing": b"",
    "null": b"null",
    "null inside": b'{"a":null}',
    "white space before": b" 1",
    "white space after": b"1\n",
    "white space inside": b'{"a": 1}',
    "keys not sorted": b'{"b":1,"a":2}',
    "key twice": b'{"a":1,"a":1}',
    "key with capital": b'{"A":1}',
    "key with hyphen": b'{"a-b":1}',
    "key begins with digit": b'{"0":1}',
    "key begins with underscore": b'{"_a":1}',
    "key empty": b'{"":1}',
    "key __proto__": b'{"__proto__":1}',
    "key with newline": b'{"a\\n":1}',
    "key with escape": b'{"\\u0061":1}',
    "negative": b"-1",
    "minus zero": b"-0",
    "fraction": b"1.5",
    "whole fraction": b"1.0",
    "exponent": b"1e3",
    "leading zero": b"01",
    "plus": b"+1",
    "2^53": b"9007199254740992",
    "very long integer": b"9" * 5000,
    "NaN": b"NaN",
    "Infinity": b"Infinity",
    "two values": b"1 2",
    "two values joined": b"{}{}",
    "trailing comma": b"[1,]",
    "single quotes": b"'a'",
    "comment": b"1/**/",
    "bare word": b"a",
    "unterminated": b'"a',
    "control character": b'"\n"',
    "nul": b'"\0"',
    "nul after": b"1\0",
    "needless escape": b'"\\u0061"',
    "escaped slash": b'"\\/"',
    "capital hex": b'"\\u001F"',
    "long form of a short escape": b'"\\u000a"',
    "escaped Chinese": b'"\\u4f1a"',
    "lone high surrogate": b'"\\ud800"',
    "lone low surrogate": b'"\\udc00"',
    "escaped pair": b'"\\ud842\\udfb7"',
    "surrogate in UTF-8": b'"\xed\xa0\x80"',
    "overlong": b'"\xc0\xaf"',
    "invalid byte": b'"\xff"',
    "cut short": '"会"'.encode()[:-2],
    "Latin-1": b'"\xe9"',
    "UTF-16": '"a"'.encode("utf-16-le"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "depth 33": b"[" * 33 + b"]" * 33,
    "depth 100000": b"[" * 100000,
}
DELETED = object()


def canonical_cases() -> dict[str, Any]:
    """``hex`` is read; ``sha256`` is the hash of a good one."""
    good = []
    for name, raw in GOOD.items():
        assert canonical.dumps(canonical.loads(raw)) == raw
        good.append({"name": name, "hex": raw.hex(), "sha256": hashlib.sha256(raw).hexdigest()})
    bad = [{"name": name, "hex": raw.hex()} for name, raw in BAD.items() if len(raw) < 10000]
    return {"good": good, "bad": bad, "deep": {"name": "[ repeated", "times": 100000}}


def changed(value: Any, path: str, new: Any) -> Any:
    """Return a copy of ``value`` with what lies at ``a/0/b`` replaced, or removed."""
    copy = canonical.loads(canonical.dumps(value))
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    here = copy
    for step in way:
        here = here[step]
    if new is DELETED:
        del here[last]
    else:
        here[last] = new
    return copy


def _bad(kind: type, value: Any, changes: dict[str, Any]) -> list[dict[str, str]]:
    rows = []
    for place, new in changes.items():
        path, _, note = place.partition(" ")
        raw = canonical.dumps(changed(value, path, new))
        try:
            kind.from_bytes(raw)
        except BadObject:
            rows.append({"name": f"{path} {note}".strip(), "text": raw.decode()})
            continue
        raise AssertionError(f"{kind.__name__} accepts {place}")
    return rows


def object_cases() -> dict[str, Any]:
    """Per kind the good objects with their hash, and changed ones that must be refused."""
    kinds: dict[str, Any] = {
        "slate": (Slate, list(cast.SLATES.values()), SLATE_CHANGES),
        "keyset": (KeySet, [cast.keyset("equal"), cast.keyset("mixed")], KEYSET_CHANGES),
        "box": (BoxManifest, [cast.box(n) for n in cast.BOX_SEEDS], _box_changes()),
        "poll": (PollManifest, [cast.poll()], POLL_CHANGES),
    }
    found: dict[str, Any] = {
        "number": [
            {"hash": box.hex(), "number": box_number(box)} for box in (bytes(32), bytes([255] * 32), *cast.poll().boxes)
        ]
    }
    check_poll(cast.poll(), [cast.box(n) for n in ("first", "second", "opinion")])
    for name, (kind, good, changes) in kinds.items():
        for made in good:
            assert kind.from_bytes(made.to_bytes()) == made
        value = canonical.loads(good[0].to_bytes())
        found[name] = {
            "good": [{"text": made.to_bytes().decode(), "hash": made.hash.hex()} for made in good],
            "bad": [
                *_bad(kind, value, changes),
                *_bad(kind, value, {f"{field} missing": DELETED for field in value}),
                {"name": "one field more", "text": canonical.dumps({**value, "zz": 1}).decode()},
                {"name": "not an object", "text": "[]"},
                {"name": "not canonical", "text": good[0].to_bytes().decode() + " "},
            ],
        }
    return found


SLATE_CHANGES: dict[str, Any] = {
    "kind other": "election",
    "v 2": 2,
    "v true": True,
    "title empty": "",
    "title 201": "家" * 201,
    "title control": "a\tb",
    "title number": 5,
    "subjects none": [],
    "subjects/0/code capital": "S1",
    "subjects/0/code empty": "",
    "subjects/0/code twice": "s2",
    "subjects/0/grades none": [],
    "subjects/0/grades eight": list("abcdefgh"),
    "subjects/0/grades twice": ["s", "s", "d"],
    "subjects/0/favourable none": [],
    "subjects/0/favourable foreign": ["x"],
    "subjects/0/favourable order": ["b", "s"],
    "subjects/0/favourable twice": ["s", "s"],
}
KEYSET_CHANGES: dict[str, Any] = {
    "suite other": "pj1",
    "n 4": 4,
    "t 1": 1,
    "t 4": 4,
    "poll_id short": "00" * 15,
    "poll_id capitals": "AB" * 16,
    "opinion_public short": "00" * 31,
    "commitments/0/0 identity": "01" + "00" * 31,
    "commitments/0/0 order 4": "00" * 32,
    "commitments/0/0 y = p + 1": "ee" + "ff" * 30 + "7f",
    "commitments/0/0 off the curve": "02" + "00" * 31,
    "commitments/0 short": ["5866666666666666666666666666666666666666666666666666666666666666"],
    "commitments none": [],
    "scrutineers/0/key low order": "01" + "00" * 31,
    "scrutineers/0/name empty": "",
    "scrutineers none": [],
    "share_hash none": [],
    "v 0": 0,
}
POLL_CHANGES: dict[str, Any] = {
    "boxes none": [],
    "boxes nine": [f"{n:064x}" for n in range(9)],
    "boxes twice": ["00" * 32] * 2,
    "poll_id empty": "",
    "v 2": 2,
}


def _box_changes() -> dict[str, Any]:
    issuer = canonical.loads(cast.box("first").to_bytes())["issuers"][0]
    return {
        "k 255": 255,
        "k 384": 384,
        "kind other": "poll",
        "kind opinion with a slate": "opinion",
        "formula other": "majority",
        "suite other": "pj3",
        "opens_at form": "2026-12-08 01:00:00",
        "opens_at after the close": "2026-12-11T00:00:00Z",
        "closes_at month 13": "2026-13-10T10:00:00Z",
        "closes_at offset": "2026-12-10T10:00:00+08:00",
        "pool capital": "Workshop",
        "practice number": 0,
        "revote text": "true",
        "roll_size text": "40",
        "roll_size too great": 10**8 + 1,
        "slate zero": "00" * 32,
        "threshold/den 0": 0,
        "threshold/num 0": 0,
        "threshold/num above den": 6,
        "tiers/band 4": 4,
        "tiers/band above two_way": 11,
        "tiers/two_way 9": 9,
        "tiers/two_way above full": 21,
        "tiers/full 19": 19,
        "threshold/x one field more": 1,
        "issuers none": [],
        "issuers nine": [issuer] * 9,
        "issuers twice": [issuer, issuer],
        "issuers/0/rsa_n even": issuer["rsa_n"][:-2] + "00",
        "issuers/0/rsa_n 2047 bits": "7f" + issuer["rsa_n"][2:],
        "issuers/0/rsa_n short": issuer["rsa_n"][2:],
        "issuers/0/id_key low order": "00" * 32,
        "issuers/0/url 501": "h" * 501,
        "box_key y = p": "ed" + "ff" * 30 + "7f",
        "title control": "a\x85b",
        "title next line": "a\nb",
    }
