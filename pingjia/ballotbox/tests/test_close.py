"""Closing: repeatable after a kill at every step, and nothing is left of what could tie a row to a leaf."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest
from django.db import connections

from pingjia.ballotbox import close, keyfile, sealed, shelf
from pingjia.ballotbox.drop import PlainDrop
from pingjia.ballotbox.models import Drop
from pingjia.ballotbox.tests import boxes
from pingjia.core.ballot import body, head

pytestmark = pytest.mark.django_db(databases=["default", "box"])


class Killed(Exception):
    """The process ends here."""


def killed(*_args: object) -> None:
    raise Killed


def filled(count: int = 3) -> boxes.Stand:
    stand = boxes.put_up()
    close.open_box(stand.box_hash)
    for n in range(count):
        PlainDrop().drop(stand.box_hash, stand.record(secrets.token_bytes(32), n % 4))
    return stand


def files(stand: boxes.Stand) -> dict[str, bytes]:
    names = ("heads.bin", "bodies.bin", "receipts.bin", "invalid.bin", "closing.note")
    return {name: shelf.file(stand.box_hash, name).read_bytes() for name in names}


def test_a_close_killed_at_any_file_ends_in_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = filled()
    put = shelf.put
    for kill_at in range(5):
        calls = iter(range(100))

        def put_or_die(path: Path, content: bytes, calls: object = calls, kill_at: int = kill_at) -> None:
            if next(calls) == kill_at:  # type: ignore[call-overload]
                raise Killed
            put(path, content)

        monkeypatch.setattr(shelf, "put", put_or_die)
        with pytest.raises(Killed):
            close.close_box(stand.box_hash)
        assert close.state(stand.box_hash) == "closing"
    monkeypatch.setattr(shelf, "put", put)
    first = close.close_box(stand.box_hash)
    kept = files(stand)
    assert close.close_box(stand.box_hash) == first
    assert files(stand) == kept
    close.destroy_secrets(stand.box_hash)
    close.destroy_secrets(stand.box_hash)
    assert close.close_box(stand.box_hash) == first
    assert files(stand) == kept


def test_heads_are_sorted_by_leaf_and_every_receipt_has_its_leaf() -> None:
    stand = boxes.put_up()
    close.open_box(stand.box_hash)
    answers = {}
    for n in range(8):
        record = stand.record(secrets.token_bytes(32), n % 4)
        answer = PlainDrop().drop(stand.box_hash, record)
        answers[head.leaf(record[: head.head_length(stand.manifest)])] = answer[1:65]
    closed = close.close_box(stand.box_hash)
    leaves = close.leaves(stand.box_hash)
    assert leaves == sorted(answers)
    assert shelf.file(stand.box_hash, "receipts.bin").read_bytes() == b"".join(answers[leaf] for leaf in leaves)
    assert (closed.leaves, closed.returned, closed.invalid) == (8, 8, 0)


def test_an_empty_box_closes() -> None:
    stand = filled(0)
    closed = close.close_box(stand.box_hash)
    assert (closed.leaves, closed.returned) == (0, 0)
    assert close.leaves(stand.box_hash) == []


def test_a_closed_box_is_never_opened_again_and_a_discarded_one_is_never_counted() -> None:
    stand = filled()
    close.discard(stand.box_hash)
    assert Drop.objects.count() == 0
    with pytest.raises(close.NotDealt):
        close.open_box(stand.box_hash)
    with pytest.raises(close.NotClosing):
        close.close_box(stand.box_hash)
    assert not shelf.file(stand.box_hash, "heads.bin").exists()


def test_a_row_of_another_key_stops_the_close_instead_of_losing_a_ballot() -> None:
    stand = filled(1)
    row = Drop.objects.get()
    Drop.objects.filter(pk=row.pk).update(blob=bytes(len(bytes(row.blob))))
    with pytest.raises(sealed.NotReadable):
        close.close_box(stand.box_hash)


def test_keys_are_files_of_this_user_only_and_destroying_them_leaves_no_bytes() -> None:
    stand = filled(1)
    path = shelf.key(stand.box_hash, "storage")
    assert path.stat().st_mode & 0o777 == 0o600
    link = path.with_name("held-open")
    link.hardlink_to(path)  # an open handle on the old bytes, as a careless program might have
    secret = path.read_bytes()
    assert keyfile.destroy(path)
    assert secret not in link.read_bytes()
    assert not keyfile.destroy(path)
    with pytest.raises(keyfile.KeyGone):
        keyfile.read(path)


def test_making_a_key_twice_finds_the_first(tmp_path: Path) -> None:
    first = keyfile.make(tmp_path / "one.key")
    assert keyfile.make(tmp_path / "one.key", b"another") == first


def test_the_table_of_drops_keeps_no_order_of_arrival() -> None:
    connection = connections["box"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ballotbox_drop LIMIT 0")
        assert sorted(column[0] for column in cursor.description) == ["blob", "box_id", "slot"]
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'ballotbox_drop'")
            assert "WITHOUT ROWID" in cursor.fetchone()[0]
        else:
            which = "attrelid = 'ballotbox_drop'::regclass AND attname = 'blob'"
            cursor.execute(f"SELECT attstorage FROM pg_attribute WHERE {which}")  # noqa: S608 (constants only)
            assert cursor.fetchone()[0] in ("e", b"e")


def test_a_kill_while_a_file_is_written_leaves_no_draft_of_a_key_or_a_body(monkeypatch: pytest.MonkeyPatch) -> None:
    box_hash = filled(2).box_hash
    folder, keys = shelf.file(box_hash, "bodies.bin").parent, shelf.key(box_hash, "box").parent
    seed = keyfile.read(shelf.key(box_hash, "box"))
    with monkeypatch.context() as patch:  # as a kill does: nothing after it is run, not even what always is
        patch.setattr(Path, "replace", killed)
        patch.setattr(Path, "unlink", lambda *_args, **_kwargs: None)
        with pytest.raises(Killed):
            close.close_box(box_hash)
        patch.setattr(os, "link", killed)
        with pytest.raises(Killed):
            keyfile.make(shelf.key(box_hash, "box"), seed)
    assert [path.name[:6] for path in folder.glob(".*")] == [".heads"]  # the control: both kills left something
    assert [path.read_bytes() for path in keys.glob(".*")] == [seed]
    close.close_box(box_hash)
    close.destroy_secrets(box_hash)
    assert not list(folder.glob(".*"))
    assert not keys.exists()


@pytest.mark.parametrize("storm", [4, 8])
def test_a_storm_costs_the_close_one_check_for_each_key_whatever_was_sent_under_it(
    storm: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = filled(2)
    for _n in range(storm):
        seed = secrets.token_bytes(32)
        mark = stand.token(seed)
        for seq in (1, 2, 3):
            record = head.make(stand.manifest.hash, seq, seed, bytes(len(stand.body(seed, 1))), [mark])
            assert PlainDrop().drop(stand.box_hash, record)[0] == 0
    checked, real = [], body.is_valid
    monkeypatch.setattr(body, "is_valid", lambda *of: checked.append(of[1]) or real(*of))
    closed = close.close_box(stand.box_hash)
    assert (closed.returned, closed.invalid, closed.leaves) == (storm + 2, storm, 3 * storm + 2)
    assert len(checked) == len(set(checked)) == storm + 2
