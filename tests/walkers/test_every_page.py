"""One walk through every page, as everybody who may see it, in both languages, on a phone and on a desk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pypdf import PdfReader

from pingjia.core.tests.scale import proving
from tests.walkers.readers import READERS, context_for

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.browser
AXE = (ROOT / "booth/node_modules/axe-core/axe.min.js").read_text() if (ROOT / "booth/node_modules").exists() else ""
CJK = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]+")
LOOKS = [
    {"width": 390, "language": "zh-hans", "size": "large", "theme": "dark"},
    {"width": 1440, "language": "en", "size": "normal", "theme": "light"},
    {"width": 390, "language": "en", "size": "large", "theme": "light"},
    {"width": 1440, "language": "zh-hans", "size": "normal", "theme": "dark"},
]


def stranger_requests(page: Any, town: Any) -> list[str]:
    """Collect every request that leaves the two doors."""
    own = {urlsplit(town.site).netloc, urlsplit(town.booth).netloc}
    seen: list[str] = []
    page.on("request", lambda r: seen.append(r.url) if urlsplit(r.url).netloc not in own | {""} else None)
    return seen


# An empty state says what will stand here and leads on: a link or a button in it, or a form that follows. A table or a
# list without a row is an empty state that says nothing.
EMPTY_STATES = """() => {
  const shown = (node) => node.getClientRects().length > 0;
  const leads = (node) => [...node.querySelectorAll('a[href], button')].some(shown);
  const follows = (node) => [...document.querySelectorAll('main form')].some(
    (form) => shown(form) && node.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING);
  const around = (node) => node.parentElement.closest('.card') ?? node;
  const silent = [...document.querySelectorAll('main .empty')].filter((node) => shown(node) &&
    !(node.textContent.trim() && (leads(node) || leads(around(node)) || follows(node))));
  const bare = [...document.querySelectorAll('main table, main ul, main ol')].filter((node) => shown(node) &&
    (node.tagName === 'TABLE' ? !node.querySelector('td') : !node.querySelector('li')));
  return [...silent, ...bare].map((node) => node.outerHTML.slice(0, 160));
}"""


def axe_violations(page: Any) -> list[Any]:
    """Return what axe finds on an open page."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    return list(found["violations"])


def faults_of(page: Any, path: str, look: dict[str, Any], town: Any, *, thorough: bool) -> list[str]:
    """Look at one open page (if thorough, with axe); return what is wrong with it."""
    faults = []
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        faults.append(f"scrolls sideways by {wide} px")
    for violation in axe_violations(page) if thorough else ():
        nodes = [node["html"][:120] + " ← " + node.get("failureSummary", "")[:160] for node in violation["nodes"][:2]]
        faults.append(f"axe {violation['id']}: {nodes}")
    if page.locator("h1").count() != 1 or not page.locator("h1").inner_text().strip():
        faults.append("has not exactly one heading")
    if page.locator("main .primary").count() > 1:
        faults.append("has more than one primary button")
    faults += [f"has an empty state that leads nowhere: {node}" for node in page.evaluate(EMPTY_STATES)]
    if look["language"] == "en":
        text = page.evaluate(
            "(() => { const b = document.body.cloneNode(true);"
            " b.querySelectorAll('[lang=\"zh-hans\"], script').forEach(e => e.remove()); return b.textContent; })()"
        )
        for name in town.names:
            text = text.replace(name, "")
        if left := CJK.findall(text):
            faults.append(f"Chinese left in English: {left[:8]}")
    return [f"{path} {look}: {fault}" for fault in faults]


@pytest.mark.parametrize("who", READERS, ids=str)
@pytest.mark.parametrize("number", range(len(LOOKS) if proving() else 2))
def test_every_page_is_clean_on_a_phone_and_on_a_desk_in_both_languages(
    chromium: Any, town: Any, walk: Any, others: Any, number: int, who: str | None
) -> None:
    faults: list[str] = []
    look, looked_at = LOOKS[number], [*walk, *others] if number < 2 else walk
    context = context_for(chromium, town, who, look)
    page = context.new_page()
    strangers = stranger_requests(page, town)
    for turn, path in enumerate(stop.path for stop in looked_at if stop.reader == who):
        # Every day each page is seen in English on a desk and every other one on a phone, and axe looks at each once.
        dear = proving() or turn % 2 == number
        if dear or number:
            page.goto(town.site + path)
            faults += faults_of(page, path, look, town, thorough=dear)
    faults += [f"asks a third party: {url}" for url in strangers]
    context.close()
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)


def test_an_empty_state_without_a_next_step_would_be_found(chromium: Any) -> None:
    page = chromium.new_page()
    for body, found in (
        ("<div class=empty><p>还没有。</p><p><a class=button href=/x>新建</a></p></div>", 0),
        ("<div class=empty><p>还没有。</p></div><form><button>提出</button></form>", 0),
        ("<section class=card><div class=empty><p>还没有。</p></div><p><a href=/x>任职</a></p></section>", 0),
        ("<table><tr><td>1</td></tr></table><ul><li>x</li></ul>", 0),
        ("<div class=empty><p>还没有。</p></div>", 1),
        ("<form><button>提出</button></form><div class=empty><p>还没有。</p></div>", 1),
        ("<div class=empty><p>还没有。</p><a href=/x hidden>新建</a></div>", 1),
        ("<table><tr><th>姓名</th></tr></table>", 1),
        ("<ol style='height:1em'></ol>", 1),
    ):
        page.set_content(f"<main>{body}</main>")
        assert len(page.evaluate(EMPTY_STATES)) == found, body
    page.close()


@pytest.mark.parametrize("who", READERS, ids=str)
def test_every_page_works_without_script_and_prints_to_a4(chromium: Any, town: Any, walk: Any, who: str | None) -> None:
    faults: list[str] = []
    context = context_for(chromium, town, who, LOOKS[3], script=False)
    page = context.new_page()
    for number, path in enumerate([stop.path for stop in walk if stop.reader == who]):
        if not proving() and number % 2:
            continue
        page.goto(town.site + path)
        if not page.locator("main h1").inner_text().strip() or len(page.locator("main").inner_text()) < 20:
            faults.append(f"{path} says nothing without script")
        if proving() or number % 6 == 0:
            faults += [f"{path} {fault}" for fault in print_faults(page)]
    context.close()
    assert not faults, "\n".join(faults)


def test_the_contact_sheet_shows_each_page_on_a_phone_and_on_a_desk(
    chromium: Any, town: Any, walk: Any, tmp_path: Path
) -> None:
    from tests.walkers.pictures import contact_sheet

    assert "pytest tests/walkers/pictures.py" in (ROOT / "Makefile").read_text()
    two = [walk[0], next(stop for stop in walk if stop.reader)]
    contact_sheet(chromium, town, two, tmp_path)
    sheet = (tmp_path / "index.html").read_text()
    pictures = re.findall(r'<img src="([^"]+)">', sheet)
    assert sorted(pictures) == sorted(path.name for path in tmp_path.glob("*.png"))
    assert len(pictures) == 4
    assert all(stop.path in sheet for stop in two)
    widths = [int.from_bytes((tmp_path / name).read_bytes()[16:20], "big") for name in sorted(pictures)]
    assert sorted(widths) == [390, 390, 1440, 1440]


def print_faults(page: Any) -> list[str]:
    """Print the page as a browser would; an A4 sheet is 595 by 842 points."""
    import io

    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    box = reader.pages[0].mediabox
    if abs(float(box.width) - 595) > 2 or abs(float(box.height) - 842) > 2:
        return [f"prints on {box.width} × {box.height} points, not A4"]
    return []
