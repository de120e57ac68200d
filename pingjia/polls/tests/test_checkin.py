"""At the door of the hall: who is handed which slip, what is refused and why, and that every slip is accounted for."""

from __future__ import annotations

import re

import pytest
from django.db import models
from hypothesis import given
from hypothesis import strategies as st

from pingjia.core.ballot.issuance import IssueStatus
from pingjia.journal.models import Line
from pingjia.polls import checkin, closing, initials, prepare, queries, sealing
from pingjia.polls.models import Issuance, Medium, Poll, PublicObject, RollEntry, Slip, SlipCount, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.rehearsal import NotDrawn, Papers, Voter
from pingjia.polls.tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "box"])


class Hall:
    """An open poll with sealed slips on the table. Without boxes nobody can draw or close."""

    def __init__(self, boxes: bool = False) -> None:
        members, slips = 5, 4
        if boxes:
            self.stage = cast.sealed(members)
            self.poll, self.town = self.stage.poll, self.stage.town
            sealing.open_poll(self.poll, by=self.town.officer)
        else:
            self.town = cast.found_town(members)
            self.poll = cast.draft(self.town)
            prepare.freeze_roll(self.poll, by=self.town.officer)
            Poll.objects.filter(pk=self.poll.pk).update(state=State.OPEN, poll_hash="ab" * 32)
            self.poll.refresh_from_db()
        self.slips = dict(prepare.print_sealed_slips(self.poll, by=self.town.officer, count=slips))
        self.entries = list(self.poll.roll.order_by("no"))

    def hand(self, n: int, number: int, **facts: object) -> RollEntry:
        """Check the n-th member in with this slip."""
        by = facts.pop("by", self.town.officer)
        return checkin.check_in(self.entries[n], by=by, in_person=bool(facts.pop("in_person", True)), number=number)

    def draw(self, number: int) -> Voter:
        """Draw with the code inside this slip."""
        return Voter(Papers.of(self.poll), code=self.slips[number]).draw()

    def left(self, first: int, second: int | None = None) -> SlipCount:
        """Let both persons count."""
        prepare.count_left(self.poll, by=self.town.officer, left=first)
        return prepare.confirm_left(self.poll, by=self.town.second, left=first if second is None else second)


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def real_hall() -> Hall:
    return Hall(boxes=True)


def test_a_sealed_slip_opens_nothing_until_it_is_handed_to_somebody_on_the_roll(real_hall: Hall) -> None:
    hall = real_hall
    with pytest.raises(NotDrawn) as no:
        hall.draw(2)
    assert no.value.status == IssueStatus.CODE_UNKNOWN
    hall.hand(0, 2)
    hall.draw(2)
    assert Issuance.objects.get().entry == hall.entries[0]
    assert checkin.present(hall.poll) == 1


def test_a_second_visit_is_explained_and_changes_nothing(hall: Hall) -> None:
    hall.hand(0, 1)
    with pytest.raises(Refused, match="第 1 号"):
        hall.hand(0, 2)
    assert Slip.objects.get(number=2).entry is None
    assert checkin.present(hall.poll) == 1


@pytest.mark.parametrize(("number", "words"), [(99, "没有第 99 号"), (1, "已经发给别人"), (3, "已经作废")])
def test_a_wrong_number_is_refused_with_its_reason_and_nobody_becomes_present(
    hall: Hall, number: int, words: str
) -> None:
    hall.hand(0, 1)
    hall.hand(1, 3)
    checkin.undo(hall.entries[1], by=hall.town.officer, spoilt=True)
    with pytest.raises(Refused, match=words):
        hall.hand(2, number)
    assert not RollEntry.objects.get(pk=hall.entries[2].pk).present


def test_a_proxy_gets_nothing(hall: Hall) -> None:
    with pytest.raises(Refused, match="不能代领"):
        hall.hand(0, 1, in_person=False)
    assert checkin.present(hall.poll) == 0


def test_undo_before_the_slip_is_used_puts_it_back_and_after_it_is_refused(real_hall: Hall) -> None:
    hall = real_hall
    hall.hand(0, 1)
    checkin.undo(hall.entries[0], by=hall.town.second)
    assert checkin.present(hall.poll) == 0
    with pytest.raises(NotDrawn):
        hall.draw(1)
    hall.hand(1, 1)
    hall.draw(1)
    with pytest.raises(Refused, match="已经用过"):
        checkin.undo(hall.entries[1], by=hall.town.officer)
    assert checkin.present(hall.poll) == 1


