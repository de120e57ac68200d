"""What the booth serves, by its hashes: logged at every sealing, so that nobody is quietly given another page.

{"files":[{"path":"/","sha256":"<64 hex>"},{"path":"/assets/vote.js","sha256":"…"}],"kind":"booth_pages","v":1}
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from django.conf import settings

from pingjia.core import canonical

# Pages by address; each is one static file.
PAGES = {name: f"{name or 'index'}.html" for name in ("", "kiosk", "check", "ceremony", "verify")}
ASSET = re.compile(r"[a-z][a-z0-9_-]*\.(js|css|svg|json)")


def files() -> dict[str, Path]:
    """Return every static file that the booth serves, by its path there."""
    dist = Path(settings.PINGJIA_BOOTH_DIST)
    found = {f"/{page}": dist / name for page, name in PAGES.items()}
    found |= {f"/assets/{file.name}": file for file in dist.glob("*") if ASSET.fullmatch(file.name)}
    return {path: file for path, file in sorted(found.items()) if file.is_file()}


def listing() -> bytes:
    """Return the list of what is served now, canonical; its SHA-256 is the fingerprint of the booth."""
    rows = [{"path": path, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()} for path, file in files().items()]
    return canonical.dumps({"files": rows, "kind": "booth_pages", "v": 1})


def fingerprint() -> str:
    """Return the SHA-256 of the list, in hex."""
    return hashlib.sha256(listing()).hexdigest()
