"""The house keeps its own rules: what the import linter cannot see, these tests see."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from django.apps import apps
from django.db.models import ForeignKey, ManyToManyField, OneToOneField

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ROOT / "pingjia"
# From the ground up; two rooms in one set may not point at each other.
FLOORS = [
    {"auth", "contenttypes", "sessions", "messages", "staticfiles"},
    {"ui", "intake", "publiclog"},
    {"journal", "ballotbox"},
    {"units"},
    {"people"},
    {"polls"},
    {"desks"},
    {"demo"},
]


def floor(label: str) -> int:
    """Return the floor of an app label."""
    return next(i for i, rooms in enumerate(FLOORS) if label in rooms)


def python_files() -> list[Path]:
    """Every line of ours that is not a test or written by Django."""
    return [p for p in ROOMS.rglob("*.py") if not {"tests", "migrations"} & set(p.relative_to(ROOMS).parts)]


def test_foreign_keys_point_down_or_stay_in_the_room() -> None:
    wrong = []
    for model in apps.get_models():
        label = model._meta.app_label
        if floor(label) == 0:
            continue
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | OneToOneField | ManyToManyField) and field.model is model:
                target = field.related_model._meta.app_label
                if target != label and floor(target) >= floor(label):
                    wrong.append(f"{label}.{model.__name__}.{field.name} → {target}")
    assert not wrong


def test_no_key_spans_the_roll_and_the_ballot_box() -> None:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | OneToOneField | ManyToManyField):
                ends = {model._meta.app_label == "ballotbox", field.related_model._meta.app_label == "ballotbox"}
                assert len(ends) == 1, f"{model.__name__}.{field.name} joins a ballot to the rest of the house"


def test_templates_use_only_their_own_room_and_ui() -> None:
    wrong = []
    for file in ROOMS.rglob("templates/**/*.html"):
        room = file.relative_to(ROOMS).parts[0]
        for name in re.findall(r'{%\s*(?:extends|include)\s+"([^"]+)"', file.read_text()):
            if name.split("/")[0] not in (room, "ui"):
                wrong.append(f"{file.relative_to(ROOT)} uses {name}")
    assert not wrong


def test_no_file_outgrows_its_room() -> None:
    long = [f"{p.relative_to(ROOT)}: {n}" for p in python_files() if (n := len(p.read_text().splitlines())) > 400]
    long += [
        f"{p.relative_to(ROOT)}: {n}"
        for p in ROOMS.rglob("templates/**/*.html")
        if (n := len(p.read_text().splitlines())) > 150
    ]
    assert not long


def test_no_function_outgrows_a_screen() -> None:
    long = []
    for file in python_files():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno > 70:
                long.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not long


def test_a_thing_with_a_name_gets_a_file_with_that_name() -> None:
    vague = {
        "utils",
        "util",
        "helpers",
        "helper",
        "manager",
        "managers",
        "service",
        "services",
        "handler",
        "base",
        "misc",
    }
    assert not [str(p) for p in python_files() if p.stem in vague]


def test_every_module_and_every_view_says_what_it_is_for() -> None:
    silent = []
    for file in python_files():
        tree = ast.parse(file.read_text())
        if tree.body and not ast.get_docstring(tree):
            silent.append(str(file.relative_to(ROOT)))
        if file.stem == "views" or file.stem.endswith("_views"):
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                    silent.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not silent


def test_no_page_carries_inline_style_or_script() -> None:
    wrong = []
    for file in ROOMS.rglob("templates/**/*.html"):
        text = file.read_text()
        if re.search(r"\sstyle=|\son\w+=|<style", text) or re.search(r"<script(?![^>]*\bsrc=)", text):
            wrong.append(str(file.relative_to(ROOT)))
    assert not wrong


def test_every_room_stands_in_the_floor_plan() -> None:
    plan = (ROOT / "ARCHITECTURE.md").read_text()
    rooms = [p.name for p in ROOMS.iterdir() if p.is_dir() and (p / "__init__.py").exists()]
    assert not [room for room in rooms if f"`{room}/`" not in plan]
    assert len(plan.splitlines()) < 150
