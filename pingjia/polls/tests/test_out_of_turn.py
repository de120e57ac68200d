"""Steps taken out of their turn, by people who hold a true seat: what the relay and the desk refuse, and what goes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from pingjia.ballotbox import shelf
from pingjia.core.ballot import opening, result
from pingjia.people.models import Role, Seat, User
from pingjia.polls import closing, counting, guards, outcome, prepare, rehearsal, sealing
from pingjia.polls.issue import PlainIssuer
from pingjia.polls.models import OpinionShare, Partial, Poll, RollEntry, Scrutineer, Slip, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.rehearsal import NotDrawn, Papers, Voter
from pingjia.polls.scrutiny import Browser, ClosedSet
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import ALL_BAD, ALL_GOOD, BoothDoor, said_no

pytestmark = pytest.mark.django_db(databases=["default", "box"])


def closed(choices: list[list[int]], **rules: object) -> cast.Stage:
    stage = cast.opened(len(choices), **rules)
    rehearsal.rehearse(stage.poll, choices, codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    stage.poll.refresh_from_db()
    return stage


def at_work(stage: cast.Stage, count: int = 3) -> list[tuple[Browser, ClosedSet]]:
    browsers = rehearsal.scrutineers(stage.invitations[:count], stage.cards[:count])
    return [(browser, browser.download(stage.opening.set_id)) for browser in browsers]


def stated(browser: Browser, work: ClosedSet, told: result.Result) -> dict[str, object]:
    signature = result.sign(told, browser.place[1], browser.keys.sign)[1:]
    return browser.ask("result", set=work.set_id, result=told.to_bytes().decode(), signature=signature.hex())


@pytest.mark.parametrize("voters", [9, 20])
@pytest.mark.parametrize("end", ["void", "unopened"])
def test_a_vote_that_has_ended_takes_no_parts_and_no_result(voters: int, end: str) -> None:
    stage = closed([ALL_GOOD] * (voters - 2) + [ALL_BAD] * 2)
    work = at_work(stage)
    work[0][0].give_parts(work[0][1])
    if end == "void":
        outcome.void(stage.poll, by=stage.town.organiser, reason="有人施加压力")
    else:
        outcome.give_up_opening(stage.poll, by=stage.town.officer, reason="两张卡遗失")
    for browser, seen in work[1:]:
        with said_no("code"):  # the invitation went with the vote
            browser.give_parts(seen)
    assert stage.opening.result is None
    assert not stage.opening.signatures.exists()


def test_an_officer_voids_no_result_by_upholding_an_objection() -> None:
    stage = closed([ALL_BAD] * 6)
    rehearsal.play_opening(stage.invitations, stage.cards)
    stage.poll.refresh_from_db()
    outcome.declare(stage.poll, by=stage.town.officer)
    one = outcome.challenge(stage.poll, by=stage.town.members[0].user, code="other", reason="我不喜欢这个结果")
    for who in (stage.town.officer, stage.town.second):
        with pytest.raises(Refused):
            outcome.settle(one, by=who, upheld=True, finding="重来一次")
    stage.poll.refresh_from_db()
    assert stage.poll.state == State.CHALLENGED
    outcome.settle(one, by=stage.town.organiser, upheld=True, finding="属实")
    stage.poll.refresh_from_db()
    assert stage.poll.state == State.VOID


def test_a_box_that_enough_scrutineers_have_opened_is_not_given_up() -> None:
    stage = closed([ALL_BAD] * 20)
    for browser, seen in at_work(stage, 2):
        browser.give_parts(seen)
    with pytest.raises(Refused):
        outcome.give_up_opening(stage.poll, by=stage.town.officer, reason="结果不好看")
    stage.poll.refresh_from_db()
    assert stage.poll.state == State.CLOSED


def test_the_result_itself_is_not_handed_out_by_its_hash_before_the_declaration() -> None:
    stage = closed([ALL_GOOD] * 20)
    rehearsal.play_opening(stage.invitations, stage.cards)
    stage.poll.refresh_from_db()
    digest = hashlib.sha256(bytes(stage.opening.result)).hexdigest()
    assert BoothDoor().get(f"/o/{digest}.json").status_code == 404
    outcome.declare(stage.poll, by=stage.town.officer)
    assert BoothDoor().get(f"/o/{digest}.json").status_code == 200


class SlowIssuer(PlainIssuer):
    """Between looking at the member's right and taking it, an officer prints slips."""

    def __init__(self, officer: object) -> None:
        self.officer = officer

    def _may_draw(self, poll: Poll, who: RollEntry | Slip) -> None:
        super()._may_draw(poll, who)
        prepare.print_blank_slips(poll, by=self.officer, count=poll.roll.count())


