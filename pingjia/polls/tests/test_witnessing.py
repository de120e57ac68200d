"""A box waits for its witnesses: before members vote, before scrutineers open, and the bundle shows who they were."""

from __future__ import annotations

import json

import pytest

from pingjia.core.tlog.note import KeyType, Note, SignerKey
from pingjia.core.verify.trust import Trust
from pingjia.core.verify.verifier import verify
from pingjia.journal.actions import first_broken_line
from pingjia.journal.models import Line
from pingjia.polls import closing, outcome, prepare, queries, rehearsal, sealing, statements, witnessing
from pingjia.polls.models import Poll, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import BoothDoor
from pingjia.publiclog import actions
from pingjia.publiclog import queries as logs
from pingjia.publiclog.models import Log

pytestmark = pytest.mark.django_db(databases=["default", "box"])

AUDIT = SignerKey("audit.example/w", KeyType.COSIGNATURE, b"a" * 32)
CITY = SignerKey("city.example/w", KeyType.COSIGNATURE, b"c" * 32)


def log_of(poll: Poll) -> Log:
    return Log.objects.get(pk=statements.log_of(poll).pk)


def ask_two(stage: cast.Stage) -> None:
    for one in (AUDIT, CITY):
        key = one.verifier().text()
        witnessing.register(log_of(stage.poll), key, by=stage.town.organiser, unit=stage.town.city)
    witnessing.ask_for(log_of(stage.poll), 2, by=stage.town.organiser, unit=stage.town.city)


def witness(poll: Poll, *signers: SignerKey) -> None:
    """Let witnesses cosign the newest checkpoint and bring it to the booth's door."""
    log = log_of(poll)
    actions.publish(log)
    head = logs.latest(log)
    assert head is not None
    text = Note.parse(bytes(head.note)).text
    for one in signers:
        raw = Note(text, (one.cosign(text, 1_700_000_000),)).to_bytes()
        assert BoothDoor().post(f"/log/{log.path}/cosign", raw, content_type="text/plain").status_code == 200


def test_a_box_opens_to_voters_and_to_scrutineers_only_once_enough_witnesses_signed() -> None:
    stage = cast.sealed(6)
    poll, officer = stage.poll, stage.town.officer
    ask_two(stage)
    witness(poll, AUDIT)
    with pytest.raises(NotYet) as refusal:
        sealing.open_poll(poll, by=officer)
    assert [CITY.name in blocker for blocker in refusal.value.blockers] == [True]
    witness(poll, CITY)
    codes = [code for _entry, code in prepare.print_named_slips(poll, by=officer)]
    sealing.open_poll(poll, by=officer)
    rehearsal.rehearse(poll, [[1 + n % 3] * 3 for n in range(6)], codes=codes)
    closing.close_poll(poll, by=officer)
    poll.refresh_from_db()
    assert "2" in queries.what_is_missing(poll)[0][0]
    assert AUDIT.name in queries.what_is_missing(poll)[0][0]
    with cast.said_no("unwitnessed"):
        rehearsal.play_opening(stage.invitations, stage.cards)
    browsers = rehearsal.scrutineers(stage.invitations, stage.cards)
    assert browsers[0].state["sets"][0]["witnesses"] == {"found": [], "lacking": 2, "waiting": [AUDIT.name, CITY.name]}
    witness(poll, AUDIT, CITY)
    rehearsal.play_opening(stage.invitations, stage.cards)
    poll.refresh_from_db()
    outcome.declare(poll, by=officer)
    raw = queries.bundle(stage.opening)
    trust = Trust.parse(bytes(BoothDoor().get("/trust.json").content))
    report = verify(raw, trust=trust)
    assert report.failures == ()
    assert report.facts["witnesses"] == [AUDIT.name, CITY.name]
    assert first_broken_line() is None


def test_the_operator_who_forgets_the_witnesses_is_refused_by_those_who_remember_them() -> None:
    """The quorum is in the reader's trust file: taking it back on the server opens the box, and convinces nobody."""
    stage = cast.opened(5)
    poll, officer = stage.poll, stage.town.officer
    ask_two(stage)
    remembered = Trust.parse(bytes(BoothDoor().get("/trust.json").content))
    rehearsal.rehearse(poll, [[1, 1, 2]] * 5, codes=stage.codes)
    closing.close_poll(poll, by=officer)
    witnessing.ask_for(log_of(poll), 0, by=stage.town.organiser, unit=stage.town.city)
    rehearsal.play_opening(stage.invitations, stage.cards)
    poll.refresh_from_db()
    assert poll.state == State.COUNTED
    raw = queries.bundle(stage.opening)
    found = {(one.code.value, one.place, one.party) for one in verify(raw, trust=remembered).failures}
    assert found == {("witnesses-few", name, "log") for name in ("manifest.tlog-proof", "closing.tlog-proof")}
    forgetful = Trust.parse(bytes(BoothDoor().get("/trust.json").content))
    assert verify(raw, trust=forgetful).failures == ()


def test_the_federation_registers_witnesses_on_its_page_and_the_journal_says_who_did() -> None:
    stage = cast.sealed(3)
    site = cast.Site()
    site.force_login(stage.town.organiser)
    address = f"/u/{stage.town.city.code}/witnesses"
    log = log_of(stage.poll)
    assert "无见证" in site.get(address).content.decode()
    assert site.post(address, {"log": log.pk, "vkey": AUDIT.verifier().text()}).status_code == 302
    assert site.post(address, {"log": log.pk, "quorum": "1"}).status_code == 302
    shown = site.get(address).content.decode()
    assert AUDIT.verifier().text().replace("+", "&#43;") in shown or AUDIT.verifier().text() in shown
    assert log_of(stage.poll).quorum == 1
    refused = [{"vkey": "x"}, {"vkey": ""}, {"quorum": "2"}, {"quorum": "x"}, {"drop": AUDIT.name}, {"drop": "nobody"}]
    for wrong in refused:
        assert site.post(address, {"log": log.pk, **wrong}).status_code == 409
    assert site.post(address, {"log": log.pk, "quorum": "0"}).status_code == 302
    assert site.post(address, {"log": log.pk, "drop": AUDIT.name}).status_code == 302
    assert site.post(address, {"open": "1"}).status_code == 302
    for elsewhere in ("", "0", "９", "99999"):
        assert site.post(address, {"log": elsewhere, "quorum": "1"}).status_code == 404
    verbs = list(Line.objects.filter(verb__startswith="log.").order_by("pk").values_list("verb", "by"))
    expected = ["log.witness_added", "log.quorum_set", "log.quorum_set", "log.witness_dropped", "log.opened"]
    assert verbs == [(verb, stage.town.organiser.username) for verb in expected]
    site.force_login(stage.town.officer)
    assert site.get(address).status_code == 404


def test_a_witness_that_is_none_is_refused_in_one_sentence() -> None:
    stage = cast.sealed(3)
    log, by, unit = log_of(stage.poll), stage.town.organiser, stage.town.city
    with pytest.raises(Refused, match="见证人的公钥"):
        witnessing.register(log, log.vkey, by=by, unit=unit)
    assert json.loads(BoothDoor().get("/trust.json").content)["logs"] == [{"origin": log.origin, "vkey": log.vkey}]