def test_the_door_learns_nothing_of_a_member_who_drew_with_a_log_in(real_hall: Hall) -> None:
    hall = real_hall
    Voter(Papers.of(hall.poll), user=hall.town.members[0].user).draw()
    hall.hand(0, 1)
    with pytest.raises(NotDrawn) as no:
        hall.draw(1)
    assert no.value.status == IssueStatus.ALREADY_DRAWN


def test_late_comers_check_in_until_the_vote_ends_and_then_hear_why_not(real_hall: Hall) -> None:
    hall = real_hall
    hall.hand(0, 1)
    hall.left(3)
    with pytest.raises(Refused, match="清点销毁"):
        hall.hand(1, 2)
    closing.close_poll(hall.poll, by=hall.town.officer)
    with pytest.raises(NotYet, match="迟到"):
        hall.hand(1, 2)


def test_somebody_at_the_paper_table_is_present_and_gets_no_slip(hall: Hall) -> None:
    for officer in (hall.town.officer, hall.town.second):
        prepare.move_to_paper(hall.entries[0], by=officer)
    entry = RollEntry.objects.get(pk=hall.entries[0].pk)
    checkin.check_in(entry, by=hall.town.officer, in_person=True)
    assert checkin.present(hall.poll) == 1
    assert not Slip.objects.exclude(entry=None).exists()


def test_checking_in_keeps_no_time_and_writes_no_journal_line(hall: Hall) -> None:
    lines = Line.objects.count()
    for n in range(3):
        hall.hand(n, n + 1)
    assert Line.objects.count() == lines
    for model in (RollEntry, Slip):
        kinds = [field for field in model._meta.get_fields() if isinstance(field, models.DateField | models.TimeField)]
        assert not kinds


def test_slips_drawn_by_hand_are_only_counted(hall: Hall) -> None:
    poll, town = hall.poll, hall.town
    poll.slips.all().delete()
    SlipCount.objects.all().delete()
    prepare.print_blank_slips(poll, by=town.officer, count=2)
    first, second, third, *_more = hall.entries
    for entry in (first, second):
        checkin.check_in(entry, by=town.officer, in_person=True)
    assert checkin.present(poll) == 2
    assert not poll.slips.exclude(entry=None).exists()
    with pytest.raises(Refused, match="加印"):
        checkin.check_in(third, by=town.officer, in_person=True)


def test_closing_refuses_while_slips_are_unaccounted_for_and_the_log_tells_what_became_of_them(real_hall: Hall) -> None:
    hall = real_hall
    hall.hand(0, 1)
    hall.hand(1, 2)
    checkin.undo(hall.entries[1], by=hall.town.officer, spoilt=True)
    with pytest.raises(NotYet, match="清点"):
        closing.close_poll(hall.poll, by=hall.town.officer)
    assert any(name == "surplus" for _sentence, name in queries.what_is_missing(hall.poll))
    count = hall.left(1)
    assert (count.printed, count.given, count.left, count.spoilt, count.missing) == (4, 1, 1, 1, 1)
    stated = [bytes(row.content) for row in PublicObject.objects.filter(kind="statement")]
    assert any(b'"destroyed":1,"given":1,"missing":1' in one and b'"printed":4' in one for one in stated)
    with pytest.raises(Refused):
        prepare.print_sealed_slips(hall.poll, by=hall.town.officer, count=1)
    closing.close_poll(hall.poll, by=hall.town.officer)
    assert hall.poll.boxes.get().issued == 0


def test_two_persons_count_apart_and_different_figures_count_for_nothing(hall: Hall) -> None:
    prepare.count_left(hall.poll, by=hall.town.officer, left=4)
    with pytest.raises(Refused, match="同一个人"):
        prepare.confirm_left(hall.poll, by=hall.town.officer, left=4)
    with pytest.raises(Refused, match="第二个人"):
        prepare.count_left(hall.poll, by=hall.town.second, left=4)
    assert not prepare.confirm_left(hall.poll, by=hall.town.second, left=3).settled
    assert SlipCount.objects.get().counted_by == ""
    with pytest.raises(Refused, match="至多 4"):
        prepare.count_left(hall.poll, by=hall.town.officer, left=5)
    assert hall.left(4).settled


def test_after_the_count_no_more_slips_of_the_pile_open_a_ballot_than_were_given() -> None:
    stage = cast.opened(4, slips=False)
    codes = prepare.print_blank_slips(stage.poll, by=stage.town.officer, count=4)
    for entry in stage.poll.roll.order_by("no")[:2]:
        checkin.check_in(entry, by=stage.town.officer, in_person=True)
    prepare.count_left(stage.poll, by=stage.town.officer, left=1)
    count = prepare.confirm_left(stage.poll, by=stage.town.second, left=1)
    assert (count.given, count.missing) == (2, 1)
    for code in codes[:2]:
        Voter(Papers.of(stage.poll), code=code).draw()
    with pytest.raises(NotDrawn) as no:
        Voter(Papers.of(stage.poll), code=codes[2]).draw()
    assert no.value.status == IssueStatus.CODE_UNKNOWN