def test_slips_printed_while_a_member_draws_by_log_in_leave_one_right() -> None:
    stage = cast.opened(2, slips=False)
    voter = Voter(Papers.of(stage.poll), user=stage.town.members[0].user)
    answer = SlowIssuer(stage.town.officer).issue(voter.request(), voter.user)
    assert answer[0] != 0
    with pytest.raises(NotDrawn):
        voter.draw()
    assert stage.poll.issuances.count() == 0
    assert not stage.poll.roll.exclude(medium="open").exists()


def test_parts_shown_for_a_result_that_does_not_stand_never_reach_the_bundle() -> None:
    """One scrutineer signs another result first, and shows parts of a subject that the true result hides."""
    stage = closed([[1, n % 3, 1] for n in range(12)])
    work = at_work(stage)
    for browser, seen in work:
        browser.give_parts(seen)
    (liar, seen), *others = work
    honest = seen.count()
    assert [subject.form for subject in honest.subjects] == ["band", "two_way", "band"]
    middle = honest.subjects[1]
    shown = result.SubjectResult(honest.subjects[0].code, middle.form, middle.verdict, middle.counts, middle.blank)
    false = result.Result(**{**honest.__dict__, "subjects": (shown, *honest.subjects[1:])})
    stated(liar, seen, false)
    liar.ask(
        "reveal",
        set=seen.set_id,
        partials=opening.write_partials(part for part in seen.my_parts if part.s in (0, 1)).hex(),
    )
    for browser, mine in others:
        counted = browser.sign_result(mine)
        browser.reveal(mine, counted)
    assert bytes(stage.opening.result) == honest.to_bytes()
    parts = opening.read_partials(counting.partials_file(stage.opening))
    assert {part.s for part in parts} == {1}
    with said_no("other_result"):
        liar.ask(
            "reveal",
            set=seen.set_id,
            partials=opening.write_partials(part for part in seen.my_parts if part.s in (0, 1)).hex(),
        )


def test_a_void_vote_keeps_no_share_no_message_and_no_body_of_a_small_box() -> None:
    stage = closed([ALL_GOOD] * 9, with_opinions=True)
    rehearsal.play_opening(stage.invitations, stage.cards)
    rehearsal.play_opinions(stage.invitations, stage.cards)
    assert Partial.objects.exists()
    assert OpinionShare.objects.exists()
    stage.poll.refresh_from_db()
    outcome.void(stage.poll, by=stage.town.organiser, reason="名册有误")
    assert not Partial.objects.exists()
    assert not OpinionShare.objects.exists()
    assert not Scrutineer.objects.exclude(sealed_share=None).exists()
    for box in stage.poll.boxes.all():
        assert not shelf.file(box.box_hash, "bodies.bin").exists()
        assert shelf.file(box.box_hash, "heads.bin").exists()


def test_two_ports_of_one_host_are_not_two_names(settings: Any) -> None:
    stage = cast.sealed(2)
    Poll.objects.filter(pk=stage.poll.pk).update(practice=False)
    stage.poll.refresh_from_db()
    settings.PINGJIA_SITE, settings.PINGJIA_BOOTH = "https://vote.example", "https://VOTE.example:8443"
    with pytest.raises(NotYet, match="域名"):
        sealing.open_poll(stage.poll, by=stage.town.officer)
    settings.PINGJIA_BOOTH = "https://box.example"
    assert sealing.open_poll(stage.poll, by=stage.town.officer).state == State.OPEN


