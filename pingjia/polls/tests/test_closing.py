"""Closing a poll: when it may be, what voids it, and that a kill between any two steps loses nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pingjia.ballotbox import close, keyfile
from pingjia.core.ballot.issuance import read_statements
from pingjia.core.tlog.entry import EntryType
from pingjia.polls import closing, prepare, queries, rehearsal, sealing, statements
from pingjia.polls.models import Issuance, Opening, Poll, RollEntry, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import ALL_GOOD, BoothDoor
from pingjia.publiclog.models import Entry

pytestmark = pytest.mark.django_db(databases=["default", "box"])


class Killed(Exception):
    """The process ends here."""


def killer(*_args: Any, **_kwargs: Any) -> Any:
    raise Killed


STEPS = [
    (close, "close_box"),
    (closing, "_state_issuance"),
    (closing, "_log"),
    (closing, "_destroy"),
    (close, "destroy_secrets"),
    (keyfile, "destroy"),
    (statements, "state"),
    (closing, "_fix_openings"),
    (closing, "fix_pool"),
]


def test_a_close_killed_at_every_step_in_turn_ends_as_if_it_had_never_been() -> None:
    stage = cast.opened(6, with_opinions=True)
    rehearsal.rehearse(stage.poll, [ALL_GOOD] * 6, codes=stage.codes, opinions=["好"] * 6)
    for room, name in STEPS:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(room, name, killer)
            with pytest.raises(Killed):
                closing.close_poll(stage.poll, by=stage.town.officer)
        assert closing.unfinished() == [stage.poll]
    closed = closing.close_poll(stage.poll, by=stage.town.officer)
    assert closing.unfinished() == []
    assert closed.state == State.CLOSED
    assert (stage.opening.returned, stage.opening.issued, stage.opening.tier) == (6, 6, "band")
    kinds = list(Entry.objects.order_by("index").values_list("type", flat=True))
    once = ["close", "issuance", "close", "issuance", "destroyed", "opened"]
    assert kinds[-len(once) :] == once
    rehearsal.play_opening(stage.invitations, stage.cards)
    assert Opening.objects.get().result


def test_a_poll_is_closed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = cast.opened(1)
    closing.close_poll(stage.poll, by=stage.town.officer)
    with pytest.raises(Refused):
        closing.close_poll(stage.poll, by=stage.town.officer)


def test_more_ballots_back_than_given_out_voids_the_poll_and_opens_nothing() -> None:
    stage = cast.opened(6)
    rehearsal.rehearse(stage.poll, [ALL_GOOD] * 6, codes=stage.codes)
    Issuance.objects.filter(poll=stage.poll).first().delete()  # as if an issuer had signed behind its own back
    poll = closing.close_poll(stage.poll, by=stage.town.officer)
    assert (poll.state, poll.void_reason) == (State.VOID, closing.RETURNED_ABOVE_ISSUED)
    assert not Opening.objects.exists()
    box = poll.boxes.get()
    assert (box.returned, box.issued) == (6, 5)
    assert Entry.objects.filter(type="withdrawn", payload_hash=box.box_hash).exists()


def real(settings: Any) -> None:
    settings.PINGJIA_SITE, settings.PINGJIA_BOOTH = "https://site.example", "https://booth.example"
    settings.PINGJIA_DEMO = False


def test_a_real_poll_opens_and_closes_by_its_times_and_on_two_https_names_only(settings: Any) -> None:
    start = timezone.now() + timedelta(hours=1)
    stage = cast.sealed(1, practice=False, opens_at=start, closes_at=start + timedelta(hours=1))
    with pytest.raises(NotYet) as first:
        sealing.open_poll(stage.poll, by=stage.town.officer)
    assert len(first.value.blockers) == 2  # too early, and the wrong doors
    real(settings)
    with pytest.raises(NotYet) as second:
        sealing.open_poll(stage.poll, by=stage.town.officer)
    assert len(second.value.blockers) == 1
    now = timezone.now()
    Poll.objects.filter(pk=stage.poll.pk).update(opens_at=now - timedelta(minutes=2))
    stage.poll.refresh_from_db()
    sealing.open_poll(stage.poll, by=stage.town.officer)
    with pytest.raises(NotYet):
        closing.close_poll(stage.poll, by=stage.town.officer)
    Poll.objects.filter(pk=stage.poll.pk).update(closes_at=now - timedelta(minutes=1))
    assert closing.close_poll(stage.poll, by=stage.town.officer).state == State.CLOSED


def test_a_real_poll_never_opens_in_the_demo(settings: Any) -> None:
    real(settings)
    settings.PINGJIA_DEMO = True
    stage = cast.sealed(1, practice=False)
    with pytest.raises(NotYet):
        sealing.open_poll(stage.poll, by=stage.town.officer)


def test_the_issuers_statement_counts_ballots_and_paper_and_its_proof_is_served() -> None:
    stage = cast.opened(3)
    entry = RollEntry.objects.filter(poll=stage.poll).last()
    prepare.move_to_paper(entry, by=stage.town.officer)
    prepare.move_to_paper(entry, by=stage.town.second)
    rehearsal.rehearse(stage.poll, [ALL_GOOD] * 2, codes=stage.codes[:2])
    closing.close_poll(stage.poll, by=stage.town.officer)
    box_hash = stage.poll.boxes.get().box_hash
    door = BoothDoor()
    ((statement, _signature),) = read_statements(door.get(f"/box/{box_hash}/issuance.json").content)
    assert (statement.issued, statement.paper) == (2, 1)
    for name in ("closing.note", "closing.tlog-proof", "heads.bin", "receipts.bin"):
        assert door.get(f"/box/{box_hash}/{name}").status_code == 200
    for name in ("bodies.bin", "invalid.bin", "storage.key", "nothing"):
        assert door.get(f"/box/{box_hash}/{name}").status_code == 404
    assert queries.custody(stage.opening)["paper"] == 1


def test_every_leaf_is_found_under_its_first_byte() -> None:
    stage = cast.opened(4)
    rehearsal.rehearse(stage.poll, [ALL_GOOD] * 4, codes=stage.codes)
    box_hash, door = stage.poll.boxes.get().box_hash, BoothDoor()
    assert door.get(f"/box/{box_hash}/heads.bin").status_code == 404
    assert door.get(f"/box/{box_hash}/leaves/00.bin").status_code == 404
    closing.close_poll(stage.poll, by=stage.town.officer)
    found = b"".join(door.get(f"/box/{box_hash}/leaves/{first:02x}.bin").content for first in range(256))
    assert found == b"".join(close.leaves(box_hash))


def test_objects_and_their_log_proofs_are_served_under_their_hashes() -> None:
    stage = cast.sealed(2)
    poll, door = stage.poll, BoothDoor()
    for digest in (poll.poll_hash, poll.boxes.get().box_hash, poll.keyset_hash):
        assert door.get(f"/o/{digest}.json").status_code == 200
        assert door.get(f"/o/{digest}.tlog-proof").content.startswith(b"c2sp.org/tlog-proof@v1")
    assert door.get(f"/o/{poll.slate_hash}.json").status_code == 200
    assert door.get(f"/o/{'0' * 64}.json").status_code == 404
    assert statements.proof(poll, EntryType.POLL, bytes.fromhex(poll.poll_hash))
