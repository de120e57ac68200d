"""The contract of issuing, for every implementation of ``Issuer``: a new one is added to ``ISSUERS``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pingjia.ballotbox.tests.awaiting import committing, on_postgresql
from pingjia.core.ballot import signing
from pingjia.core.ballot.blindsigner import BlindSigner
from pingjia.core.ballot.issuance import UNKNOWN_LEAF, IssueStatus, Reason, read_answer, read_refusal
from pingjia.core.tests.scale import scaled
from pingjia.journal.models import Line
from pingjia.people.models import User
from pingjia.polls import closing, issue_views, prepare, rehearsal, sealing
from pingjia.polls.issue import Issuer, PlainIssuer
from pingjia.polls.models import Issuance, Poll, RollEntry
from pingjia.polls.rehearsal import NotDrawn, Papers, Voter
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import Site
from pingjia.polls.tests.fastdesk import FastDesk
from pingjia.polls.throttle import Failures

pytestmark = pytest.mark.django_db(databases=["default", "box"])

ISSUERS: list[Callable[[], Issuer]] = [PlainIssuer, *on_postgresql(FastDesk)]


class Knock:
    """Draws at one issuer and never drops."""

    def __init__(self, issuer: Issuer) -> None:
        self.issuer = issuer

    def issue(self, request: bytes, user: User | None) -> bytes:
        return self.issuer.issue(request, user)

    def drop(self, box_hash: str, record: bytes) -> bytes:
        raise AssertionError


@pytest.fixture(params=committing(ISSUERS), ids=lambda make: make.__name__)
def issuer(request: pytest.FixtureRequest) -> Issuer:
    return request.param()


@pytest.fixture
def stage() -> cast.Stage:
    return cast.opened(3, with_opinions=True)


def voter(stage: cast.Stage, issuer: Issuer, code: str = "", user: User | None = None) -> Voter:
    return Voter(Papers.of(stage.poll), code, user, Knock(issuer))


def refusal(stage: cast.Stage, issuer: Issuer, request: bytes, user: User | None = None) -> tuple[Reason, bytes]:
    """Return reason and leaf of the signed no; its signature and box are checked."""
    papers = Papers.of(stage.poll)
    status, signatures, raw = read_answer(issuer.issue(request, user), 256, len(papers.boxes))
    box, reason, leaf = read_refusal(papers.boxes[0].issuers[0].id_key, raw)
    assert (signatures, status, box) == ((), reason.status, papers.boxes[0].hash)
    return reason, leaf


def test_the_fast_desk_is_held_to_this_contract_wherever_it_runs() -> None:
    assert (FastDesk in ISSUERS) == (connections["default"].vendor == "postgresql")


def test_one_draw_gives_a_token_for_every_box(issuer: Issuer, stage: cast.Stage) -> None:
    drawn = voter(stage, issuer, stage.codes[0]).draw()
    assert len(drawn.tokens) == 2


def test_the_same_request_gets_the_same_bytes_whoever_asks_with_it(issuer: Issuer, stage: cast.Stage) -> None:
    one = voter(stage, issuer, stage.codes[0])
    answers = {issuer.issue(one.request(), None) for _retry in range(3)}
    assert len(answers) == 1
    assert Issuance.objects.count() == 1


def test_another_key_by_the_same_person_gets_a_signed_no_naming_the_line_of_the_roll(
    issuer: Issuer, stage: cast.Stage
) -> None:
    entry = stage.poll.roll.get(slip__code_hash__isnull=False, no="0001")
    code = stage.codes[0]
    voter(stage, issuer, code).draw()
    for again in (voter(stage, issuer, code), voter(stage, issuer, user=entry.member.user)):
        reason, leaf = refusal(stage, issuer, again.request(), again.user)
        assert (reason, leaf.hex()) == (Reason.ALREADY_DRAWN, entry.leaf)


def test_log_in_and_slip_of_one_member_are_one_right(issuer: Issuer, stage: cast.Stage) -> None:
    member = stage.town.members[1]
    voter(stage, issuer, user=member.user).draw()
    with pytest.raises(NotDrawn) as no:
        voter(stage, issuer, stage.codes[1]).draw()
    assert no.value.status == IssueStatus.ALREADY_DRAWN


def test_unknown_used_up_and_foreign_codes_are_refused_and_signed(issuer: Issuer, stage: cast.Stage) -> None:
    town = cast.found_town(1, "dock")
    foreign = cast.draft(town)
    prepare.freeze_roll(foreign, by=town.officer)
    cards = cast.invited(town, foreign)
    rehearsal.play_sealing(cards)
    foreign.refresh_from_db()
    codes = [code for _entry, code in prepare.print_named_slips(foreign, by=town.officer)]
    sealing.open_poll(foreign, by=town.officer)
    for code in ("0" * 16, codes[0], "SHORT", "UUUUUUUUUUUUUUUU", "A" * 32):
        wanted = (Reason.CODE_UNKNOWN, UNKNOWN_LEAF)
        assert refusal(stage, issuer, voter(stage, issuer, code).request()) == wanted
    old = stage.codes[2]
    fresh = {entry.no: code for entry, code in prepare.print_named_slips(stage.poll, by=stage.town.officer)}
    assert refusal(stage, issuer, voter(stage, issuer, old).request())[0] == Reason.CODE_UNKNOWN
    voter(stage, issuer, fresh["0003"]).draw()


def test_a_code_may_be_typed_in_any_way_people_type(issuer: Issuer, stage: cast.Stage) -> None:
    code = stage.codes[0]
    typed = "-".join(code[at : at + 4] for at in range(0, 16, 4)).lower().replace("0", "o").replace("1", "l")
    voter(stage, issuer, typed).draw()


def test_nobody_and_somebody_who_is_not_on_the_roll_are_refused(issuer: Issuer, stage: cast.Stage) -> None:
    request = voter(stage, issuer).request()
    assert refusal(stage, issuer, request) == (Reason.CODE_UNKNOWN, UNKNOWN_LEAF)
    assert refusal(stage, issuer, request, stage.town.officer) == (Reason.NOT_ON_ROLL, UNKNOWN_LEAF)


def test_who_votes_on_paper_cannot_draw_and_who_drew_cannot_vote_on_paper(issuer: Issuer, stage: cast.Stage) -> None:
    first, second, _third = RollEntry.objects.filter(poll=stage.poll)
    prepare.move_to_paper(first, by=stage.town.officer)
    prepare.move_to_paper(first, by=stage.town.second)
    reason, leaf = refusal(stage, issuer, voter(stage, issuer, stage.codes[0]).request())
    assert (reason, leaf.hex()) == (Reason.PAPER, first.leaf)
    voter(stage, issuer, stage.codes[1]).draw()
    prepare.move_to_paper(second, by=stage.town.officer)
    with pytest.raises(prepare.Refused):
        prepare.move_to_paper(second, by=stage.town.second)


def test_after_the_close_every_draw_is_refused_the_retry_included(issuer: Issuer, stage: cast.Stage) -> None:
    one = voter(stage, issuer, stage.codes[0]).draw()
    by_login = voter(stage, issuer, user=stage.town.members[0].user)
    closing.close_poll(stage.poll, by=stage.town.officer)
    for request, user in ((one.request(), None), (by_login.request(), by_login.user)):
        assert refusal(stage, issuer, request, user)[0] in (Reason.CLOSED, Reason.ALREADY_DRAWN)
    late = voter(stage, issuer, stage.codes[1]).request()
    assert refusal(stage, issuer, late)[0] == Reason.CLOSED


def test_drawing_begins_five_days_before_the_box_opens_and_no_earlier(issuer: Issuer) -> None:
    start = timezone.now() + timedelta(days=6)
    stage = cast.sealed(1, opens_at=start, closes_at=start + timedelta(days=1))
    ((_entry, code),) = prepare.print_named_slips(stage.poll, by=stage.town.officer)
    assert refusal(stage, issuer, voter(stage, issuer, code).request())[0] == Reason.CLOSED
    Poll.objects.filter(pk=stage.poll.pk).update(opens_at=start - timedelta(days=1, minutes=1))
    voter(stage, issuer, code).draw()


def test_requests_of_a_wrong_shape_are_malformed_and_leave_no_trace(issuer: Issuer, stage: cast.Stage) -> None:
    request = voter(stage, issuer, stage.codes[0]).request()
    zero, huge = request[:65] + bytes(512), request[:65] + b"\xff" * 512
    padding = request[:32] + b"x" + request[33:]
    for wrong in (b"", request[:64], request[:-1], request + b"\0", zero, huge, padding, bytes(577)):
        assert issuer.issue(wrong, None)[0] == IssueStatus.MALFORMED
    assert not Issuance.objects.exists()
    voter(stage, issuer, stage.codes[0]).draw()


def test_every_answer_to_a_request_of_one_length_has_one_length(issuer: Issuer, stage: cast.Stage) -> None:
    good, unknown = voter(stage, issuer, stage.codes[0]), voter(stage, issuer, "0" * 16)
    zero = good.request()[:65] + bytes(512)
    lengths = {len(issuer.issue(raw, None)) for raw in (unknown.request(), good.request(), zero, bytes(577))}
    assert lengths == {1 + 512 + 2 + 512}


def test_two_devices_that_draw_at_the_same_moment_get_one_ballot(
    issuer: Issuer, stage: cast.Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second device's draw runs whole while the first is signing, which is the widest gap there is."""
    first, second = (voter(stage, issuer, stage.codes[0]) for _device in range(2))
    sign, raced = BlindSigner.sign, []

    def race(self: BlindSigner, blinded: bytes) -> bytes:
        if not raced:
            raced.append(True)
            second.draw()
        return sign(self, blinded)

    monkeypatch.setattr(BlindSigner, "sign", race)
    with pytest.raises(NotDrawn) as no:
        first.draw()
    assert no.value.status == IssueStatus.ALREADY_DRAWN
    assert Issuance.objects.count() == 1


