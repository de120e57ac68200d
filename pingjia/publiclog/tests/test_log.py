"""The log: appended once, published as files, proved offline; after each test an outsider verifies the files again."""

from __future__ import annotations

import stat
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from pingjia.core.tests.scale import scaled
from pingjia.core.tlog.entry import EntryType, entry_hash
from pingjia.core.tlog.proof import LogProof, ProofRefused
from pingjia.publiclog import actions, files, keys, queries, tiles
from pingjia.publiclog.models import Checkpoint, Entry, Log

from .conftest import Watch

pytestmark = pytest.mark.django_db
HISTORIES = count()


def event(number: int, kind: EntryType = EntryType.MANIFEST) -> tuple[EntryType, bytes]:
    """Return the number-th event of the tests' story."""
    return kind, sha256(number.to_bytes(4, "big")).digest()


@pytest.fixture
def log() -> Log:
    return actions.open_log("meilan", 2026)


def test_a_federation_has_one_log_a_year_and_one_for_rehearsals(log: Log) -> None:
    assert actions.open_log("meilan", 2026) == log
    assert log.origin == "127.0.0.1:8000/pingjia/meilan/2026"
    rehearsal = actions.open_log("meilan", 2026, practice=True)
    assert rehearsal.origin == "127.0.0.1:8000/practice/meilan/2026"
    assert len({log.vkey, rehearsal.vkey, actions.open_log("meilan", 2027).vkey}) == 3


@pytest.mark.parametrize(
    ("federation", "year"),
    [("", 2026), ("..", 2026), ("a/b", 2026), ("美兰", 2026), ("A", 2026), ("a", 26), ("a b", 2026)],
)
def test_names_that_no_origin_can_carry_are_refused(federation: str, year: int) -> None:
    with pytest.raises(actions.LogRefused):
        actions.open_log(federation, year)


def test_the_secret_key_is_readable_by_its_owner_only(log: Log) -> None:
    file = keys.key_file(log.origin)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [child.name for child in file.parent.iterdir()] == [file.name]
    assert keys.make(log.origin) == keys.read(log.origin)
    assert keys.read(log.origin).verifier() == queries.log_key(log)


def test_an_empty_log_is_published_too(log: Log, watch: Watch) -> None:
    assert actions.publish(log).size == 0
    assert watch.look() == 1


def test_what_is_appended_is_proved_after_publishing(log: Log) -> None:
    events = [event(number, kind) for number, kind in enumerate(EntryType)]
    entries = actions.append(log, events)
    assert [entry.index for entry in entries] == list(range(len(EntryType)))
    actions.publish(log)
    for (kind, payload_hash), entry in zip(events, entries, strict=True):
        text = queries.proof_of(log, kind, payload_hash)
        assert text == queries.proof(log, entry.index)
        opened = LogProof.parse(text).verify(entry_hash(kind, payload_hash), queries.log_key(log))
        assert (opened.checkpoint.origin, opened.checkpoint.size) == (log.origin, len(EntryType))
        with pytest.raises(ProofRefused):
            LogProof.parse(text).verify(entry_hash(kind, bytes(32)), queries.log_key(log))


def test_a_retry_finds_the_entry_and_adds_none(log: Log) -> None:
    first = actions.append(log, [event(1), event(2), event(1)])
    again = actions.append(log, [event(2), event(3), event(1)])
    assert [entry.index for entry in first] == [0, 1, 0]
    assert [entry.index for entry in again] == [1, 2, 0]
    assert actions.append(log, []) == []
    log.refresh_from_db()
    assert log.size == Entry.objects.filter(log=log).count() == 3
    actions.publish(log)


def test_the_same_object_may_be_logged_for_two_events(log: Log) -> None:
    actions.append(log, [event(1, EntryType.MANIFEST), event(1, EntryType.WITHDRAWN)])
    entry = queries.find(log, *event(1, EntryType.WITHDRAWN))
    assert entry is not None
    assert entry.index == 1
    assert queries.find(log, *event(1, EntryType.RESULT)) is None


def test_publishing_twice_changes_nothing(log: Log) -> None:
    actions.append(log, [event(1)])
    first = actions.publish(log)
    before = {file: file.stat().st_mtime_ns for file in tiles.folder(log).rglob("*")}
    assert actions.publish(log) == first
    assert {file: file.stat().st_mtime_ns for file in tiles.folder(log).rglob("*")} == before
    assert Checkpoint.objects.count() == 1


def test_what_is_not_published_or_not_logged_has_no_proof(log: Log) -> None:
    actions.append(log, [event(1)])
    with pytest.raises(queries.NotPublished):
        queries.proof(log, 0)
    actions.publish(log)
    actions.append(log, [event(2)])
    queries.proof(log, 0)
    with pytest.raises(queries.NotPublished):
        queries.proof(log, 1)
    with pytest.raises(queries.NotLogged):
        queries.proof(log, 2)
    with pytest.raises(queries.NotLogged):
        queries.proof_of(log, *event(9))


