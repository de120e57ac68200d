"""One ballot box with all its secrets in one hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pingjia.core.ballot import (
    body,
    counting,
    head,
    signing,
    token,
)
from pingjia.core.ballot.head import Head
from pingjia.core.ballot.objects import BoxManifest
from pingjia.core.verify.tests.fixedkeys import drawer, octets, signer

if TYPE_CHECKING:
    from pingjia.core.verify.tests.dishonest import Election


@dataclass
class Box:
    """One box with all its secrets. ``records``: heads and bodies as they were dropped."""

    prefix: str
    manifest: BoxManifest
    signers: tuple[int, ...]
    records: list[tuple[bytes, bytes]] = field(default_factory=list)
    issued: int = 0
    invalid: int | None = None

    @property
    def seed(self) -> bytes:
        """The box's own key."""
        return octets(f"box key {self.prefix}")

    def cast(self, name: str, raw: bytes, seq: int = 1, signers: Sequence[int] = ()) -> None:
        """Drop ``raw`` under the one-time key ``name``, with tokens by the given RSA keys (or the right ones)."""
        seed = octets(f"voter {self.prefix} {name}")
        text = token.message(self.manifest.hash, signing.public(seed))
        tokens = []
        for j in signers or self.signers:
            n = signer(j).n
            blinded, inverse = token.blind(n, text, 3)
            tokens.append(token.finalize(n, text, signer(j).sign(blinded), inverse))
        record = head.make(self.manifest.hash, seq, seed, raw, tokens)
        split = head.head_length(self.manifest)
        self.records.append((record[:split], record[split:]))

    def vote(self, election: Election, name: str, choices: Sequence[int], seq: int = 1) -> None:
        """Cast an honest ballot."""
        paper = body.Paper.of(self.manifest.hash, election.slate, election.keyset)
        pk = signing.public(octets(f"voter {self.prefix} {name}"))
        self.cast(name, body.make(paper, pk, choices, drawer(f"{name} {seq}")), seq)

    def sorted(self) -> list[tuple[bytes, bytes]]:
        """Return the records in the order of their leaves."""
        return sorted(self.records, key=lambda record: head.leaf(record[0]))

    def index(self, name: str, seq: int = 1) -> int:
        """Return the place of a voter's head."""
        pk = signing.public(octets(f"voter {self.prefix} {name}"))
        return next(n for n, (raw, _) in enumerate(self.sorted()) if raw[2:34] == pk and raw[1] == seq)

    def counted(self) -> list[tuple[Head, bytes]]:
        """Return heads that count, with their bodies."""
        bodies = dict(self.records)
        heads = [Head.parse(raw, self.manifest) for raw in dict.fromkeys(raw for raw, _ in self.records)]
        return [(one, bodies[one.raw]) for one in counting.select(heads).counted]
