"""Send the ballot box's tables to their own database, and nothing else there."""

from __future__ import annotations

from typing import Any


class BoxRouter:
    """``ballotbox`` lives in ``box``; every other room lives in ``default``; no relation spans the two."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Name the database that holds this model."""
        return "box" if model._meta.app_label == "ballotbox" else "default"

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Refuse any key between a ballot and the rest of the house."""
        return (one._meta.app_label == "ballotbox") == (other._meta.app_label == "ballotbox")

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Build each table in its own database only."""
        return (db == "box") == (app_label == "ballotbox")
