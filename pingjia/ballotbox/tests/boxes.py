"""A box that stands alone: its keys are made here, no poll and no person is needed to try the one way in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from pingjia.ballotbox import close
from pingjia.core.ballot import body, head, opinion, signing, token
from pingjia.core.ballot.blindsigner import BlindSigner, generate
from pingjia.core.ballot.cards import derive
from pingjia.core.ballot.objects import NO_SLATE, BoxManifest, Issuer, KeySet, Slate, Subject, Threshold, Tiers
from pingjia.core.ballot.sealing import deal

POLL_ID = bytes(range(16))
SLATE = Slate("ballot", (Subject("home", ("s", "b"), ("s", "b", "d"), "职工之家"),), "评家")


@dataclass
class Stand:
    """A box and everything that its issuer and its voters hold."""

    manifest: BoxManifest
    slate: Slate | None
    keyset: KeySet
    signer: BlindSigner

    @property
    def box_hash(self) -> str:
        """The hash in hex."""
        return self.manifest.hash.hex()

    def token(self, seed: bytes) -> bytes:
        """Draw: return the issuer's signature on the one-time key."""
        text = token.message(self.manifest.hash, signing.public(seed))
        blinded, inverse = token.blind(self.signer.n, text)
        return token.finalize(self.signer.n, text, self.signer.sign(blinded), inverse)

    def body(self, seed: bytes, choice: int) -> bytes:
        """Fill the ballot (any text in an opinion box)."""
        pk = signing.public(seed)
        if self.slate is None:
            return opinion.seal("话", self.keyset.opinion_public, self.manifest.hash, pk)
        return body.make(body.Paper.of(self.manifest.hash, self.slate, self.keyset), pk, [choice])

    def record(self, seed: bytes, choice: int = 1, seq: int = 1, mark: bytes | None = None) -> bytes:
        """Return a whole record; ``mark`` is the token where another is wanted."""
        tokens = [mark or self.token(seed)]
        return head.make(self.manifest.hash, seq, seed, self.body(seed, choice), tokens)


def put_up(kind: str = "ballot", revote: bool = True, name: str = "box") -> Stand:
    """Put up a sealed box."""
    signer = BlindSigner(generate())
    people = [derive(secrets.token_bytes(20), POLL_ID).scrutineer(f"监票人{n}") for n in (1, 2, 3)]
    keyset = deal(POLL_ID, people, 3).keyset
    slate = SLATE if kind == "ballot" else None
    issuer = Issuer(signing.public(secrets.token_bytes(32)), "site", signer.n, "https://site.example/draw")
    manifest = BoxManifest(
        box_key=close.make_box_key(name),
        closes_at="2026-11-30T10:00:00Z",
        formula="fav-valid",
        issuers=(issuer,),
        k=256,
        keyset=keyset.hash,
        kind=kind,
        log_origin="booth.example/practice/46/2026",
        opens_at="2026-11-22T10:00:00Z",
        poll_id=POLL_ID,
        pool="",
        practice=True,
        revote=revote and kind == "ballot",
        roll_root=bytes(32),
        roll_size=100,
        slate=slate.hash if slate else NO_SLATE,
        threshold=Threshold(5, 4),
        tiers=Tiers(),
        title=name,
    )
    close.make_box(manifest, slate, keyset, name)
    return Stand(manifest, slate, keyset, signer)
