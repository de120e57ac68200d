"""Making the boxes of a poll: their keys, their manifests, and what the log is told. (docs/spec/ballot.md §4)"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from pingjia.ballotbox import close, keyfile
from pingjia.core.ballot import roll, signing
from pingjia.core.ballot.blindsigner import BlindSigner, generate
from pingjia.core.ballot.objects import (
    NO_SLATE,
    BoxManifest,
    Issuer,
    KeySet,
    PollManifest,
    Slate,
    Threshold,
    Tiers,
    check_poll,
)
from pingjia.core.tlog.entry import EntryType
from pingjia.polls import secretcodes, statements
from pingjia.polls.issue import K
from pingjia.polls.models import Box, Poll, State

BALLOT, OPINION = "ballot", "opinion"


def moment(at: datetime) -> str:
    """Return a time as manifests write it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _title(poll: Poll, kind: str) -> str:
    """Return a box's title, in the language of the minutes whatever page asked for it."""
    with override("zh-hans"):
        words = _("测评票箱") if kind == BALLOT else _("意见箱")
    return f"{poll.unit.name} {poll.title} {words}"[:200]


def _manifest(poll: Poll, keyset: KeySet, slate: Slate, order: int, kind: str) -> BoxManifest:
    """Make the keys of one box and the manifest that names their public halves."""
    der = keyfile.make(secretcodes.key_path(poll, f"issuer-{order}"), generate(8 * K))
    seed = keyfile.make(secretcodes.key_path(poll, "id"))
    issuer = Issuer(
        id_key=signing.public(seed),
        operator=urlsplit(settings.PINGJIA_SITE).netloc,
        rsa_n=BlindSigner(der).n,
        url=f"{settings.PINGJIA_SITE}/draw",
    )
    leaves = [bytes.fromhex(leaf) for leaf in poll.roll.values_list("leaf", flat=True)]
    return BoxManifest(
        box_key=close.make_box_key(_staging(poll, order)),
        closes_at=moment(poll.closes_at),
        formula=poll.formula,
        issuers=(issuer,),
        k=K,
        keyset=keyset.hash,
        kind=kind,
        log_origin=statements.log_of(poll).origin,
        opens_at=moment(poll.opens_at),
        poll_id=keyset.poll_id,
        pool=poll.pool,
        practice=poll.practice,
        revote=poll.revote and kind == BALLOT,
        roll_root=roll.roll_root(leaves),
        roll_size=len(leaves),
        slate=slate.hash if kind == BALLOT else NO_SLATE,
        threshold=Threshold(poll.threshold_den, poll.threshold_num),
        tiers=Tiers(),
        title=_title(poll, kind),
    )


def _staging(poll: Poll, order: int) -> str:
    return f"{poll.poll_id}/{order}"


def make_boxes(poll: Poll, keyset: KeySet, slate: Slate) -> PollManifest:
    """Put up the poll's boxes, publish and log their manifests, and mark the poll sealed. Runs inside a transaction."""
    kinds = [BALLOT, OPINION] if poll.with_opinions else [BALLOT]
    manifests = [_manifest(poll, keyset, slate, order, kind) for order, kind in enumerate(kinds)]
    whole = PollManifest(tuple(manifest.hash for manifest in manifests), keyset.poll_id)
    check_poll(whole, manifests)
    for order, manifest in enumerate(manifests):
        # What the page will read is read back here first: a manifest that no reader accepts is never put up.
        assert BoxManifest.from_bytes(manifest.to_bytes()) == manifest
        close.make_box(manifest, slate if manifest.kind == BALLOT else None, keyset, _staging(poll, order))
        statements.publish_object("manifest", manifest.to_bytes())
        Box.objects.create(
            poll=poll, order=order, kind=manifest.kind, title=manifest.title, box_hash=manifest.hash.hex()
        )
    statements.publish_object("poll", whole.to_bytes())
    events = [(EntryType.MANIFEST, manifest.hash) for manifest in manifests]
    statements.enter(poll, [*events, (EntryType.POLL, whole.hash)])
    poll.poll_hash, poll.slate_hash, poll.state = whole.hash.hex(), slate.hash.hex(), State.SEALED
    poll.keyset_hash = keyset.hash.hex()
    poll.save(update_fields=["poll_hash", "slate_hash", "keyset_hash", "state"])
    return whole
