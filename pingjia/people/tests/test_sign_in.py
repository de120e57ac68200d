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


def sign_in(cast: Cast, name: str, password: str) -> Any:
    return cast.client("").post(reverse("people:login"), {"username": name, "password": password})


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
        throttle.failed("officer")
        waits.append(round(throttle.wait("officer").total_seconds() / 30))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30]


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
