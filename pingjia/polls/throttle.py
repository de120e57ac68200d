"""Slowing down those who guess or take too much. No address is kept: a keyed hash of it, for ten minutes at most.

The key lives in this process's memory and is thrown away with the counts, so that nothing here can say later who came.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import defaultdict

KEY_SECONDS = 600
WINDOW_SECONDS = 60


class Failures:
    """Counts per caller within a window: the last minute, unless told (at most ``KEY_SECONDS``)."""

    def __init__(self, allowed: int, window: int = WINDOW_SECONDS) -> None:
        self.allowed, self.seconds = allowed, window
        self._lock = threading.Lock()
        self._renew(time.monotonic())

    def _renew(self, now: float) -> None:
        self._key, self._since = secrets.token_bytes(32), now
        self._window, self._counts = now, defaultdict[bytes, int](int)

    def _name(self, caller: str) -> bytes:
        now = time.monotonic()
        if now - self._since > KEY_SECONDS:
            self._renew(now)
        if now - self._window > self.seconds:
            self._window = now
            self._counts.clear()
        return hmac.digest(self._key, caller.encode(), hashlib.sha256)

    def too_many(self, caller: str, allowed: int | None = None) -> bool:
        """Say whether this caller must wait; ``allowed`` replaces the usual number."""
        with self._lock:
            return self._counts[self._name(caller)] >= (self.allowed if allowed is None else allowed)

    def note(self, caller: str) -> None:
        """Count one failure."""
        with self._lock:
            self._counts[self._name(caller)] += 1

    def forget(self) -> None:
        """Begin anew with another key."""
        with self._lock:
            self._renew(time.monotonic())
