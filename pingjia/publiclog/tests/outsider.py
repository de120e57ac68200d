"""An outsider who re-verifies a log from its static files and the public key alone, with no code of the house.

The tree is hashed as RFC 6962 §2.1 defines it, by recursion over the entries; every tile is hashed again from them; the
note is taken apart by hand. Heads seen before are remembered: what was signed once must be a
beginning of every later tree.
"""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def tree_hash(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + tree_hash(leaves[:k]) + tree_hash(leaves[k:])).digest()


def _name(number: int) -> str:
    text = f"{number:03d}"
    assert len(text) == 3, "the outsider's tests stay below 256000 entries"
    return text


def _tile(folder: Path, level: str, index: int, width: int) -> bytes:
    return (folder / "tile" / level / (_name(index) + ("" if width == 256 else f".p/{width}"))).read_bytes()


class Outsider:
    """Looks at logs below ``root``; ``heads`` are the (size, root) pairs seen, ``leaves`` the newest, by folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.heads: dict[Path, list[tuple[int, bytes]]] = {}
        self.leaves: dict[Path, list[bytes]] = {}

    def look(self, public_keys: dict[str, bytes]) -> int:
        """Verify every log; return how many there are. ``public_keys``: origin → 32 bytes."""
        found = sorted(self.root.rglob("checkpoint"))
        for file in found:
            self._look_at(file.parent, public_keys)
        drafts = [file for file in self.root.rglob("*") if file.name.startswith(".")]
        assert not drafts, "no half-written file is left behind"
        return len(found)

    def _look_at(self, folder: Path, public_keys: dict[str, bytes]) -> None:
        text, line = (folder / "checkpoint").read_bytes().split(b"\n\n")
        origin, size_text, root_text, nothing = (text + b"\n").decode().split("\n")
        dash, name, signature = line.decode().rstrip("\n").split("\n")[0].split(" ")
        public = public_keys[origin]
        raw = base64.b64decode(signature)
        assert (dash, name, nothing) == ("—", origin, "")
        assert raw[:4] == sha256(origin.encode() + b"\n\x01" + public).digest()[:4]
        Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text + b"\n")

        size, root = int(size_text), base64.b64decode(root_text)
        leaves = self.leaves[folder] = self._entries(folder, size)
        assert tree_hash(leaves) == root
        self._check_tiles(folder, leaves)
        seen = self.heads.setdefault(folder, [])
        for earlier, earlier_root in seen:
            assert earlier <= size, "the log went back"
            assert tree_hash(leaves[:earlier]) == earlier_root, "the log changed what it had signed"
        seen.append((size, root))

    def _entries(self, folder: Path, size: int) -> list[bytes]:
        leaves: list[bytes] = []
        for start in range(0, size, 256):
            width = min(256, size - start)
            raw = _tile(folder, "entries", start // 256, width)
            for _ in range(width):
                length = raw[0] * 256 + raw[1]
                leaves.append(raw[2 : 2 + length])
                raw = raw[2 + length :]
            assert raw == b""
        for leaf in leaves:
            value = json.loads(leaf)
            assert set(value) == {"h", "t"}
            assert len(bytes.fromhex(value["h"])) == 32
            assert leaf.decode() == f'{{"h":"{value["h"]}","t":"{value["t"]}"}}'
        assert len(set(leaves)) == len(leaves), "an event is logged once"
        return leaves

    def _check_tiles(self, folder: Path, leaves: list[bytes]) -> None:
        level, block = 0, 1
        while len(leaves) >= block:
            hashes = [tree_hash(leaves[at : at + block]) for at in range(0, len(leaves) - block + 1, block)]
            for start in range(0, len(hashes), 256):
                part = hashes[start : start + 256]
                assert _tile(folder, str(level), start // 256, len(part)) == b"".join(part)
            level, block = level + 1, block * 256
