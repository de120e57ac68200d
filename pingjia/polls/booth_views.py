"""The booth: static pages, public objects, the drop, what a closed box publishes. No cookie; the same bytes for all."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from pingjia.ballotbox import close, shelf
from pingjia.ballotbox.drop import DropSlot, PlainDrop, UnknownBox, record_length
from pingjia.core.ballot import receipt
from pingjia.core.ballot.head import DropStatus
from pingjia.core.tlog.entry import EntryType
from pingjia.polls import bundles, pagehashes, statements
from pingjia.polls.models import ANNOUNCED, Box, Opening, Poll, PublicObject
from pingjia.polls.pagehashes import ASSET, PAGES
from pingjia.polls.throttle import Failures
from pingjia.publiclog import trust as trust_file
from pingjia.publiclog.models import Entry
from pingjia.publiclog.queries import NotLogged
from pingjia.ui import outages
from pingjia.ui.hosts import BOOTH_POLICY

FOREVER = "public, max-age=31536000, immutable"
FRESH = "no-cache"
FAILURES = Failures(200)
HARMLESS = (DropStatus.ACCEPTED, DropStatus.NOT_OPEN, DropStatus.CLOSED, DropStatus.BUSY)
SLOT: DropSlot = PlainDrop()
KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "json": "application/json"}
LOGGED = {"manifest": EntryType.MANIFEST, "poll": EntryType.POLL, "keyset": EntryType.KEYSET}
PROVED_ANYWHERE = {"pages": EntryType.EVIDENCE}


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What a lost visitor asks: is there something here? Plain words, no template, no cookie."""
    text = "这里没有这一页。\nThere is nothing at this address.\n"
    return HttpResponse(text, status=404, content_type="text/plain; charset=utf-8")


def broken(request: HttpRequest) -> HttpResponse:
    """What a visitor asks: was anything lost? Plain words, no template, no cookie (503 where coming again helps)."""
    if outages.is_outage(sys.exc_info()[1]):
        return outages.come_again()
    text = "这一步出错了，没有写入一半的数据。\nThis step failed; nothing was half written.\n"
    return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")


def _bytes(content: bytes, kind: str = "application/octet-stream", caching: str = FRESH) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Cache-Control": caching})


def _dist(name: str) -> bytes:
    try:
        return (Path(settings.PINGJIA_BOOTH_DIST) / name).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error


@require_safe
def page(request: HttpRequest, name: str = "") -> HttpResponse:
    """What a member, a scrutineer or a doubter asks: let me vote, check, seal, open, recount. Static files."""
    response = _bytes(_dist(PAGES[name]), "text/html; charset=utf-8")
    if name == "kiosk":  # the issuing desk stands in a frame of it, and comes back to it inside that frame
        policy = BOOTH_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
        response["Content-Security-Policy"] = f"{policy}; frame-src 'self' {settings.PINGJIA_SITE}"
        response["Cache-Control"] = "no-store"
    if name == "verify":  # one file with its script inside, allowed by that script's hash and by nothing else
        response.headers["Content-Security-Policy"] = " ".join(_dist("verify.csp").decode().split())
    return response


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """What a page of the booth asks for: its script or its look."""
    if not ASSET.fullmatch(name):
        raise Http404
    return _bytes(_dist(name), f"{KINDS[name.rpartition('.')[2]]}; charset=utf-8")


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """What a verifier asks: which logs and witnesses does this operator stand by?"""
    return _bytes(trust_file.content(), "application/json")


@require_safe
def public_object(request: HttpRequest, digest: str) -> HttpResponse:
    """What the booth asks: the object with this SHA-256, in its canonical bytes."""
    row = PublicObject.objects.filter(hash=digest).first()
    if row is None or (row.kind == "result" and not _announced(row)):
        raise Http404
    return _bytes(bytes(row.content), "application/json", FOREVER)


def _announced(row: PublicObject) -> bool:
    """Say whether the hall has heard this result: its hash stands in the log from the count on."""
    sets = Opening.objects.filter(result=bytes(row.content))
    return sets.exists() and not Poll.objects.filter(boxes__openings__in=sets).exclude(state__in=ANNOUNCED).exists()


@require_safe
def object_proof(request: HttpRequest, digest: str) -> HttpResponse:
    """What the booth asks: the proof that this object stands in the public log."""
    row = PublicObject.objects.filter(hash=digest).first()
    if row is not None and row.kind in PROVED_ANYWHERE:
        return _proof_anywhere(PROVED_ANYWHERE[row.kind], digest)
    poll = _poll_of(row) if row else None
    if row is None or poll is None:
        raise Http404
    return _proof(poll, LOGGED[row.kind], bytes.fromhex(digest))