def test_drawing_touches_no_ballot_keeps_no_time_and_writes_no_journal_line(issuer: Issuer, stage: cast.Stage) -> None:
    lines = Line.objects.count()
    with CaptureQueriesContext(connections["box"]) as queries:
        for code in stage.codes:
            voter(stage, issuer, code).draw()
    assert len(queries) == 0
    assert Line.objects.count() == lines
    kinds = {field.get_internal_type() for field in Issuance._meta.get_fields()}
    assert not kinds & {"DateTimeField", "DateField", "TimeField"}


def test_slips_drawn_by_hand_name_nobody_and_never_exceed_the_roll(issuer: Issuer) -> None:
    size = scaled(3, 60)
    stage = cast.opened(size, slips=False)
    codes = prepare.print_blank_slips(stage.poll, by=stage.town.officer, count=size)
    with pytest.raises(prepare.Refused):
        prepare.print_blank_slips(stage.poll, by=stage.town.officer, count=1)
    with pytest.raises(prepare.Refused):
        prepare.print_named_slips(stage.poll, by=stage.town.officer)
    logged_in = voter(stage, issuer, user=stage.town.members[0].user)
    assert refusal(stage, issuer, logged_in.request(), logged_in.user)[0] == Reason.CODE_UNKNOWN
    for code in codes[:-1]:
        voter(stage, issuer, code).draw()
    reason, leaf = refusal(stage, issuer, voter(stage, issuer, codes[0]).request())
    assert (reason, leaf) == (Reason.ALREADY_DRAWN, UNKNOWN_LEAF)
    assert not Issuance.objects.filter(entry__isnull=False).exists()
    prepare.count_left(stage.poll, by=stage.town.officer, left=1)
    assert prepare.confirm_left(stage.poll, by=stage.town.second, left=1).given == size - 1
    assert refusal(stage, issuer, voter(stage, issuer, codes[-1]).request())[0] == Reason.CODE_UNKNOWN


def test_the_address_wants_its_header_and_slows_down_guessing(
    stage: cast.Stage, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue_views, "FAILURES", Failures(2))
    monkeypatch.setattr(issue_views, "ISSUER", issuer)
    request, site = voter(stage, issuer, "0" * 16).request(), Site()
    kind = {"content_type": "application/octet-stream"}
    assert site.post("/issue", request, **kind).status_code == 400
    answers = [site.post("/issue", request, **kind, headers={"X-Pingjia": "draw"}) for _guess in range(3)]
    assert [(one.status_code, one.content[0]) for one in answers] == [(200, 5), (200, 5), (429, 7)]
    assert len({len(one.content) for one in answers}) == 1
    assert signing.is_key(Papers.of(stage.poll).boxes[0].issuers[0].id_key)
    big = site.post("/issue", bytes(3_000_000), **kind, headers={"X-Pingjia": "draw"})
    assert (big.status_code, big.content[0]) == (200, 6)
