"""A file that waits between preview and confirmation."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_code() -> str:
    """Return an address that nobody guesses."""
    return secrets.token_urlsafe(12)


class Upload(models.Model):
    """One uploaded table, kept until it is confirmed, replaced or a day old; then its content is gone.

    ``purpose`` and ``about`` (a unit's code) say for what, ``by`` (a user name) for whom: this room lies below people
    and units. ``choices`` are the reader's answers (sheet, mode); ``used_at`` is set once, by the import that wrote
    it.
    """

    code = models.CharField(max_length=24, unique=True, default=new_code)
    purpose = models.CharField(max_length=20)
    about = models.CharField(max_length=40)
    by = models.CharField(max_length=150)
    name = models.CharField(_("文件名"), max_length=200)
    content = models.BinaryField()
    choices = models.JSONField(default=dict)
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["purpose", "about"])]

    def __str__(self) -> str:
        return f"{self.name} → {self.purpose} {self.about}"
