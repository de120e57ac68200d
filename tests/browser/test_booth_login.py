"""A member who is signed in draws without a slip: from the site's own door, and not because a link says so."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from pingjia.polls.models import Issuance
from pingjia.polls.rehearsal import Papers, Voter
from pingjia.polls.tests import cast
from tests.browser.booth_cast import Member

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "box"], serialized_rollback=True),
]


def signed_in(doors: Any, stage: cast.Stage, devices: Callable[..., Any]) -> Member:
    """Return a member at a device in which the log-in stands."""
    client = Client()
    client.force_login(stage.town.members[0].user)
    device = devices()
    name = settings.SESSION_COOKIE_NAME
    device.add_cookies([{"name": name, "value": client.cookies[name].value, "url": doors.site}])
    return Member(device.new_page(), doors, stage.poll, "")


def test_a_signed_in_member_draws_and_votes_without_a_slip(two_doors: Any, devices: Callable[..., Any]) -> None:
    stage = cast.opened(3, slips=False)
    voter = signed_in(two_doors, stage, devices)
    voter.page.goto(f"{two_doors.site}/v/{stage.poll.poll_id}")
    voter.heading("请领票")
    voter.draw().choose("满意", "满意", "弃权").cast()
    assert Issuance.objects.count() == 1
    assert not voter.errors


def test_a_link_with_a_stranger_s_bytes_draws_nothing(two_doors: Any, devices: Callable[..., Any]) -> None:
    """Followed by a member who is signed in, it would spend that member's one right on a key that nobody can use."""
    stage = cast.opened(3, slips=False)
    voter = signed_in(two_doors, stage, devices)
    asked = Voter(Papers.of(stage.poll)).request()[33:]
    fragment = base64.urlsafe_b64encode(asked).decode().rstrip("=")
    voter.page.goto(f"{two_doors.site}/draw#b={fragment}")
    voter.page.get_by_text("重新进来").wait_for()
    assert Issuance.objects.count() == 0
    voter.page.goto(f"{two_doors.site}/v/{stage.poll.poll_id}")
    voter.heading("请领票")
    voter.draw()
    assert Issuance.objects.count() == 1
