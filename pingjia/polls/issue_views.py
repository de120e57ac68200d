"""The one address on the site where ballots are drawn. The byte formats are those of docs/spec/ballot.md §8."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from pingjia.core.ballot.issuance import IssueStatus, refused
from pingjia.people.models import User
from pingjia.polls.issue import Issuer, K, PlainIssuer
from pingjia.polls.throttle import Failures
from pingjia.ui.outages import OUTAGES

GREATEST_REQUEST = 65 + 8 * 384
FAILURES = Failures(200)
COUNTED = (IssueStatus.CODE_UNKNOWN, IssueStatus.MALFORMED, IssueStatus.NOT_ON_ROLL)
ISSUER: Issuer = PlainIssuer()


@csrf_exempt  # the header below, which no foreign page can send without CORS, stands in for the token
@never_cache
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """What a member's browser asks: sign this blinded key for me. Answers bytes of one length, yes or no."""
    if request.headers.get("X-Pingjia") != "draw":
        return HttpResponse(b"", status=400, content_type="application/octet-stream")
    caller = request.META.get("REMOTE_ADDR", "")
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    fits = 0 < length <= GREATEST_REQUEST  # a body in chunks names no length; none of ours comes like that
    if not fits:
        return _answer(refused(IssueStatus.MALFORMED, K, 1))
    boxes = max(0, length - 65) // K
    if FAILURES.too_many(caller):
        return _answer(refused(IssueStatus.BUSY, K, boxes), status=429)
    try:
        user = request.user if isinstance(request.user, User) else None
        answer = ISSUER.issue(request.body, user)
    except OUTAGES:  # no signature was released; the same bytes may come again
        return _answer(refused(IssueStatus.BUSY, K, boxes), status=503)
    if answer[0] in COUNTED:
        FAILURES.note(caller)
    return _answer(answer)


def _answer(raw: bytes, status: int = 200) -> HttpResponse:
    return HttpResponse(raw, status=status, content_type="application/octet-stream")
