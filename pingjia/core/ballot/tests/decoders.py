"""Every decoder of the ballot, with good bytes from the shared vectors and what each writes again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from pingjia.core import canonical
from pingjia.core.ballot import (
    body,
    cards,
    closing,
    crockford,
    group,
    head,
    hpke,
    issuance,
    opening,
    opinion,
    sealing,
    shamir,
    signing,
)
from pingjia.core.ballot.fields import BadObject
from pingjia.core.ballot.objects import BoxManifest, KeySet, PollManifest, Slate
from pingjia.core.ballot.result import Result
from pingjia.core.ballot.tests.vectors import cast, load
from pingjia.core.canonical import NotCanonical
from pingjia.core.tests.decoding import Decoder
from pingjia.core.tlog import note

OBJECT = (NotCanonical, BadObject)


class NotTheRule(ValueError):
    """Stands for False where a decoder only says whether bytes keep a rule."""


def typed(raw: bytes) -> str:
    """Return what somebody typed."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise NotTheRule from error


def _holds(check: Callable[[bytes], bool], raw: bytes) -> bytes:
    if not check(raw):
        raise NotTheRule
    return raw


def _head(raw: bytes) -> bytes:
    one = head.Head.parse(raw, cast().box("first"))
    return bytes([head.VERSION, one.seq]) + one.pk + one.body_hash + b"".join(one.tokens) + one.signature


def _record(raw: bytes) -> bytes:
    one, content = head.check_record(raw, cast().box("first"), cast().EQUAL)
    return one.raw + content


def _body(raw: bytes) -> bytes:
    body.check(cast().paper("first"), PK, raw)
    return raw


def _draw_answer(raw: bytes) -> bytes:
    status, signatures, refusal = issuance.read_answer(raw, 256, 3)
    if status == issuance.IssueStatus.SIGNED:
        return issuance.granted(signatures)
    return issuance.refused(status, 256, 3, refusal)


def _refusal(raw: bytes) -> bytes:
    box, reason, leaf = issuance.read_refusal(signing.public(cast().ID_SEED), raw)
    return issuance.sign_refusal(cast().ID_SEED, box, reason, leaf)


def _share(raw: bytes) -> bytes:
    """Seal ``raw`` to the first scrutineer under a key set that names it, and open it as a share."""
    dealt = cast().deal("equal").keyset
    keys = cards.derive(cast().CARDS[0], cast().POLL_ID)
    sealed = hpke.seal(hpke.public(keys.exchange), sealing.share_info(cast().POLL_ID, 1), raw)
    hashes = (sealing.hashlib.sha256(sealed).digest(), *dealt.share_hash[1:])
    keyset = KeySet(dealt.commitments, dealt.opinion_public, dealt.poll_id, dealt.scrutineers, hashes, dealt.t)
    return sealing.open_share(keyset, 1, keys.exchange, sealed).to_bytes()


def shares(raw: bytes) -> bytes:
    """Return joined shares and the secret that they give."""
    pieces = [raw[at : at + shamir.SHARE_LENGTH] for at in range(0, len(raw), shamir.SHARE_LENGTH)]
    return b"".join(pieces) + shamir.join(pieces)


def _reopened(raw: bytes) -> bytes:
    keys = cards.derive(cast().CARDS[0], cast().POLL_ID)
    hpke.open_sealed(keys.exchange, sealing.share_info(cast().POLL_ID, 1), raw)
    return raw


def _closing_note(raw: bytes) -> bytes:
    first = load("closing")["good"][-1]
    closing.open_closing(raw, bytes.fromhex(first["box_hash"]), bytes.fromhex(first["box_key"]))
    return note.Note.parse(raw).to_bytes()


def _closing_text(raw: bytes) -> bytes:
    return closing.Closing.parse(typed(raw)).text().encode()


PK = signing.public(cast().voter("first", 0))


def _hexes(values: Any) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(value) for value in values)


def _texts(values: Any) -> tuple[bytes, ...]:
    return tuple(value.encode() for value in values)