def test_publishing_waits_for_the_commit(log: Log, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        actions.append(log, [event(1)])
        actions.publish_after_commit(log)
        assert queries.latest(log) is None
    head = queries.latest(log)
    assert head is not None
    assert head.size == 1


@pytest.mark.parametrize("sizes", [[1, 2, 3], [255, 256, 257], [256, 512], [3, 600, 601, 769]])
def test_a_log_that_grows_over_tile_borders_stays_what_it_was(log: Log, watch: Watch, sizes: list[int]) -> None:
    done = 0
    for size in sizes:
        actions.append(log, [event(number) for number in range(done, size)])
        assert actions.publish(log).size == size
        watch.look()
        for index in {0, done, size - 1, size // 2}:
            queries.proof(log, index)
        done = size


def test_a_large_log_is_published_and_proved(log: Log) -> None:
    size = scaled(1_500, 70_000)
    for start in range(0, size, 10_000):
        actions.append(log, [event(number) for number in range(start, min(size, start + 10_000))])
    actions.publish(log)
    LogProof.parse(queries.proof(log, size - 1)).verify(entry_hash(*event(size - 1)), queries.log_key(log))


def test_lost_files_are_written_again_from_the_database(log: Log, watch: Watch) -> None:
    actions.append(log, [event(number) for number in range(300)])
    actions.publish(log)
    (tiles.folder(log) / "checkpoint").unlink()
    actions.publish(log)
    assert watch.look() == 1
    (tiles.folder(log) / "tile/0/000").unlink()
    queries.proof(log, 7)  # read from the entries meanwhile
    actions.append(log, [event(300)])
    actions.publish(log)
    tiles.write(log, 0, 301)


def test_a_torn_write_leaves_the_old_file(log: Log, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    files.replace(file, b"old")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.replace(file, b"new")
    assert [(child.name, child.read_bytes()) for child in tmp_path.iterdir() if child.is_file()] == [
        ("checkpoint", b"old")
    ]


def test_a_crash_before_the_commit_is_made_good_by_the_next_publish(
    log: Log, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files were written and the row was not: nothing signed contradicts what is signed next."""
    actions.append(log, [event(1)])
    actions.publish(log)
    actions.append(log, [event(2)])
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint.objects, "create", _power_cut)
        with pytest.raises(ConnectionError):
            actions.publish(log)
    watch.look()
    actions.append(log, [event(3)])
    assert actions.publish(log).size == 3


def _power_cut(**_: Any) -> None:
    raise ConnectionError


def test_a_changed_entry_is_never_signed(log: Log, watch: Watch) -> None:
    actions.append(log, [event(number) for number in range(5)])
    actions.publish(log)
    watch.look()
    Entry.objects.filter(log=log, index=2).update(leaf=b'{"h":"' + b"00" * 32 + b'","t":"result"}')
    actions.append(log, [event(5)])
    with pytest.raises(actions.LogForked):
        actions.publish(log)
    assert queries.latest(log).size == 5  # type: ignore[union-attr]


def test_a_changed_file_is_never_built_upon(log: Log, watch: Watch) -> None:
    watch.tampered = True
    actions.append(log, [event(number) for number in range(300)])
    actions.publish(log)
    file = tiles.folder(log) / "tile/0/000"
    file.write_bytes(file.read_bytes()[::-1])
    with pytest.raises(tiles.TileClash):
        tiles.write(log, 0, 300)
    with pytest.raises(ProofRefused):
        queries.proof(log, 3)
    file = tiles.folder(log) / "tile/1/000.p/1"
    file.write_bytes(file.read_bytes()[::-1])
    actions.append(log, [event(300)])
    with pytest.raises(actions.LogForked):
        actions.publish(log)


def test_a_changed_checkpoint_is_put_right(log: Log, watch: Watch) -> None:
    actions.append(log, [event(1)])
    actions.publish(log)
    (tiles.folder(log) / "checkpoint").write_bytes(b"lies\n")
    actions.publish(log)
    assert watch.look() == 1


def test_another_key_cannot_continue_a_log(log: Log) -> None:
    actions.append(log, [event(1)])
    actions.publish(log)
    actions.append(log, [event(2)])
    file = keys.key_file(log.origin)
    kept = file.read_text()
    file.unlink()
    with pytest.raises(FileNotFoundError):
        actions.publish(log)
    keys.make(log.origin)
    with pytest.raises(actions.LogForked):
        actions.publish(log)
    file.write_text(kept)
    actions.publish(log)


def test_the_database_keeps_one_entry_a_place_and_an_event(log: Log) -> None:
    entry = actions.append(log, [event(1)])[0]
    for change in ({"index": 0, "payload_hash": "00" * 32}, {"index": 1, "payload_hash": entry.payload_hash}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(log=log, type=entry.type, leaf=entry.leaf, **change)


class TestAnyHistory(TestCase):
    """Any order of appending and publishing, with repeats, gives a log that the outsider accepts."""

    @settings(max_examples=scaled(15, 300), deadline=None)
    @given(st.lists(st.one_of(st.none(), st.lists(st.integers(0, 400), max_size=120)), max_size=8))
    def test_every_entry_of_any_history_is_proved(self, steps: list[list[int] | None]) -> None:
        log = actions.open_log(f"history-{next(HISTORIES)}", 2026)  # rows are rolled back between histories, files not
        for step in [*steps, None]:
            if step is None:
                actions.publish(log)
            else:
                actions.append(log, [event(number) for number in step])
        logged = list(dict.fromkeys(number for step in steps if step for number in step))
        for index, number in list(enumerate(logged))[:: max(1, len(logged) // 5)]:
            opened = LogProof.parse(queries.proof(log, index)).verify(entry_hash(*event(number)), queries.log_key(log))
            assert opened.checkpoint.size == len(logged)
