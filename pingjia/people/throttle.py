"""Slowing down whoever guesses passwords, without letting a stranger lock somebody out.

Failures are counted by login name *and* by one of 256 groups into which a secret key sorts all addresses. Five mistakes
are free; each further one doubles that group's wait, up to a quarter of an hour; a success or a quiet day clears the
group's count. Whoever knows an officer's name can so make the own group wait and no other: the officer, who calls from
elsewhere, signs in. Where all groups together fail too often, each has one free mistake instead of five, so that many
addresses help a guesser little and a right password still opens at once.

The known library (django-axes) keeps addresses beside times; this house does not. A group says no more of an address
than one in 256, and its number is hashed together with the name.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from pingjia.people.models import SignInFailures

FREE = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
GROUPS = 256
SIEGE = 60  # failures under one name, from everywhere, from which on only the first mistake is free


def _group(address: str) -> int:
    return salted_hmac("pingjia.people.throttle.group", address, algorithm="sha256").digest()[0]


def _hash(name: str, group: int) -> str:
    words = f"{group}\0{name.strip().casefold()}"
    return salted_hmac("pingjia.people.throttle", words, algorithm="sha256").hexdigest()


def _free(name: str) -> int:
    everywhere = SignInFailures.objects.filter(
        name_hash__in=[_hash(name, group) for group in range(GROUPS)],
        last_at__gte=timezone.now() - FORGOTTEN_AFTER,
    )
    return 1 if (everywhere.aggregate(sum=Sum("count"))["sum"] or 0) >= SIEGE else FREE


def wait(name: str, address: str) -> timedelta:
    """Return how long this caller must wait before the next try under this name (zero: go on)."""
    entry = SignInFailures.objects.filter(name_hash=_hash(name, _group(address))).first()
    if entry is None:
        return timedelta(0)
    free = _free(name)
    if entry.count < free:
        return timedelta(0)
    pause = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(entry.count - free, 10))
    return max(timedelta(0), entry.last_at + pause - timezone.now())


def failed(name: str, address: str) -> None:
    """Count one failure; the same whether or not anybody has that name."""
    now = timezone.now()
    SignInFailures.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    entry, _made = SignInFailures.objects.get_or_create(
        name_hash=_hash(name, _group(address)), defaults={"last_at": now}
    )
    SignInFailures.objects.filter(pk=entry.pk).update(count=F("count") + 1, last_at=now)


def succeeded(name: str, address: str) -> None:
    """Forget the failures under this name from where this caller is; what others do goes on being counted."""
    SignInFailures.objects.filter(name_hash=_hash(name, _group(address))).delete()
