"""The relay between scrutineers' browsers: JSON in, JSON out, the invitation code as the only right.

Every step answers 200 with ``{"ok":true,…}`` or ``{"ok":false,"reason":"<code>"}``; the page has the words. What the
relay passes on is public, or sealed by one scrutineer to another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pingjia.ballotbox import shelf
from pingjia.polls import counting, opening, opinions, sealing, seats, witnessing
from pingjia.polls.bundles import PUBLISHED
from pingjia.polls.ceremony import state_of
from pingjia.polls.models import Box, Opening, PublicObject, Scrutineer
from pingjia.polls.sealing import Rejected
from pingjia.polls.throttle import Failures

FAILURES = Failures(60)
Question = dict[str, Any]
_NAME = re.compile(r"[0-9a-f]{64}")
_POSITION = re.compile(r"[1-9][0-9]?")


def _hex(question: Question, name: str, length: int | None = None) -> bytes:
    """Return a field of lower-case hex (of ``length`` bytes); Rejected otherwise."""
    try:
        raw = bytes.fromhex(question[name])
    except (KeyError, TypeError, ValueError) as error:
        raise Rejected("malformed") from error
    if length is not None and len(raw) != length:
        raise Rejected("malformed")
    return raw


def _text(question: Question, name: str) -> bytes:
    """Return a text field as UTF-8."""
    value = question.get(name)
    if not isinstance(value, str):
        raise Rejected("malformed")
    try:
        return value.encode()
    except UnicodeEncodeError as error:  # half a surrogate pair, which JSON can carry and UTF-8 cannot
        raise Rejected("malformed") from error


def _named(question: Question, name: str) -> str:
    """Return a hash that names a set or a box: 64 hexadecimal digits, or "" where the field holds anything else."""
    value = question.get(name)
    return value if isinstance(value, str) and _NAME.fullmatch(value) else ""


def _set(seat: Scrutineer, question: Question) -> Opening:
    found = Opening.objects.filter(set_id=_named(question, "set")).first()
    if found is None or opening.lead_of(found).pk != seat.poll_id:
        raise Rejected("set")
    return found


def _witnessed(opening: Opening) -> Opening:
    """Return the set, unless the log's witnesses have not all seen its closings (Rejected)."""
    if witnessing.of_closings(list(opening.boxes.select_related("poll"))).lacking:
        raise Rejected("unwitnessed")
    return opening


def _messages(value: Any) -> dict[int, bytes]:
    """Return sealed messages by the position of their receiver."""
    if not isinstance(value, dict) or not all(_POSITION.fullmatch(key) for key in value):
        raise Rejected("malformed")
    return {int(key): _hex(value, key) for key in value}


def enter(seat: Scrutineer, question: Question) -> Question:
    """Who am I, and where does the ceremony stand?"""
    return {"poll": state_of(seat.poll), "i": seat.position}


def enrol(seat: Scrutineer, question: Question) -> Question:
    """Keep the public halves of my card."""
    sealing.enrol(seat, _hex(question, "key", 32), _hex(question, "exchange", 32), _hex(question, "proof", 64))
    return {"poll": state_of(seat.poll), "i": seat.position}


def seal(seat: Scrutineer, question: Question) -> Question:
    """Take the key set and the shares that I dealt."""
    shares = question.get("shares")
    if not isinstance(shares, list):
        raise Rejected("malformed")
    dealt = [_hex({"share": share}, "share") for share in shares]
    sealing.seal(seat.poll, _text(question, "keyset"), dealt, by=seat)
    return {}


def share(seat: Scrutineer, question: Question) -> Question:
    """Give me the key set and the share that is sealed to me."""
    row = PublicObject.objects.filter(hash=seat.poll.keyset_hash).first() if seat.poll.keyset_hash else None
    if row is None or seat.sealed_share is None:
        raise Rejected("not_dealt")
    return {"keyset": bytes(row.content).decode(), "share": bytes(seat.sealed_share).hex()}


def accept(seat: Scrutineer, question: Question) -> Question:
    """I checked my share; here is my signature."""
    done = sealing.accept(seat, _hex(question, "signature", 64))
    seat.poll.refresh_from_db()
    return {"sealed": done, "poll": state_of(seat.poll)}


