"""Prefixes of text as the databases walk them: a subtree by its path, a name by its beginning."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q


def at_or_below(path: str) -> Q:
    """Return the condition "this path or one below it", such that the database walks its index.

    SQLite's LIKE cannot use the index, but its text order is that of bytes, where ``0`` follows ``/`` at once;
    PostgreSQL orders by language, and has an index for prefixes instead.
    """
    if connection.vendor == "sqlite":
        return Q(path__gte=path, path__lt=path[:-1] + "0")
    return Q(path__startswith=path)


def begins(column: str, text: str) -> Q:
    """Return the condition "the column begins with this text", such that the database walks its index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + "\U0010ffff"})
    return Q(**{f"{column}__startswith": text})
