"""A judged person comes back under another login: what is refused, and who may tell two people of one name apart."""

from __future__ import annotations

import pytest
from django.utils import timezone

from pingjia.people import actions
from pingjia.people.models import Role, Seat, User
from pingjia.people.tests.cast import Cast, gather
from pingjia.units.refusal import Refused


@pytest.fixture
def cast(db: None) -> Cast:
    return gather()


def seat(cast: Cast, by: str, username: str, full_name: str, role: str) -> Seat:
    facts = {"username": username, "full_name": full_name, "role": role, "since": timezone.localdate(), "until": None}
    return actions.give_seat(cast.units["46-A"], by=cast.users[by], **facts)[0]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.WORK_GROUP, Role.AUDITOR])
def test_a_chair_gets_no_second_login_from_an_officer(cast: Cast, role: str) -> None:
    with pytest.raises(Refused):
        seat(cast, "officer", "chair-again", "chair", role)
    assert not User.objects.filter(username="chair-again").exists()
    User.objects.create(username="chair-again", full_name="chair")
    with pytest.raises(Refused):
        seat(cast, "officer", "chair-again", "chair", role)


def test_the_superior_tells_two_people_of_one_name_apart(cast: Cast) -> None:
    assert seat(cast, "organiser", "namesake", "chair", Role.OFFICER).role == Role.OFFICER


def test_a_name_that_was_judged_once_is_free_again(cast: Cast) -> None:
    held = Seat.objects.get(user=cast.users["chair"])
    Seat.objects.filter(pk=held.pk).update(until=held.since)
    assert seat(cast, "officer", "chair-again", "chair", Role.OFFICER).role == Role.OFFICER
