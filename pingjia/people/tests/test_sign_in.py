"""Signing in: the right password opens, guessing is slowed down, and nothing tells who has a login."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from pingjia.people import throttle
from pingjia.people.models import SignInFailures
from pingjia.people.tests.cast import Cast, gather


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the hash is not what is proved here
    made = gather()
    made.users["officer"].set_password("right password")
    made.users["officer"].save()
    return made


HALL, HOME = "192.0.2.1", "198.51.100.7"


def sign_in(cast: Cast, name: str, password: str, address: str = HOME) -> Any:
    data = {"username": name, "password": password}
    return cast.client("").post(reverse("people:login"), data, REMOTE_ADDR=address)


def test_the_right_password_opens_and_the_wrong_one_says_what_to_do(cast: Cast) -> None:
    assert sign_in(cast, "officer", "right password").status_code == 302
    page = sign_in(cast, "officer", "wrong").content.decode()
    assert "登录名或密码不对，请再试一次" in page


def test_after_five_failures_even_the_right_password_must_wait(cast: Cast) -> None:
    for _n in range(throttle.FREE):
        sign_in(cast, "officer", "wrong")
    answer = sign_in(cast, "officer", "right password")
    assert answer.status_code == 200
    assert "试错次数太多，请过 1 分钟再试。" in answer.content.decode()
    SignInFailures.objects.update(last_at=timezone.now() - timedelta(minutes=1))
    assert sign_in(cast, "officer", "right password").status_code == 302
    assert not SignInFailures.objects.exists()


def test_each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(cast: Cast) -> None:
    waits = []
    for _n in range(14):
        throttle.failed("officer", HOME)
        waits.append(round(throttle.wait("officer", HOME).total_seconds() / 30))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30]


def other_addresses(count: int) -> list[str]:
    """Return addresses whose groups are neither each other's nor that of the officer at home."""
    found = {throttle._group(address): address for n in range(4000) if (address := f"203.0.113.{n % 250}:{n // 250}")}
    found.pop(throttle._group(HOME), None)
    assert len(found) > count
    return list(found.values())[:count]


def test_a_stranger_who_knows_the_name_locks_nobody_out(cast: Cast) -> None:
    stranger = other_addresses(1)[0]
    for _n in range(2 * throttle.FREE):
        sign_in(cast, "officer", "wrong", stranger)
    assert "试错次数太多" in sign_in(cast, "officer", "right password", stranger).content.decode()
    assert sign_in(cast, "officer", "right password", HOME).status_code == 302
    assert "试错次数太多" in sign_in(cast, "officer", "right password", stranger).content.decode()


def test_many_addresses_together_get_one_free_mistake_each_and_the_right_password_still_opens(cast: Cast) -> None:
    crowd = other_addresses(throttle.SIEGE // throttle.FREE + 1)
    for address in crowd[:-1]:
        for _n in range(throttle.FREE):
            throttle.failed("officer", address)
    last = crowd[-1]
    assert not throttle.wait("officer", last)
    throttle.failed("officer", last)
    assert throttle.wait("officer", last)
    assert not throttle.wait("tester", last)  # nobody else's name is under siege
    assert sign_in(cast, "officer", "right password", HOME).status_code == 302


def test_a_name_that_nobody_has_answers_alike(cast: Cast) -> None:
    known, unknown = sign_in(cast, "officer", "wrong"), sign_in(cast, "nobody", "wrong")
    assert known.context["form"].errors == unknown.context["form"].errors
    for _n in range(throttle.FREE):
        sign_in(cast, "nobody", "wrong")
    assert "试错次数太多" in sign_in(cast, "nobody", "wrong").content.decode()


def test_the_table_holds_neither_name_nor_address(cast: Cast) -> None:
    sign_in(cast, "my secret typed in the wrong field", "wrong")
    assert "secret" not in str(list(SignInFailures.objects.values()))
    assert {field.name for field in SignInFailures._meta.get_fields()} == {"id", "name_hash", "count", "last_at"}


def test_signing_out_needs_a_form_and_ends_the_session(cast: Cast) -> None:
    client = cast.client("officer")
    assert client.get(reverse("people:logout")).status_code == 405
    client.post(reverse("people:logout"))
    assert client.get(reverse("people:my_entries")).status_code == 403


def test_the_first_password_can_be_replaced(cast: Cast) -> None:
    client = cast.client("officer")
    data = {
        "old_password": "right password",
        "new_password1": "冬至夜的灯火很暖和呀",
        "new_password2": "冬至夜的灯火很暖和呀",
    }
    assert client.post(reverse("people:password"), data).status_code == 302
    assert client.get(reverse("people:my_entries")).status_code == 200
    assert sign_in(cast, "officer", data["new_password1"]).status_code == 302