@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b'{"code": 1, "set": "\\u0000"}', b"\xff", b"1" * 6000, b"[]"],
    ids=["deep", "zero", "bytes", "number", "list"],
)
def test_nonsense_sent_to_the_relay_gets_a_plain_no(raw: bytes) -> None:
    answer = BoothDoor(raise_request_exception=False).post("/relay/enter", raw, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["ok"] is False


@pytest.mark.parametrize(
    ("step", "question"),
    [
        ("seal", {"keyset": "\ud800", "shares": []}),
        ("result", {"set": "", "result": "\ud800", "signature": "00"}),
        ("partials", {"sealed": {"9" * 5000: "00"}}),
        ("partials", {"sealed": {"٣": "00"}}),
        ("set", {"set": "\x00"}),
        ("bodies", {"box": "\x00"}),
        ("opinion_inbox", {"box": "\x00"}),
        ("opinions", {"box": "", "texts": ["\ud800"], "enough": True, "signature": "00" * 64}),
        ("share", {}),
    ],
)
def test_a_seat_that_sends_nonsense_gets_a_plain_no(step: str, question: dict[str, object]) -> None:
    stage = closed([ALL_GOOD] * 2, with_opinions=True)
    real = {"": stage.opening.set_id}
    question = {**question, "code": stage.invitations[0]}
    if question.get("set") in real or step == "partials":
        question["set"] = stage.opening.set_id
    if question.get("box") == "":
        question["box"] = stage.poll.boxes.get(kind="opinion").box_hash
    door = BoothDoor(raise_request_exception=False)
    answer = door.post(f"/relay/{step}", question, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json()["ok"] is (step == "share")


def test_a_pool_with_a_void_vote_in_it_is_not_opened_any_further() -> None:
    mill, dock = cast.found_town(3), cast.found_town(9, "dock")
    lead = cast.draft(mill, pool="harbour")
    other = cast.draft(dock, pool="harbour", lead=lead)
    for poll, where in ((lead, mill), (other, dock)):
        prepare.freeze_roll(poll, by=where.officer)
    stage = cast.Stage(mill, lead, cast.invited(mill, lead))
    stage.cards = rehearsal.play_sealing(stage.invitations)
    for poll, where in ((lead, mill), (other, dock)):
        poll.refresh_from_db()
        slips = prepare.print_named_slips(poll, by=where.officer)
        sealing.open_poll(poll, by=where.officer)
        rehearsal.rehearse(poll, [ALL_GOOD] * len(slips), codes=[code for _entry, code in slips])
    for poll, where in ((lead, mill), (other, dock)):
        closing.close_poll(poll, by=where.officer)
    work = at_work(stage)
    outcome.void(other, by=mill.organiser, reason="名册有误")
    for browser, seen in work:
        with said_no("state"):
            browser.give_parts(seen)


def test_only_a_superior_is_offered_to_uphold_an_objection() -> None:
    stage = closed([ALL_BAD] * 6)
    rehearsal.play_opening(stage.invitations, stage.cards)
    stage.poll.refresh_from_db()
    outcome.declare(stage.poll, by=stage.town.officer)
    outcome.challenge(stage.poll, by=stage.town.members[0].user, code="other", reason="我不喜欢这个结果")
    for who, offered in ((stage.town.officer, False), (stage.town.organiser, True)):
        site = cast.Site()
        site.force_login(who)
        page = site.get(f"/polls/{stage.poll.poll_id}/challenge").content.decode()
        assert ('value="no"' in page, 'value="yes"' in page) == (True, offered)


def test_a_chair_who_is_also_the_superiors_organiser_reads_no_report_about_the_own_union() -> None:
    stage = cast.sealed(2)
    report = outcome.report_pressure(stage.poll, "主席要我当面填票")
    both = cast.user("both", stage.town.city, Role.ORGANISER)
    cast.user("both", stage.town.mill, Role.VICE_CHAIR)
    desk = f"/desk/upper/{stage.town.city.code}/"
    for who, status, shown in ((stage.town.organiser, 200, True), (both, 404, False)):
        site = cast.Site()
        site.force_login(who)
        assert site.get(f"/pressure/{report.pk}").status_code == status
        for path in ("/pressure/", desk):
            page = site.get(path)
            assert page.status_code == 200
            assert (f"/pressure/{report.pk}" in page.content.decode()) == shown, path


def test_who_was_judged_in_the_year_runs_no_vote_on_it_after_the_seat_has_ended() -> None:
    stage = cast.sealed(2)
    unit, year, today = stage.town.mill, stage.poll.year, timezone.localdate()
    for name, until, refused in (
        ("yesterday", today - timedelta(days=1), True),
        ("newyear", date(year, 1, 1), True),
        ("before", date(year - 1, 12, 31), False),
    ):
        former = cast.user(name, unit, Role.VICE_CHAIR)
        Seat.objects.filter(user=former).update(until=until)
        cast.user(name, unit, Role.OFFICER)
        cast.user(name, unit, Role.AUDITOR)
        cast.user(name, stage.town.city, Role.ORGANISER)
        report = outcome.report_pressure(stage.poll, "有人看着我投")
        site = cast.Site()
        site.force_login(former)
        pages = [f"/polls/{stage.poll.poll_id}/{page}" for page in ("roll", "issuance", "void")]
        statuses = [site.get(path).status_code for path in pages]
        assert statuses == ([403] * 3 if refused else [200] * 3), name
        assert site.get(f"/pressure/{report.pk}").status_code == (404 if refused else 200)
        assert guards.runs(former, stage.poll) != refused
        if refused:
            for deed in (
                lambda by: prepare.print_named_slips(stage.poll, by=by),
                lambda by: outcome.void(stage.poll, by=by, reason="x"),
                lambda by: cast.draft(replace(stage.town, officer=by)),
            ):
                with pytest.raises(Refused, match="被评议"):
                    deed(former)
            with pytest.raises(NotYet, match="不能当监票人"):
                prepare.invite_scrutineers(cast.draft(stage.town), by=stage.town.officer, names=[(name, None)] * 3)
    assert cast.draft(replace(stage.town, officer=cast.user("newyear")), year=year + 1)


def test_a_convenor_s_seat_is_not_taken_under_the_name_of_the_judged() -> None:
    stage = cast.sealed(2)
    _seat, code = prepare.invite_steward(stage.poll, by=stage.town.organiser, name="召集人")
    again = User.objects.create(username="again", full_name=stage.town.chair.full_name)
    with pytest.raises(Refused):
        prepare.accept_stewardship(stage.poll, code, by=again)
    assert prepare.accept_stewardship(stage.poll, code, by=cast.user("convenor")).user
