"""A column that follows another one: how a name is typed on a keyboard."""

from __future__ import annotations

from typing import Any

from django.db import models

from pingjia.core.letters import FULL, SHORT, letters


class Spelled(models.CharField):  # type: ignore[type-arg]
    """The pinyin of the row's ``name`` (``short``: its initials), written by every save and every bulk_create.

    ``update`` and ``bulk_update`` write what they are given; whoever changes names by them calls ``letters`` himself.
    To migrations it is a plain column.
    """

    def __init__(self, *args: Any, short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": SHORT if short else FULL, "blank": True, "default": "", **kwargs})
        self.short = short

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """Spell the name that is being written."""
        spelled = letters(model_instance.name)[self.short]  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, spelled)
        return spelled

    def deconstruct(self) -> Any:
        """Name the column as what it is to a database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
