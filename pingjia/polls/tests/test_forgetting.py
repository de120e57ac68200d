"""When a vote has ended nobody can say any more who drew, and what was committed to still adds up."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from pingjia.core.ballot import issuance
from pingjia.core.tlog.merkle import verify_inclusion
from pingjia.people.models import Role
from pingjia.polls import closing, issuance_list, outcome, rehearsal
from pingjia.polls.models import Issuance, Poll
from pingjia.polls.tests.cast import ALL_GOOD, Site, Stage, opened, user
from pingjia.publiclog.models import Entry

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def voted() -> Stage:
    """Six members, two boxes; the first two draw by log-in, the third with a slip."""
    stage = opened(6, with_opinions=True)
    users = [member.user for member in stage.town.members[:2]]
    rehearsal.rehearse(stage.poll, [ALL_GOOD] * 2, users=users)
    rehearsal.rehearse(stage.poll, [ALL_GOOD], codes=[stage.codes[2]])
    return stage


def final(stage: Stage) -> Poll:
    closing.close_poll(stage.poll, by=stage.town.officer)
    rehearsal.play_opening(stage.invitations, stage.cards)
    stage.poll.refresh_from_db()
    outcome.declare(stage.poll, by=stage.town.officer)
    return outcome.finalise(stage.poll, by=stage.town.officer)


def who_drew(poll: Poll) -> set[str]:
    """Return every number on the roll that any row ties to a draw."""
    drawn = set(poll.roll.filter(medium="drawn").values_list("no", flat=True))
    drawn |= set(poll.slips.filter(state="drawn").values_list("entry__no", flat=True))
    return drawn | set(Issuance.objects.filter(poll=poll).values_list("entry__no", flat=True))


def test_when_the_result_is_final_no_row_says_who_drew() -> None:
    stage = voted()
    assert who_drew(stage.poll) == {"0001", "0002", "0003"}
    final(stage)
    assert who_drew(stage.poll) == set()
    assert Entry.objects.filter(type="destroyed").count() == 2  # and the log says that it is gone


def test_what_the_issuer_committed_to_can_still_be_computed_and_an_entry_saved_before_still_be_proved() -> None:
    stage = voted()
    closing.close_poll(stage.poll, by=stage.town.officer)
    mine = issuance_list.own(stage.town.members[0].roll_entries.get())
    assert len(mine) == 2
    rehearsal.play_opening(stage.invitations, stage.cards)
    stage.poll.refresh_from_db()
    outcome.declare(stage.poll, by=stage.town.officer)
    outcome.finalise(stage.poll, by=stage.town.officer)
    outcome.finalise(stage.poll, by=stage.town.officer)  # swept again after a crash: no harm
    after = issuance_list.committed(stage.poll)
    assert [one.holds for one in after] == [True, True]
    for one, now in zip(mine, after, strict=True):
        leaf = issuance.entry_leaf(one.entry)
        assert leaf in now.leaves
        assert verify_inclusion(leaf, one.index, one.size, one.path, now.statement.root)
    assert all(one.entries == [] for one in after)


def test_the_pages_say_that_it_is_gone_and_show_nobody() -> None:
    stage = voted()
    final(stage)
    officer_of_control = user("auditor", stage.town.mill, Role.AUDITOR)
    site = Site()
    site.force_login(officer_of_control)
    shown = site.get(reverse("polls:issuance", args=[stage.poll.poll_id])).content.decode()
    assert "谁领过票已经删除" in shown
    assert "领票记录与公开日志一致" in shown
    taken = site.get(reverse("polls:issuance_file", args=[stage.poll.poll_id])).content.decode()
    table = list(csv.reader(io.StringIO(taken)))
    assert [row[0] for row in table[1:]] == [""] * 3
    for member in stage.town.members[:1] + stage.town.members[5:]:  # one who drew, one who did not: the same words
        site = Site()
        site.force_login(member.user)
        shown = site.get(reverse("polls:my_entry", args=[stage.poll.poll_id])).content.decode()
        assert "谁领过票的记录已经删除" in shown
        assert "已用您的名字领过" not in shown
        assert "还没有用您的名字领过票" not in shown


def test_a_vote_that_is_voided_while_it_runs_forgets_who_drew() -> None:
    stage = voted()
    outcome.void(stage.poll, by=stage.town.organiser, reason="名册有错")
    assert who_drew(stage.poll) == set()
