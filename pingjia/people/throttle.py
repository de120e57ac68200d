"""Slowing down whoever guesses passwords: by login name, in a small table of our own.

The known library (django-axes) counts by address and keeps addresses beside times; this house keeps neither. Five
mistakes are free; each further one doubles the wait, up to a quarter of an hour; a success or a quiet day clears the
count.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pingjia.people.models import SignInFailures

FREE = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


def _hash(name: str) -> str:
    return salted_hmac("pingjia.people.throttle", name.strip().casefold(), algorithm="sha256").hexdigest()


def wait(name: str) -> timedelta:
    """Return how long this name must wait before the next try (zero: go on)."""
    entry = SignInFailures.objects.filter(name_hash=_hash(name)).first()
    if entry is None or entry.count < FREE:
        return timedelta(0)
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(entry.count - FREE, 10))
    return max(timedelta(0), entry.last_at + pause - timezone.now())


def failed(name: str) -> None:
    """Count one failure; the same whether or not anybody has that name."""
    now = timezone.now()
    SignInFailures.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    entry, _made = SignInFailures.objects.get_or_create(name_hash=_hash(name), defaults={"last_at": now})
    SignInFailures.objects.filter(pk=entry.pk).update(count=F("count") + 1, last_at=now)


def succeeded(name: str) -> None:
    """Forget the failures under this name."""
    SignInFailures.objects.filter(name_hash=_hash(name)).delete()