def test_a_poll_uses_one_kind_of_slip(hall: Hall) -> None:
    with pytest.raises(Refused, match="编号密封"):
        prepare.print_named_slips(hall.poll, by=hall.town.officer)
    with pytest.raises(Refused, match="编号密封"):
        prepare.print_blank_slips(hall.poll, by=hall.town.officer, count=1)


def page(poll: Poll, name: str, *more: object) -> str:
    return f"/polls/{poll.poll_id}/{name}" + "".join(f"/{one}" for one in more)


def test_the_door_in_the_browser_from_a_scanned_card_to_undo(hall: Hall) -> None:
    client = cast.Site()
    client.force_login(hall.town.officer)
    answer = client.get(page(hall.poll, "checkin"), {"q": "0003"})
    person = page(hall.poll, "checkin", hall.entries[2].pk)
    assert answer.url == person
    shown = client.post(person, {"number": "4"})
    assert shown.status_code == 409
    assert "不能代领" in shown.content.decode()
    done = client.post(person, {"number": "4", "in_person": "on"}, follow=True).content.decode()
    assert "第 4 号条交给本人" in done
    assert "到会 1 人" in done
    again = client.get(person).content.decode()
    assert "领的是第 4 号条" in again
    client.post(f"{person}/undo", {"slip": "back"})
    assert checkin.present(hall.poll) == 0
    code = hall.slips[4]
    assert not any(part in text for text in (done, again) for part in (code, "-".join(re.findall("....", code))))


def test_those_who_are_judged_never_stand_at_the_door(hall: Hall) -> None:
    client = cast.Site()
    client.force_login(hall.town.chair)
    assert client.get(page(hall.poll, "checkin")).status_code == 403
    assert client.post(page(hall.poll, "checkin", hall.entries[0].pk), {"in_person": "on"}).status_code == 403


def test_the_sheet_of_sealed_slips_shows_numbers_outside_and_is_shown_once(hall: Hall) -> None:
    hall.poll.slips.all().delete()
    client = cast.Site()
    client.force_login(hall.town.officer)
    sheet = client.post(page(hall.poll, "slips"), {"kind": "sealed", "count": "3"}).content.decode()
    assert sheet.count('class="slip-number"') == 3
    codes = re.findall(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}</p>", sheet)
    assert len(set(codes)) == 3
    later = client.get(page(hall.poll, "slips")).content.decode()
    assert not any(code.removesuffix("</p>") in later for code in codes)


def test_surplus_is_counted_in_the_browser_by_two_who_do_not_see_each_others_figure(hall: Hall) -> None:
    one, two = cast.Site(), cast.Site()
    one.force_login(hall.town.officer)
    two.force_login(hall.town.second)
    one.post(page(hall.poll, "surplus"), {"left": "4"})
    seen = two.get(page(hall.poll, "surplus")).content.decode()
    assert "第二个人" in seen
    assert 'value="4"' not in seen
    done = two.post(page(hall.poll, "surplus"), {"left": "4"}, follow=True).content.decode()
    assert "记入公开日志" in done


def test_presence_is_counted_at_a_paper_vote_too() -> None:
    town = cast.found_town(3)
    poll = cast.draft(town, medium=Medium.PAPER, practice=False)
    prepare.freeze_roll(poll, by=town.officer)
    assert Poll.objects.get(pk=poll.pk).state == State.ROLLED
    checkin.check_in(poll.roll.first(), by=town.officer, in_person=True)
    assert checkin.present(poll) == 1


def test_a_name_is_found_by_the_first_letters_of_its_sounds(hall: Hall) -> None:
    RollEntry.objects.filter(pk=hall.entries[0].pk).update(name="张小明")
    RollEntry.objects.filter(pk=hall.entries[1].pk).update(name="曾翀")
    assert [entry.name for entry in checkin.find(hall.poll, "zxm")] == ["张小明", "曾翀"][:1]
    assert "曾翀" in [entry.name for entry in checkin.find(hall.poll, "zc")]
    assert initials.initials("田野何军") == "tyhj"


@given(st.text(max_size=12))
def test_any_text_has_one_letter_a_character(text: str) -> None:
    assert len(initials.initials(text)) >= len(text)
    assert initials.matches(text, "") is True