def _proof_anywhere(kind: EntryType, digest: str) -> HttpResponse:
    """Prove what belongs to no poll by the newest log that holds it, a real one before a rehearsal's."""
    entry = Entry.objects.filter(type=kind.value, payload_hash=digest).order_by("log__practice", "-log__year").first()
    if entry is None:
        raise Http404
    try:
        return _bytes(statements.proof_in(entry.log, kind, bytes.fromhex(digest)), "text/plain; charset=utf-8")
    except NotLogged as error:
        raise Http404 from error


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """What a doubter asks: which files does this booth serve, and what are their hashes?"""
    return _bytes(pagehashes.listing(), "application/json")


def _poll_of(row: PublicObject) -> Poll | None:
    """Return the poll in whose log the object stands."""
    if row.kind == "manifest":
        box = Box.objects.filter(box_hash=row.hash).select_related("poll__unit").first()
        return box.poll if box else None
    field = {"poll": "poll_hash", "keyset": "keyset_hash"}.get(row.kind)
    return Poll.objects.filter(**{field: row.hash}).order_by("pk").first() if field else None


def _proof(poll: Poll, kind: EntryType, digest: bytes) -> HttpResponse:
    try:
        return _bytes(statements.proof(poll, kind, digest), "text/plain; charset=utf-8")
    except NotLogged as error:
        raise Http404 from error


@require_safe
def box_state(request: HttpRequest, box_hash: str) -> HttpResponse:
    """What the booth asks before it fills a ballot: does the box take drops now?"""
    try:
        return JsonResponse({"state": close.state(box_hash)}, headers={"Cache-Control": "no-store"})
    except UnknownBox as error:
        raise Http404 from error


@csrf_exempt  # no cookie, no session: there is nobody in whose name a foreign page could act
@require_POST
def drop(request: HttpRequest, box_hash: str) -> HttpResponse:
    """What a ballot asks: am I in? Always 128 bytes; nothing about the sender is looked at but a failure's count."""
    caller = request.META.get("REMOTE_ADDR", "")
    if FAILURES.too_many(caller):
        return _answer(receipt.answer(DropStatus.BUSY), 429)
    try:
        answer = _dropped(request, box_hash)
    except outages.OUTAGES:  # no receipt is given, so nothing is promised; the same bytes may come again
        answer = receipt.answer(DropStatus.BUSY)
    if answer[0] not in HARMLESS:
        FAILURES.note(caller)
    return _answer(answer, 503 if answer[0] == DropStatus.BUSY else 200)


def _dropped(request: HttpRequest, box_hash: str) -> bytes:
    try:
        fits = int(request.META.get("CONTENT_LENGTH") or 0) == record_length(box_hash)
    except (UnknownBox, ValueError):
        fits = False
    return SLOT.drop(box_hash, request.body) if fits else receipt.answer(DropStatus.MALFORMED)


def _answer(raw: bytes, status: int = 200) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(raw, status=status, content_type="application/octet-stream", headers=headers)


def _published(box: Box, name: str) -> bool:
    """Say whether a file of a closed box is for everybody: bodies only where the tier publishes sums."""
    if name == "bodies.bin":
        return Opening.objects.filter(boxes=box, tier__in=bundles.PUBLISHED).exists()
    return name in ("closing.note", "heads.bin", "receipts.bin", "issuance.json")


@require_safe
def box_file(request: HttpRequest, box_hash: str, name: str) -> HttpResponse:
    """What anybody asks of a closed box: its heads, receipts, closing note, issuance; its bodies if it is large."""
    box = Box.objects.filter(box_hash=box_hash).select_related("poll__unit").first()
    if box is None:
        raise Http404
    try:
        if name == "closing.tlog-proof":
            return _proof(box.poll, EntryType.CLOSE, statements.closing_digest(box_hash))
        if name == "issuance.tlog-proof":
            stated = shelf.file(box_hash, "issuance.json").read_bytes()
            return _proof(box.poll, EntryType.ISSUANCE, hashlib.sha256(stated).digest())
        if not _published(box, name) or not shelf.file(box_hash, "closing.note").exists():
            raise Http404
        return _bytes(shelf.file(box_hash, name).read_bytes())
    except (FileNotFoundError, close.NotClosing) as error:
        raise Http404 from error


@require_safe
def box_leaves(request: HttpRequest, box_hash: str, first: str) -> HttpResponse:
    """What a receipt's holder asks: all leaves that begin with this byte. Searching is done on the own device."""
    try:
        found = [leaf for leaf in close.leaves(box_hash) if leaf[0] == int(first, 16)]
    except (FileNotFoundError, UnknownBox) as error:
        raise Http404 from error
    return _bytes(b"".join(found))


@require_safe
def bundle(request: HttpRequest, set_id: str) -> HttpResponse:
    """What a doubter asks: give me everything, I count myself."""
    opening = Opening.objects.filter(set_id=set_id).first()
    # Before the hall has heard the result nobody downloads it; a voided poll publishes none.
    if opening is None or opening.boxes.exclude(poll__state__in=ANNOUNCED).exists():
        raise Http404
    response = _bytes(bundles.bundle(opening), "application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="box-{set_id[:16]}.zip"'
    return response
