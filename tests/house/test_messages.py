"""Chinese first, English complete: the catalogue is proved against the source at every run."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "pingjia/locale/en/LC_MESSAGES/django.po"
CJK = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
# A language's own name is written in that language.
NAMES = {"中文"}


def unquote(block: str) -> str:
    """Join the quoted lines of one msgid or msgstr."""
    text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', block))
    return text.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\")


def entries(po: str) -> list[tuple[str, list[str], bool]]:
    """Return (source, translations, fuzzy) of each entry but the header."""
    found = []
    for block in re.split(r"\n\s*\n", po):
        if "msgid" not in block or re.search(r"^#~", block, re.M):
            continue
        source = unquote(re.search(r"^msgid ((?:.*\n?)(?:\".*\n?)*)", block, re.M)[1])
        strings = [unquote(m) for m in re.findall(r"^msgstr(?:\[\d\])? ((?:.*\n?)(?:\".*\n?)*)", block, re.M)]
        if source:
            found.append((source, strings, "#, fuzzy" in block))
    return found


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The English catalogue as the source has it now (xgettext over a copy of the house)."""
    copy = tmp_path_factory.mktemp("messages") / "pingjia"
    shutil.copytree(ROOT / "pingjia", copy, ignore=shutil.ignore_patterns("tests", "__pycache__", "*.mo"))
    subprocess.run(
        ["python", "-m", "django", "makemessages", "-l", "en", "--no-location", "--no-wrap", "--no-obsolete"],
        cwd=copy,
        check=True,
        capture_output=True,
        env={"PATH": f"{ROOT}/.venv/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )
    return (copy / "locale/en/LC_MESSAGES/django.po").read_text()


def test_every_message_has_an_english_translation(fresh: str) -> None:
    left = [source for source, strings, fuzzy in entries(fresh) if fuzzy or not all(strings)]
    assert not left, f"{len(left)} messages lack English: {left[:20]}"


def test_no_english_message_equals_its_source_or_holds_a_chinese_character(fresh: str) -> None:
    wrong = [
        source
        for source, strings, _ in entries(fresh)
        if source not in NAMES and any(CJK.search(text) or text == source for text in strings)
    ]
    assert not wrong


def test_every_placeholder_survives_translation(fresh: str) -> None:
    holder = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    wrong = []
    for source, strings, _ in entries(fresh):
        wanted = set(holder.findall(source))
        wrong += [source for text in strings if text and not set(holder.findall(text)) <= wanted]
        wrong += [source for text in strings[-1:] if text and set(holder.findall(text)) != wanted]
    assert not wrong


# Marks between words that a reader sees. Where they join things outside a sentence they are messages of their own.
MARKS = re.compile(r"[、：；，（）\u3000]")
BILINGUAL = {"frozen.html"}  # a file that is kept for ever and has no language switch: both languages stand in it
TRANSLATED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}


def bare_marks(source: str) -> list[int]:
    """Return the lines of a module on which text made of such marks alone stands outside a translation."""
    tree = ast.parse(source)
    inside = {
        id(part)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in TRANSLATED
        for part in ast.walk(call)
    }
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    left = [node for node in texts if id(node) not in inside and MARKS.search(node.value)]
    return [node.lineno for node in left if not MARKS.sub("", node.value).strip()]


def test_no_chinese_mark_joins_words_outside_a_translation() -> None:
    wrong = []
    for file in (ROOT / "pingjia").rglob("*.py"):
        if not {"tests", "core", "demo", "migrations", "management"} & set(file.parts):
            wrong += [f"{file.relative_to(ROOT)}:{line}" for line in bare_marks(file.read_text())]
    for file in (ROOT / "pingjia").rglob("templates/**/*.html"):
        if file.name in BILINGUAL:
            continue
        text = re.sub(r"{%\s*blocktrans.*?endblocktrans\s*%}", "", file.read_text(), flags=re.S)
        text = re.sub(r'{%\s*trans\s+".*?%}|_\("[^"]*"\)|{#.*?#}', "", text)
        wrong += [f"{file.relative_to(ROOT)}: …{text[m.start() - 30 : m.end() + 10]}…" for m in MARKS.finditer(text)]
    assert not wrong, wrong