def set_(seat: Scrutineer, question: Question) -> Question:
    """What is to be opened together, and which sums of it?"""
    found = _witnessed(_set(seat, question))
    masks = [list(place) for place in opening.planned(found)]
    by_relay = found.tier not in PUBLISHED
    return {"boxes": opening.box_hashes(found), "tier": found.tier, "masks": masks, "bodies_by_relay": by_relay}


def partials(seat: Scrutineer, question: Question) -> Question:
    """Here are my parts of the sums."""
    found = _witnessed(_set(seat, question))
    if "public" in question:
        opening.give_public(found, seat, _hex(question, "public"))
    else:
        opening.give_sealed(found, seat, _messages(question.get("sealed")))
    return {}


def inbox(seat: Scrutineer, question: Question) -> Question:
    """What did the others send to everybody, and to me?"""
    return dict(opening.inbox(_set(seat, question), seat))


def result(seat: Scrutineer, question: Question) -> Question:
    """This is what I counted, signed."""
    found = _set(seat, question)
    raw = _text(question, "result")
    signed, needed = counting.sign_result(found, seat, raw, _hex(question, "signature", 64))
    return {"signed": signed, "needed": needed}


def reveal(seat: Scrutineer, question: Question) -> Question:
    """Here are my parts of those sums that the result publishes."""
    counting.reveal(_set(seat, question), seat, _hex(question, "partials"))
    return {}


def opinion_shares(seat: Scrutineer, question: Question) -> Question:
    """Here is my share of the opinion key, for the reader."""
    sealed = _messages(question.get("sealed"))
    if set(sealed) != {opinions.READER}:
        raise Rejected("recipients")
    opinions.give_share(seat, _named(question, "box"), sealed[opinions.READER])
    return {}


def opinion_inbox(seat: Scrutineer, question: Question) -> Question:
    """Which shares have come for me, the reader?"""
    return {"shares": opinions.shares_for(seat, _named(question, "box"))}


def opinions_(seat: Scrutineer, question: Question) -> Question:
    """This is what I read, signed."""
    texts, enough = question.get("texts"), question.get("enough")
    if not isinstance(texts, list) or not isinstance(enough, bool):
        raise Rejected("malformed")
    for text in texts:
        _text({"text": text}, "text")
    opinions.read_out(seat, _named(question, "box"), enough, texts, _hex(question, "signature", 64))
    return {}


STEPS: dict[str, Callable[[Scrutineer, Question], Question]] = {
    "enter": enter,
    "enrol": enrol,
    "seal": seal,
    "share": share,
    "accept": accept,
    "set": set_,
    "partials": partials,
    "inbox": inbox,
    "result": result,
    "reveal": reveal,
    "opinion_shares": opinion_shares,
    "opinion_inbox": opinion_inbox,
    "opinions": opinions_,
}


def _bodies(seat: Scrutineer, question: Question) -> HttpResponse:
    """The ballots' bodies, which small boxes show to their scrutineers alone."""
    box = Box.objects.filter(box_hash=_named(question, "box")).select_related("poll__lead").first()
    if box is None or box.poll.ceremony.pk != seat.poll_id or (box.kind == "opinion" and seat.position != 1):
        raise Rejected("box")
    try:
        content = shelf.file(box.box_hash, "bodies.bin").read_bytes()
    except FileNotFoundError as error:
        raise Rejected("gone") from error
    return HttpResponse(content, content_type="application/octet-stream", headers={"Cache-Control": "no-store"})


def _no(reason: str) -> HttpResponse:
    return JsonResponse({"ok": False, "reason": reason}, headers={"Cache-Control": "no-store"})


@csrf_exempt  # no cookie here: the code in the body is the whole right
@require_POST
def relay(request: HttpRequest, step: str) -> HttpResponse:
    """What a scrutineer's browser asks at each step of sealing and opening."""
    caller = request.META.get("REMOTE_ADDR", "")
    if FAILURES.too_many(caller):
        return _no("busy")
    try:
        question = json.loads(request.body)
    except (ValueError, RecursionError):
        return _no("malformed")
    if not isinstance(question, dict) or (step not in STEPS and step != "bodies"):
        return _no("malformed")
    seat = seats.invited(str(question.get("code", "")))
    if seat is None:
        FAILURES.note(caller)
        return _no("code")
    try:
        if step == "bodies":
            return _bodies(seat, question)
        answer = {"ok": True, **STEPS[step](seat, question)}
        return JsonResponse(answer, headers={"Cache-Control": "no-store"})
    except Rejected as rejected:
        return _no(rejected.code)
