"""The demo's command: what it fills, what it prints, and that a second start finds everything there."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pingjia.demo import story
from pingjia.demo.management.commands.demo import DOORS

ROOT = Path(__file__).resolve().parents[2]


def run(town: Any, *command: str) -> subprocess.CompletedProcess[str]:
    """Run the project's command in the town's home."""
    return subprocess.run(
        [sys.executable, "-m", "pingjia", *command], cwd=ROOT, env=town.env, capture_output=True, text=True, check=False
    )


def get(town: Any, path: str) -> tuple[int, str]:
    """Fetch a public page."""
    connection = http.client.HTTPConnection("localhost", urlsplit(town.site).port)
    connection.request("GET", path, headers={"Host": urlsplit(town.site).netloc, "Accept-Language": "zh"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_ten_unions_stand_in_the_story_each_at_another_moment(town: Any) -> None:
    told = json.loads((town.home / "story.json").read_text())
    assert len(story.HOMES) == 10
    stages = {"open", "published", "small", "ceremony", "steward", "sealed", "challenged", "void", "paper", "tiny"}
    assert stages == {home.stage for home in story.HOMES}
    for stage, page in (
        ("open", "正在投票"),
        ("ceremony", "监票人正在开箱"),
    ):
        assert page in get(town, f"/hall/{told['polls'][stage]}")[1]
    assert "达到" in get(town, f"/r/{told['polls']['small']}")[1]
    assert "人数过少" in get(town, f"/r/{told['polls']['tiny']}")[1]


def test_it_says_what_it_does_as_it_happens(town: Any) -> None:
    assert town.said.count("·") >= 12
    assert "box.zip" in town.said


def test_the_published_box_verifies_under_its_trust_file(town: Any) -> None:
    box, trust = str(town.home / "box.zip"), str(town.home / "trust.json")
    good = run(town, "verify", box, "--trust", trust)
    assert good.returncode == 0, good.stdout + good.stderr
    assert "count: recomputed" in good.stdout
    assert run(town, "verify", box).returncode == 3


def test_a_link_steps_into_the_shoes_of_each_audience(town: Any) -> None:
    for _chinese, _english, who in DOORS:
        assert town.session(who)


def test_a_second_start_keeps_everything(town: Any) -> None:
    kept = ("story.json", "box.zip", "trust.json")
    before = [(town.home / name).read_bytes() for name in kept]
    again = run(town, "demo", "--no-serve")
    assert again.returncode == 0
    # It says that the story is there and where the box lies; of making and filling it says nothing, for it does none.
    said = [line for line in again.stdout.splitlines() if "·" in line]
    assert len(said) == 2, again.stdout
    assert "故事已经在这里" in said[0]
    assert "box.zip" in said[1]
    assert [(town.home / name).read_bytes() for name in kept] == before


def test_without_the_demo_switch_nobody_steps_into_anybodys_shoes(town: Any) -> None:
    env = {key: value for key, value in town.env.items() if key != "PINGJIA_DEMO"}
    refused = subprocess.run(
        [sys.executable, "-m", "pingjia", "demo", "--no-serve"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "PINGJIA_DEMO" in refused.stderr


def test_the_page_of_promises_has_eight_sentences(town: Any) -> None:
    page = get(town, "/who-sees-what")[1]
    first_list = page.split("<ol", 2)[1].split("</ol>")[0]
    assert first_list.count("<li") == 8
