"""The recount of an objection: a good box is found good, a changed one is found out, and both are filed and printed."""

from __future__ import annotations

import hashlib
import subprocess

import pytest
from django.test import Client
from django.urls import reverse

from pingjia.ballotbox import shelf
from pingjia.journal.models import Line
from pingjia.polls import bundles, closing, outcome, rehearsal
from pingjia.polls import recount as recounting
from pingjia.polls.models import Challenge, Opening, Recount, State
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.tests import cast
from pingjia.polls.tests.cast import ALL_BAD, ALL_GOOD

pytestmark = pytest.mark.django_db(databases=["default", "box"])
SITE = {"host": "localhost:8000", "accept-language": "zh-hans"}
VOTERS = 20  # full publication: every number can be computed again


def objected(voters: int) -> tuple[cast.Stage, Challenge]:
    """Return a declared poll to which a member objects."""
    stage = cast.opened(voters)
    rehearsal.rehearse(stage.poll, [ALL_GOOD] * (voters - 1) + [ALL_BAD], codes=stage.codes)
    closing.close_poll(stage.poll, by=stage.town.officer)
    rehearsal.play_opening(stage.invitations, stage.cards)
    stage.poll.refresh_from_db()
    outcome.declare(stage.poll, by=stage.town.officer)
    one = outcome.challenge(stage.poll, by=stage.town.members[0].user, code="count_differs", reason="少了一张")
    return stage, one


def press(stage: cast.Stage, one: Challenge, by: object) -> int:
    client = Client(headers=SITE)
    client.force_login(by)  # type: ignore[arg-type]
    return client.post(reverse("polls:challenge", args=[stage.poll.poll_id]), {"recount": one.pk}).status_code


def printed(stage: cast.Stage) -> str:
    address = reverse("polls:public_result", args=[stage.poll.poll_id])
    return Client(headers=SITE).get(address).content.decode()


def test_a_recount_of_a_good_box_is_filed_with_the_objection_printed_and_then_settled() -> None:
    stage, one = objected(VOTERS)
    assert press(stage, one, stage.town.officer) == 302
    made = one.recounts.get()
    assert (made.verdict, made.failures, made.failed) == (0, [], 0)
    assert made.bundle == hashlib.sha256(bundles.bundle(Opening.objects.get())).hexdigest()
    assert {row["count"] for row in made.report["subjects"]} == {"recomputed"}
    assert made.report["subjects"][0]["numbers"]["favourable"] == VOTERS - 1
    line = Line.objects.get(verb="poll.recounted")
    assert (line.by, line.facts["verdict"], line.facts["codes"]) == (stage.town.officer.username, 0, [])
    shown = printed(stage)
    for words in ("复核程序的报告", "核验通过", "重新算出的票数", made.version, made.bundle):
        assert words in shown
    outcome.settle(one, by=stage.town.officer, upheld=False, finding="重算一致")
    stage.poll.refresh_from_db()
    assert outcome.finalise(stage.poll, by=stage.town.officer).state == State.FINAL
    assert "核验通过" in printed(stage)
    with pytest.raises(Refused, match="已经有结论"):
        recounting.recount(one, by=stage.town.officer)


def test_a_recount_of_a_changed_box_names_code_place_and_party() -> None:
    stage, one = objected(VOTERS)
    file = shelf.file(stage.poll.boxes.get(kind="ballot").box_hash, "heads.bin")
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1  # the last byte of the last ballot's signature
    file.chmod(0o600)
    file.write_bytes(bytes(raw))
    assert press(stage, one, stage.town.organiser) == 302
    made = one.recounts.get()
    assert made.verdict == 1
    assert made.failed == len(made.failures) > 0
    assert {"signature", "root-mismatch"} & {row["code"] for row in made.failures}
    assert Line.objects.get(verb="poll.recounted").facts["codes"] == sorted({row["code"] for row in made.failures})
    shown = printed(stage)
    assert "核验不通过" in shown
    for row in made.failures:
        assert row["code"] in shown
        assert row["place"] in shown
    outcome.settle(one, by=stage.town.organiser, upheld=True, finding="票箱被改过")
    stage.poll.refresh_from_db()
    assert stage.poll.state == State.VOID


def test_only_those_who_settle_it_press_the_button() -> None:
    stage, one = objected(2)
    assert press(stage, one, stage.town.members[0].user) == 403
    assert press(stage, one, stage.town.chair) == 404
    with pytest.raises(Refused, match="被评议"):
        recounting.recount(one, by=stage.town.chair)
    with pytest.raises(Refused, match="提出异议"):
        recounting.recount(one, by=stage.town.members[0].user)
    page = Client(headers=SITE)
    page.force_login(stage.town.members[1].user)
    text = page.get(reverse("polls:challenge", args=[stage.poll.poll_id])).content.decode()
    assert "重算一遍" not in text
    assert "pingjia verify bundle.zip --trust trust.json" in text
    assert not Recount.objects.exists()


def test_a_recount_that_takes_too_long_is_ended_and_files_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, one = objected(2)
    started: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: object, **kwargs: object) -> None:
            super().__init__(*args, **kwargs)  # type: ignore[call-overload]
            started.append(self)

    monkeypatch.setattr(recounting.subprocess, "Popen", Watched)
    monkeypatch.setattr(recounting, "SECONDS", 0)
    with pytest.raises(NotYet, match="网页上算不完"):
        recounting.recount(one, by=stage.town.officer)
    assert [process.returncode for process in started] == [-9]
    assert not Recount.objects.exists()
