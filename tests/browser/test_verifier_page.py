"""The verifier as one saved file: opened from disk, without network, it recounts a box and names what is wrong."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pingjia.core.verify.tests.fixedkeys import TRUST
from pingjia.core.verify.tests.honest import honest
from pingjia.core.verify.tests.mutations import MUTATIONS
from pingjia.core.verify.tests.played import play

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as somebody saved it, away from everything else."""
    subprocess.run([ROOT / "bin" / "prepare", "booth"], check=True, capture_output=True)
    path = tmp_path_factory.mktemp("saved") / "verify.html"
    path.write_bytes((ROOT / "booth" / "dist" / "verify.html").read_bytes())
    return path


@pytest.fixture
def page(chromium: Any, saved: Path) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", offline=True)
    page = context.new_page()
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("console", lambda line: page.troubles.append(line.text) if line.type == "error" else None)
    page.on("request", lambda asked: page.troubles.append(asked.url) if asked.url.startswith("http") else None)
    page.goto(saved.as_uri())
    yield page
    assert page.troubles == []
    context.close()


def put(page: Any, slot: str, name: str, content: bytes) -> None:
    page.set_input_files(f"#file-{slot}", {"name": name, "mimeType": "application/octet-stream", "buffer": content})


def verdict(page: Any) -> str:
    page.wait_for_selector("#verdict", timeout=120_000)
    return str(page.inner_text("#verdict h1"))


def test_building_the_programs_alone_leaves_the_verifiers_page_whole(saved: Path) -> None:
    """Tests in the other language build their programs while pages are being served: neither may see half a page."""
    before = (ROOT / "booth" / "dist" / "verify.html").read_bytes()
    subprocess.run(["node", "build.mjs", "--cli"], cwd=ROOT / "booth", check=True)
    assert (ROOT / "booth" / "dist" / "verify.html").read_bytes() == before == saved.read_bytes()
    assert b"{{" not in before.partition(b"<style>")[0]


def test_an_honest_box_is_recounted_offline_and_then_compared(page: Any) -> None:
    election = honest("full")
    put(page, "zip", "box.zip", election.pack())
    assert verdict(page) == "前后一致，请比对箱号"
    assert page.inner_text(".number").replace("\n", "") == election.box.manifest.number
    text = page.inner_text("#report")
    assert "count: recomputed" in text
    assert "无见证" in text
    counts = page.locator(".subjects > li").first.locator(".figures b").all_inner_texts()
    first = election.result().subjects[0]
    assert counts == [*map(str, first.counts), str(first.blank)]
    page.click("text=我有箱号、回执或信任文件")
    page.fill("#box", election.box.manifest.number.lower())
    page.click("text=比对")
    page.wait_for_selector(".exit-0")
    assert verdict(page) == "核验通过"
    put(page, "trust", "trust.json", json.dumps(TRUST).encode())
    page.wait_for_selector("text=witness.example")
    page.click("text=English")
    page.wait_for_selector("text=Verified")
    assert not re.search(r"[\u4e00-\u9fff]", page.inner_text("#ask"))


def test_a_small_box_is_attested_and_a_big_file_never_leaves_the_page(page: Any) -> None:
    put(page, "zip", "box.zip", honest("band").pack())
    verdict(page)
    assert "count: attested" in page.inner_text("#report")


def test_what_a_dishonest_operator_did_is_named_with_place_and_party(page: Any) -> None:
    mutation = next(one for one in MUTATIONS if one.name == "a_missing_body")
    raw, _, expected = play(mutation)
    put(page, "zip", "box.zip", raw)
    assert verdict(page) == "核验不通过"
    (_, place, _), *_ = expected
    shown = page.inner_text(".failures")
    assert place in shown
    assert "body-missing" in shown
    assert "票箱" in shown


def test_a_file_that_is_no_box_gets_one_clear_sentence(page: Any) -> None:
    put(page, "zip", "holiday.zip", b"PK not really")
    assert verdict(page) == "无法核验"
    assert "请重新下载" in page.inner_text("#verdict")


def test_a_count_can_be_stopped_and_begun_again(page: Any) -> None:
    # The first outcome of any worker is held back until the button has been pressed: no race with a fast machine.
    page.evaluate("""() => {
        const set = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage").set;
        Object.defineProperty(Worker.prototype, "onmessage", {
            configurable: true,
            set(heard) { set.call(this, window.released ? heard : () => undefined); },
        });
    }""")
    put(page, "zip", "box.zip", honest("full").pack())
    page.click("text=停止核验")
    page.wait_for_selector("text=已停止")
    assert page.locator("#verdict").count() == 0
    page.evaluate("window.released = true")
    put(page, "zip", "again.zip", honest("full").pack())
    assert verdict(page) == "前后一致，请比对箱号"
