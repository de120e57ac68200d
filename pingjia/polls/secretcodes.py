"""Codes on paper: slips that let a member draw, and invitations for scrutineers and a convenor.

A code is 80 random bits in 16 Crockford symbols. The database keeps HMAC-SHA-256(pepper, use ‖ code) only. The slips of
each poll have a pepper file of their own, so that destroying one small file makes every kept hash of them worthless.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Protocol

from django.conf import settings

from pingjia.ballotbox import keyfile
from pingjia.core.ballot import crockford
from pingjia.polls.models import Poll

SYMBOLS = 16


class HasKeys(Protocol):
    """A poll, or whatever else knows under which name a poll keeps its keys."""

    @property
    def poll_id(self) -> str:
        """Return the poll's own 16 bytes, in hex."""


def key_path(poll: HasKeys, name: str) -> Path:
    """Return where a key of the poll lies: ``slips`` (the pepper), ``id`` (signs refusals), ``issuer-<order>``."""
    return Path(settings.PINGJIA_KEYS_DIR) / "polls" / poll.poll_id / f"{name}.key"


def _invitations() -> Path:
    return Path(settings.PINGJIA_KEYS_DIR) / "invitations.key"


def new_code() -> str:
    """Return a fresh code: 16 symbols."""
    return crockford.encode(secrets.token_bytes(10))


def readable(code: str) -> str:
    """Return a code in four groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def _read(pepper: Path) -> bytes | None:
    try:
        return keyfile.read(pepper)
    except keyfile.KeyGone:
        return None


def peppered(pepper: bytes | None, typed: str) -> str | None:
    """Return what the database keeps of a code under ``pepper``; None if it can be none, or the pepper is gone."""
    try:
        symbols = crockford.normalise(typed)
    except crockford.BadSymbols:
        return None
    if pepper is None or len(symbols) != SYMBOLS:
        return None
    return hmac.digest(pepper, symbols.encode(), hashlib.sha256).hex()


def slip_pepper(poll: HasKeys) -> bytes | None:
    """Return the key that hashes the codes of this poll's slips; None once it is destroyed."""
    return _read(key_path(poll, "slips"))


def _kept(pepper: Path, typed: str) -> str | None:
    return peppered(_read(pepper), typed)


def slip_hash(poll: Poll, typed: str) -> str | None:
    """Return what the database keeps of a slip's code; None if it can be none, or the codes are destroyed."""
    return _kept(key_path(poll, "slips"), typed)


def invitation_hash(typed: str) -> str | None:
    """Return what the database keeps of an invitation's code; None if it cannot be a code."""
    return _kept(_invitations(), typed)


def _fresh(pepper: Path) -> tuple[str, str]:
    if not pepper.exists():
        keyfile.make(pepper)
    code = new_code()
    kept = _kept(pepper, code)
    assert kept is not None
    return code, kept


def fresh_slip(poll: Poll) -> tuple[str, str]:
    """Return a new slip's code and its hash; makes the poll's pepper the first time."""
    return _fresh(key_path(poll, "slips"))


def fresh_invitation() -> tuple[str, str]:
    """Return a new invitation's code and its hash."""
    return _fresh(_invitations())
