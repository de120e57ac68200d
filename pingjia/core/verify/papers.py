"""Poll, boxes, slate and key set: canonical, bound to each other by hashes, fit for one joint count."""

from __future__ import annotations

import hashlib

from pingjia.core import canonical
from pingjia.core.ballot import labels, sealing
from pingjia.core.ballot.objects import BadObject, BoxManifest, KeySet, PollManifest, Slate
from pingjia.core.canonical import NotCanonical
from pingjia.core.verify.case import BoxCase, Case
from pingjia.core.verify.failures import CannotVerify, Check, Code, Role, Unreadable
from pingjia.core.verify.trust import Trust, WantedBox


def read(case: Case) -> None:
    """Read every object; raise CannotVerify if one names a suite that this program does not know."""
    for name in ("keyset.json", *(box.place("box.json") for box in case.boxes)):
        _refuse_other_suite(case.file(name))
    for box in case.boxes:
        _read_box(case, box)
    _read_slate(case)
    _read_keyset(case)
    for box in case.boxes:
        if box.manifest is not None:
            _check_bonds(case, box, box.manifest)
    _check_pool(case)


def _refuse_other_suite(raw: bytes | None) -> None:
    try:
        value = canonical.loads(raw or b"")
    except NotCanonical:
        return
    suite = value.get("suite") if isinstance(value, dict) else None
    if isinstance(suite, str) and suite != labels.SUITE:
        raise CannotVerify(Unreadable.SUITE, "another suite of algorithms")


def _read_box(case: Case, box: BoxCase) -> None:
    place = box.place("box.json")
    raw = case.file(place)
    if raw is None:
        case.skip(Check.OBJECTS)
        return
    try:
        manifest = BoxManifest.from_bytes(raw)
    except (NotCanonical, BadObject):
        case.fail(Code.OBJECT, place, Role.OPERATOR)
        return
    if manifest.kind != "ballot":
        case.fail(Code.NOT_A_BALLOT_BOX, place, Role.OPERATOR)
        return
    box.manifest = manifest


def _read_slate(case: Case) -> None:
    raw = case.file("slate.json")
    if raw is None:
        case.skip(Check.OBJECTS)
        return
    try:
        case.slate = Slate.from_bytes(raw)
    except (NotCanonical, BadObject):
        case.fail(Code.OBJECT, "slate.json", Role.OPERATOR)


def _read_keyset(case: Case) -> None:
    raw = case.file("keyset.json")
    if raw is None:
        case.skip(Check.OBJECTS)
        return
    try:
        case.keyset = KeySet.from_bytes(raw)
    except (NotCanonical, BadObject):
        # What a manifest names was dealt and accepted like this; anything else was put here afterwards.
        sealed = any(box.keyset == hashlib.sha256(raw).digest() for box in case.manifests)
        case.fail(Code.OBJECT, "keyset.json", Role.SCRUTINEERS if sealed else Role.OPERATOR)
        return
    if case.slate is not None and len(case.keyset.keys) != max(case.slate.grade_counts):
        case.fail(Code.KEYSET_MISFIT, "keyset.json", Role.OPERATOR)


def _check_bonds(case: Case, box: BoxCase, manifest: BoxManifest) -> None:
    """Follow the hashes from the poll to the box, and from the box to slate and key set."""
    for name, named in (("slate", manifest.slate), ("keyset", manifest.keyset)):
        raw = case.file(f"{name}.json")
        if raw is not None and hashlib.sha256(raw).digest() != named:
            case.fail(Code.HASH_MISMATCH, box.place(f"box.json/{name}"), Role.OPERATOR)
    if case.keyset is not None and not manifest.pool and case.keyset.poll_id != manifest.poll_id:
        # Pooled boxes of several polls share the key set of one of them.
        case.fail(Code.KEYSET_MISFIT, box.place("box.json/poll_id"), Role.OPERATOR)
    place = box.place("poll.json")
    raw = case.file(place)
    if raw is None:
        case.skip(Check.OBJECTS)
        return
    try:
        poll = PollManifest.from_bytes(raw)
    except (NotCanonical, BadObject):
        case.fail(Code.OBJECT, place, Role.OPERATOR)
        return
    if manifest.hash not in poll.boxes or poll.poll_id != manifest.poll_id:
        case.fail(Code.POLL_MISMATCH, place, Role.OPERATOR)


def _check_pool(case: Case) -> None:
    """Boxes that are opened as one sum share every rule, no key, and are not the same box twice under one name."""
    if case.bundle.pooled == 1:
        case.fail(Code.POOL_MISFIT, "1/box.json", Role.OPERATOR)
    readable = [(box, box.manifest) for box in case.boxes if box.manifest is not None]
    for n, (box, manifest) in enumerate(readable):
        earlier = [other for _, other in readable[:n]]
        if case.bundle.pooled is not None and not manifest.pool:
            case.fail(Code.POOL_MISFIT, box.place("box.json"), Role.OPERATOR)
        if not earlier:
            continue
        if _shared(manifest) != _shared(earlier[0]) or manifest.hash <= earlier[-1].hash:
            case.fail(Code.POOL_MISFIT, box.place("box.json"), Role.OPERATOR)
        keys = {key for other in earlier for key in _own_keys(other)}
        if keys & set(_own_keys(manifest)):
            case.fail(Code.KEY_REUSED, box.place("box.json"), Role.OPERATOR)
        if any((other.poll_id, other.title) == (manifest.poll_id, manifest.title) for other in earlier):
            case.fail(Code.SECOND_MANIFEST, box.place("box.json"), Role.OPERATOR)


def _shared(box: BoxManifest) -> tuple[object, ...]:
    return box.pool, box.slate, box.keyset, box.tiers, box.formula, box.threshold, box.practice


def _own_keys(box: BoxManifest) -> list[bytes]:
    return [box.box_key, *(issuer.rsa_n for issuer in box.issuers)]


def check_wanted(case: Case, wanted: WantedBox | None, trust: Trust | None) -> None:
    """Compare the boxes with the one in the person's hand, and with those that the trust file names."""
    hashes = [manifest.hash for manifest in case.manifests]
    if wanted is not None and not any(wanted.fits(box_hash) for box_hash in hashes):
        case.fail(Code.WRONG_BOX, "zip", Role.OPERATOR)
    if trust is not None and trust.boxes and not set(hashes) <= trust.boxes:
        case.fail(Code.WRONG_BOX, "zip", Role.OPERATOR)


def check_acceptances(case: Case) -> None:
    """Every scrutineer accepted the key set; accepts.bin holds 64 bytes of each and nothing else."""
    raw = case.file("accepts.bin")
    if raw is None or case.keyset is None:
        case.skip(Check.KEYS)
        return
    for i in sealing.check_acceptances(case.keyset, raw):
        case.fail(Code.ACCEPTANCE, f"accepts.bin/{i}", Role.SCRUTINEER, i)
    if len(raw) > 64 * case.keyset.n:
        case.fail(Code.ACCEPTANCE, "accepts.bin", Role.OPERATOR)
