"""What a witness remembers, in one folder that only it writes. A file is there whole or not at all.

witness.key                 the secret key, for this user only
witness.vkey                the public one, to be registered with the log
logs.json                   which logs are followed, and where they lie
seen/<log>.checkpoint       the head that was cosigned last, as a signed note with the own cosignature
evidence/<log>-<hash>/      two heads that no one growing log can have, with the tiles that show it
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from pingjia.core.tlog import Refused
from pingjia.core.tlog.checkpoint import OpenedCheckpoint, open_checkpoint
from pingjia.core.tlog.note import KeyType, SignerKey, VerifierKey


class Trouble(Exception):
    """Something that a person has to put right before a round can go on; ``name`` is a sentence of ``words``."""

    def __init__(self, name: str, /, **facts: object) -> None:
        super().__init__(f"{name} {facts}")
        self.name = name
        self.facts = facts


@dataclass(frozen=True)
class Followed:
    """One log: its public key, which bears its origin, and the URL or the folder below which its files lie."""

    key: VerifierKey
    source: str


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(file: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace a file so that a power cut leaves the old bytes or the new ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.parent / f".{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    _sync(file.parent)


class Folder:
    """The folder of one witness."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep every other program out of this folder: two at once could cosign two views between them."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Trouble("busy", folder=self.path) from error
            yield

    def make_key(self, name: str) -> VerifierKey:
        """Make the key of this witness, once; the same name again returns the key that is there."""
        if (self.path / "witness.key").exists():
            key = self.signer().verifier()
            if key.name != name:
                raise Trouble("key_exists", name=key.name, folder=self.path)
        else:
            try:
                signer = SignerKey.generate(name, KeyType.COSIGNATURE)
            except Refused as error:
                raise Trouble("bad_name", name=name) from error
            put(self.path / "witness.key", f"{signer.text()}\n".encode(), 0o600)
            key = signer.verifier()
        put(self.path / "witness.vkey", f"{key.text()}\n".encode())
        return key

    def signer(self) -> SignerKey:
        """Return the secret key (Trouble: there is none, or it cannot be read)."""
        file = self.path / "witness.key"
        try:
            signer = SignerKey.parse(file.read_text("utf-8").removesuffix("\n"))
        except FileNotFoundError as error:
            raise Trouble("no_key", folder=self.path) from error
        except (OSError, ValueError) as error:
            raise Trouble("bad_file", file=file) from error
        if signer.type is not KeyType.COSIGNATURE:
            raise Trouble("bad_file", file=file)
        return signer

    def followed(self) -> list[Followed]:
        """Return the logs that this witness follows, in the order in which they were added."""
        file = self.path / "logs.json"
        try:
            rows: Any = json.loads(file.read_text("utf-8"))
            return [Followed(VerifierKey.parse(row["vkey"]), str(row["source"])) for row in rows]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Trouble("bad_file", file=file) from error

    def follow(self, vkey: str, source: str) -> Followed:
        """Follow a log, or look for its files elsewhere from now on. Another key for a known origin is refused."""
        try:
            new = Followed(VerifierKey.parse(vkey), source)
        except Refused as error:
            raise Trouble("bad_vkey", vkey=vkey) from error
        if new.key.type is not KeyType.ED25519:
            raise Trouble("bad_vkey", vkey=vkey)
        logs = self.followed()
        if any(log.key.name == new.key.name and log.key != new.key for log in logs):
            raise Trouble("other_key", origin=new.key.name)
        logs = [log for log in logs if log.key != new.key] + [new]
        rows = [{"source": log.source, "vkey": log.key.text()} for log in logs]
        put(self.path / "logs.json", json.dumps(rows, ensure_ascii=False, indent=2).encode() + b"\n")
        return new

    def _seen_file(self, log: VerifierKey) -> Path:
        return self.path / "seen" / f"{_file_name(log.name)}.checkpoint"

    def seen(self, log: VerifierKey) -> tuple[bytes, OpenedCheckpoint] | None:
        """Return the note cosigned last and what it says (Trouble: the file was changed; None: nothing yet)."""
        file, own = self._seen_file(log), self.signer().verifier()
        try:
            raw = file.read_bytes()
            opened = open_checkpoint(raw, log, [own])
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise Trouble("bad_file", file=file) from error
        if own.name not in opened.witnesses:
            raise Trouble("bad_file", file=file)
        return raw, opened

    def remember(self, log: VerifierKey, raw: bytes) -> None:
        """Keep a head with the own cosignature; nobody is handed the cosignature before this has returned."""
        put(self._seen_file(log), raw)

    def evidence(self, log: VerifierKey) -> list[Path]:
        """Return the folders of evidence against a log; a person who has dealt with one moves it away."""
        return sorted((self.path / "evidence").glob(f"{_file_name(log.name)}-*/before.checkpoint"))

    def keep_evidence(self, log: VerifierKey, before: bytes, now: bytes, files: Mapping[str, bytes]) -> Path:
        """Keep both heads and the tiles by their paths; return the folder. The same evidence again changes nothing."""
        folder = self.path / "evidence" / f"{_file_name(log.name)}-{sha256(before + now).hexdigest()[:16]}"
        for name, content in files.items():
            put(folder / name, content)
        put(folder / "now.checkpoint", now)
        put(folder / "log.vkey", f"{log.text()}\n".encode())
        put(folder / "before.checkpoint", before)  # last: a folder counts as evidence once it is whole
        return folder


def _file_name(origin: str) -> str:
    """Return a file name for an origin: readable, and no two origins share one."""
    plain = "".join(sign if sign.isalnum() or sign in ".-_" else "+" for sign in origin)[:100]
    return f"{plain.lstrip('.')}-{sha256(origin.encode()).hexdigest()[:8]}"