@cache
def decoders() -> list[Decoder]:
    """Return every decoder of this room."""
    c, issued, heads = cast(), load("issuance"), load("head")["good"]
    records = [bytes.fromhex(one["record"]) for one in heads if one["box"] == c.box("first").to_bytes().decode()]
    split = head.head_length(c.box("first"))
    plain = c.share("equal", 1).to_bytes()
    closed, results = load("closing")["good"], load("result")["good"]
    card = [one["text"] for one in load("cards")["cards"]]
    return [
        Decoder("canonical", _hexes(one["hex"] for one in load("canonical")["good"]), _canonical, (NotCanonical,)),
        Decoder(
            "slate", (c.EQUAL.to_bytes(), c.MIXED.to_bytes()), lambda raw: Slate.from_bytes(raw).to_bytes(), OBJECT
        ),
        Decoder("keyset", (c.keyset("equal").to_bytes(),), lambda raw: KeySet.from_bytes(raw).to_bytes(), OBJECT),
        Decoder(
            "box",
            tuple(c.box(name).to_bytes() for name in c.BOX_SEEDS),
            lambda raw: BoxManifest.from_bytes(raw).to_bytes(),
            OBJECT,
        ),
        Decoder("poll", (c.poll().to_bytes(),), lambda raw: PollManifest.from_bytes(raw).to_bytes(), OBJECT),
        Decoder(
            "result", _texts(one["text"] for one in results), lambda raw: Result.from_bytes(raw).to_bytes(), OBJECT
        ),
        Decoder(
            "statements",
            (issued["issuance_json"].encode(),),
            lambda raw: issuance.write_statements(issuance.read_statements(raw)),
            OBJECT,
        ),
        Decoder("point", (group.BASE, PK), group.point, (group.BadPoint,)),
        Decoder(
            "scalar", (group.scalar_bytes(7),), lambda raw: group.scalar_bytes(group.scalar(raw)), (group.BadScalar,)
        ),
        Decoder("ed25519-key", (PK,), lambda raw: _holds(signing.is_key, raw), (NotTheRule,)),
        Decoder("head", tuple(raw[:split] for raw in records), _head, (head.BadHead,)),
        Decoder("record", tuple(records), _record, (head.BadHead,)),
        Decoder("body", (records[0][split:],), _body, (body.InvalidBody,)),
        Decoder(
            "draw-request",
            _hexes(one["raw"] for one in issued["requests"]),
            lambda raw: issuance.DrawRequest.parse(raw, 256, 3).to_bytes(),
            (issuance.BadDraw,),
        ),
        Decoder(
            "draw-answer",
            _hexes([issued["granted"]["answer"], *(one["answer"] for one in issued["refusals"])]),
            _draw_answer,
            (issuance.BadDraw,),
        ),
        Decoder("refusal", _hexes(one["refusal"] for one in issued["refusals"]), _refusal, (issuance.BadDraw,)),
        Decoder(
            "partials",
            _hexes(one["partials"] for one in load("opening")["sets"]),
            lambda raw: opening.write_partials(opening.read_partials(raw)),
            (opening.BadPartial,),
        ),
        Decoder("share", (plain,), _share, (sealing.BadShare,)),
        Decoder("sealed", (c.deal("equal").sealed[0],), _reopened, (hpke.NotOpened,)),
        Decoder("opinion", _hexes(one["padded"] for one in load("opinion")["good"]), _opinion, (opinion.NotOpinion,)),
        Decoder("closing-text", _texts(one["text"] for one in closed), _closing_text, (closing.BadClosing, NotTheRule)),
        Decoder("closing-note", _texts(one["note"] for one in closed[-1:]), _closing_note, (closing.BadClosing,)),
        Decoder(
            "crockford",
            _texts(text.replace("-", "")[:32] for text in card),
            lambda raw: crockford.encode(crockford.decode(typed(raw))).encode(),
            (crockford.BadSymbols, NotTheRule),
            typed=True,
        ),
        Decoder(
            "card",
            _texts(card),
            lambda raw: cards.write(cards.read(typed(raw))).encode(),
            (cards.BadCard, NotTheRule),
            typed=True,
        ),
    ]


def _canonical(raw: bytes) -> bytes:
    return canonical.dumps(canonical.loads(raw))


def _opinion(raw: bytes) -> bytes:
    return opinion.pad(opinion.unpad(raw))
