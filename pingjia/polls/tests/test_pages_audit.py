"""Who drew: each member's own draw with its proof, the auditors' whole list, and nothing for anybody else."""

from __future__ import annotations

import csv
import hashlib
import io

import pytest
from django.urls import reverse

from pingjia.core.ballot import issuance
from pingjia.core.tlog.merkle import verify_inclusion
from pingjia.people.models import Role
from pingjia.polls import closing, issuance_list, prepare, rehearsal, sealing
from pingjia.polls.models import Issuance
from pingjia.polls.tests.cast import ALL_GOOD, BoothDoor, Site, Stage, draft, found_town, invited, opened, user

pytestmark = pytest.mark.django_db(databases=["default", "box"])


@pytest.fixture
def stage() -> Stage:
    """A closed poll of six members with two boxes: the first four drew by log-in, the fifth went to the table."""
    made = opened(6, slips=False, with_opinions=True)
    voters = [member.user for member in made.town.members[:4]]
    rehearsal.rehearse(made.poll, choices=[ALL_GOOD] * 4, users=voters)
    fifth = made.town.members[4].roll_entries.get()
    prepare.move_to_paper(fifth, by=made.town.officer)
    prepare.move_to_paper(fifth, by=made.town.second)
    return made


def closed(stage: Stage) -> Stage:
    stage.poll = closing.close_poll(stage.poll, by=stage.town.officer)
    return stage


def page(name: str, stage: Stage, who, status: int = 200, **query: str) -> str:  # type: ignore[no-untyped-def]
    site = Site()
    site.force_login(who)
    answer = site.get(reverse(f"polls:{name}", args=[stage.poll.poll_id]), query)
    assert answer.status_code == status
    return answer.content.decode()


def test_before_the_close_a_member_sees_only_whether_a_ballot_was_drawn(stage: Stage) -> None:
    shown = page("my_entry", stage, stage.town.members[0].user)
    assert "已用您的名字领过一张票" in shown
    assert "领票证明" not in shown
    assert "没有领票记录" not in page("my_entry", stage, stage.town.members[5].user)
    assert issuance_list.own(stage.town.members[0].roll_entries.get()) == []


def test_a_members_own_draw_is_proved_against_the_logged_root(stage: Stage) -> None:
    closed(stage)
    entry = stage.town.members[0].roll_entries.get()
    drawn = issuance_list.own(entry)
    assert [one.committed.box.kind for one in drawn] == ["ballot", "opinion"]
    shown = page("my_entry", stage, stage.town.members[0].user)
    for one in drawn:
        name = one.committed.box.box_hash
        raw = BoothDoor().get(f"/box/{name}/issuance.json").content
        (statement, _signature), *_rest = issuance.read_statements(raw)
        assert one.entry[:32].hex() == entry.leaf
        leaf = issuance.entry_leaf(one.entry)
        assert verify_inclusion(leaf, one.index, one.size, one.path, statement.root)
        assert one.entry.hex() in shown
        assert statement.root.hex() in shown
        proof = BoothDoor().get(f"/box/{name}/issuance.tlog-proof")
        assert proof.content.startswith(b"c2sp.org/tlog-proof@v1\n")


def test_nobody_else_sees_a_members_draw(stage: Stage) -> None:
    closed(stage)
    first = issuance_list.own(stage.town.members[0].roll_entries.get())[0].entry.hex()
    assert first not in page("my_entry", stage, stage.town.members[1].user)


def test_who_did_not_draw_is_told_what_can_be_checked_and_no_proof_is_claimed(stage: Stage) -> None:
    closed(stage)
    shown = page("my_entry", stage, stage.town.members[5].user)
    assert "没有一条以您这一行的指纹开头" in shown
    assert "经费审查委员" in shown
    assert "领票证明" not in shown
    assert "改用了纸质票" in page("my_entry", stage, stage.town.members[4].user)


def test_auditors_recompute_the_root_from_the_whole_list_without_a_name(stage: Stage) -> None:
    closed(stage)
    auditor = user("auditor", stage.town.mill, Role.AUDITOR)
    shown = page("issuance", stage, auditor)
    assert "与公开日志一致" in shown
    assert not [member.name for member in stage.town.members if f">{member.name}<" in shown]
    head, *rows = csv.reader(io.StringIO(page("issuance_file", stage, auditor)))
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    leaves = set(stage.poll.roll.filter(medium="drawn").values_list("leaf", flat=True))
    assert {row[0] for row in rows} == leaves
    for place, box_hash in enumerate(head[1:], 1):
        raw = BoothDoor().get(f"/box/{box_hash}/issuance.json").content
        (statement, _signature), *_rest = issuance.read_statements(raw)
        entries = [bytes.fromhex(row[0] + row[place]) for row in rows]
        assert issuance.issuance_root(entries) == statement.root
        assert len(entries) == statement.issued


def test_an_auditor_finds_a_leaf_or_finds_it_missing(stage: Stage) -> None:
    closed(stage)
    auditor = user("auditor", stage.town.mill, Role.AUDITOR)
    drew, stayed = (stage.town.members[n].roll_entries.get().leaf for n in (0, 5))
    assert f"{drew[:16]}…" in page("issuance", stage, auditor, q=drew)
    assert "没有以这个指纹领过票的记录" in page("issuance", stage, auditor, q=stayed)


def test_a_list_changed_after_the_close_is_shown_to_contradict_the_log(stage: Stage) -> None:
    closed(stage)
    row = Issuance.objects.first()
    assert row is not None
    row.blinded = hashlib.sha256(bytes(row.blinded)).digest() * 16
    row.save()
    assert "与公开日志不一致" in page("issuance", stage, stage.town.organiser)


def test_only_auditors_and_superiors_see_the_list_and_only_after_the_close(stage: Stage) -> None:
    assert "停止投票以后" in page("issuance", stage, stage.town.organiser)
    page("issuance_file", stage, stage.town.organiser, status=404)
    closed(stage)
    judged = user("judged-auditor", stage.town.mill, Role.AUDITOR)
    user("judged-auditor", stage.town.mill, Role.VICE_CHAIR)
    for name in ("issuance", "issuance_file"):
        page(name, stage, user("stranger"), status=404)
        for who in (stage.town.officer, stage.town.chair, stage.town.members[0].user, judged):
            page(name, stage, who, status=403)


def test_slips_drawn_by_hand_belong_to_nobody() -> None:
    town = found_town(5, code="other")
    poll = draft(town)
    prepare.freeze_roll(poll, by=town.officer)
    rehearsal.play_sealing(invited(town, poll))
    poll.refresh_from_db()
    codes = prepare.print_blank_slips(poll, by=town.officer, count=3)
    sealing.open_poll(poll, by=town.officer)
    rehearsal.rehearse(poll, choices=[ALL_GOOD] * 3, codes=codes)
    prepare.count_left(poll, by=town.officer, left=0)
    prepare.confirm_left(poll, by=town.second, left=0)
    stage = closed(Stage(town, poll))
    assert "领票记录不对人" in page("my_entry", stage, town.members[0].user)
    assert issuance_list.findings(poll) == issuance_list.Findings(unnamed=3, strange=0, double=0)
    assert "与公开日志一致" in page("issuance", stage, town.organiser)
