"""The site's door behind a proxy and on a shared computer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from pingjia.people.models import User

BEHIND_A_PROXY = """
import django; django.setup()
from django.test import Client
client = Client(enforce_csrf_checks=True, HTTP_HOST="vote.example")  # the proxy speaks HTTPS, and plain HTTP to us
token = __import__("re").search(r'csrfmiddlewaretoken" value="(\\w+)"', client.get("/login").content.decode())[1]
form = {"csrfmiddlewaretoken": token, "size": "large", "next": "/"}
print(*(client.post("/appearance", form, headers={"origin": origin}).status_code
        for origin in ("https://vote.example", "https://evil.example", "https://box.example")))
"""


def test_forms_pass_behind_a_proxy_that_speaks_https_and_foreign_ones_do_not(tmp_path: Path) -> None:
    names = {"PINGJIA_SITE": "https://vote.example", "PINGJIA_BOOTH": "https://box.example"}
    env = {**os.environ, **names, "PINGJIA_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "pingjia.settings"}
    ran = subprocess.run([sys.executable, "-c", BEHIND_A_PROXY], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["302", "403", "403"]


@pytest.mark.django_db
def test_whoever_came_by_https_is_never_sent_in_the_clear_again(settings: Any) -> None:
    for site, booth in (("https://vote.example", "https://box.example"), ("http://vote.example", "http://box.example")):
        settings.PINGJIA_SITE, settings.PINGJIA_BOOTH = site, booth
        settings.ALLOWED_HOSTS = ["vote.example", "box.example"]
        for host, path in (
            ("vote.example", "/login"),
            ("vote.example", "/static/ui/pingjia.css"),
            ("box.example", "/"),
        ):
            told = Client(HTTP_HOST=host).get(path).headers.get("Strict-Transport-Security", "")
            assert told.startswith("max-age=31536000") == site.startswith("https"), (host, path, told)


@pytest.mark.django_db
def test_no_page_of_somebody_signed_in_stays_on_a_shared_computer() -> None:
    host = settings.PINGJIA_SITE.partition("://")[2]
    client = Client(HTTP_HOST=host)
    client.force_login(User.objects.create(username="officer", full_name="officer"))
    for path in ("/home", "/desk/member", "/my/polls", "/nothing-here", "/u/XX/polls/"):
        assert client.get(path)["Cache-Control"] == "no-store", path
    drawing = client.get("/static/ui/pingjia.css")
    assert "no-store" not in drawing.get("Cache-Control", "")
    assert "Access-Control-Allow-Origin" not in drawing


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/u/%00/roster/", "/u/a%00b/", "/units?q=%00", "/polls/%00/"])
def test_an_address_with_a_sign_that_no_name_holds_is_refused_in_a_sentence(path: str) -> None:
    for host in (settings.PINGJIA_SITE, settings.PINGJIA_BOOTH):
        answer = Client(HTTP_HOST=host.split("//")[1]).get(path)
        assert answer.status_code == 400
        assert "网址" in answer.content.decode()
