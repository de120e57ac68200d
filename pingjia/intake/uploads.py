"""Keeping a file between preview and confirmation, and letting it be used once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from pingjia.intake.models import Upload

KEPT = timedelta(days=1)


def keep(raw: bytes, name: str, *, purpose: str, about: str, by: str, choices: dict[str, Any]) -> Upload:
    """Store a file that could be read; drop what is a day old and this user's earlier file for the same purpose."""
    Upload.objects.filter(made_at__lt=timezone.now() - KEPT).delete()
    Upload.objects.filter(purpose=purpose, about=about, by=by).delete()
    return Upload.objects.create(content=raw, name=name[-200:], purpose=purpose, about=about, by=by, choices=choices)


def find(code: str, *, purpose: str, about: str, by: str) -> Upload | None:
    """Return an unused upload of this user for this purpose, not older than a day."""
    return Upload.objects.filter(
        code=code, purpose=purpose, about=about, by=by, used_at__isnull=True, made_at__gte=timezone.now() - KEPT
    ).first()


def use(upload: Upload) -> bool:
    """Mark the upload as written and forget its content; False where another request was faster.

    Call it inside the transaction that writes: if that fails, the file is still there.
    """
    return (
        Upload.objects.filter(pk=upload.pk, used_at__isnull=True).update(used_at=timezone.now(), content=b"", name="")
        == 1
    )


def waiting(*, purpose: str, about: str, by: str) -> Upload | None:
    """Return the upload that this user left waiting for this purpose, if any."""
    mine = Upload.objects.filter(purpose=purpose, about=about, by=by, used_at__isnull=True)
    return mine.filter(made_at__gte=timezone.now() - KEPT).order_by("-pk").first()


def drop(*, purpose: str, about: str, by: str) -> None:
    """Forget what this user left waiting for this purpose."""
    Upload.objects.filter(purpose=purpose, about=about, by=by, used_at__isnull=True).delete()
