"""The sentences for people, in Chinese and English: one file for the command line and for the page."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from pingjia.core.verify.failures import Code, Role

CHINESE, ENGLISH = 0, 1


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return dict(json.loads((Path(__file__).with_name("sentences.json")).read_text("utf-8")))


def sentence(group: str, name: str, language: int) -> str:
    """Return the text ``name`` of a group such as ``failures`` or ``words``."""
    return str(_texts()[group][name][language])


def failure(code: Code, language: int) -> str:
    """Return the sentence of a failure."""
    return sentence("failures", code.value, language)


def party(text: str, language: int) -> str:
    """Return the party for people: ``scrutineer/2`` reads 监票人 2; issuers are counted from 1, as people do."""
    role, _, number = text.partition("/")
    name = sentence("roles", role, language)
    if not number:
        return name
    return f"{name} {int(number) + (role == Role.ISSUER)}"
