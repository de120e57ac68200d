"""A small fixed cast for this room's tests: two federations, two unions, and one person of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from django.utils import timezone

from pingjia.intake.child import read_any
from pingjia.intake.table import Limits, Table
from pingjia.people.models import Category, Member, Role, Seat, User
from pingjia.units.actions import create_unit
from pingjia.units.models import Kind, Nature, Unit


@dataclass
class Cast:
    """Units by code and people by what they are."""

    units: dict[str, Unit]
    users: dict[str, User]

    def client(self, who: str) -> Client:
        """Return a browser in which this person is signed in (``""``: nobody)."""
        client = Client(HTTP_HOST=urlsplit(settings.PINGJIA_SITE).netloc)
        if who:
            client.force_login(self.users[who])
        return client


def gather() -> Cast:
    """Create the cast: district 46, its neighbour 42; unions 46-A (with a branch) and 42-A."""
    units: dict[str, Unit] = {}
    for code, name, kind, parent in (
        ("46", "东区总工会", Kind.FEDERATION, None),
        ("42", "西区总工会", Kind.FEDERATION, None),
        ("46-A", "东风厂工会", Kind.GRASSROOTS, "46"),
        ("42-A", "西风厂工会", Kind.GRASSROOTS, "42"),
        ("46-A-1", "一车间分会", Kind.BRANCH, "46-A"),
    ):
        above = units[parent] if parent else None
        nature = Nature.STATE if kind == Kind.GRASSROOTS else ""
        units[code] = create_unit(above, by="system", code=code, name=name, kind=kind, nature=nature)
    today = timezone.localdate()
    users = {}
    for who, code, role, until in (
        ("chair", "46-A", Role.CHAIR, None),
        ("officer", "46-A", Role.OFFICER, None),
        ("former", "46-A", Role.OFFICER, today - timedelta(days=1)),
        ("group", "46-A", Role.WORK_GROUP, None),
        ("organiser", "46", Role.ORGANISER, None),
        ("neighbour", "42-A", Role.OFFICER, None),
        ("member", "", "", None),
        ("stranger", "", "", None),
    ):
        # No password: hashing one takes longer than a whole test; the tests of signing in set their own.
        users[who] = User.objects.create(username=who, full_name=who)
        if code:
            since = today - timedelta(days=400)
            Seat.objects.create(user=users[who], unit=units[code], role=role, since=since, until=until)
    for number, (who, category) in enumerate([("chair", Category.MANAGER), ("member", Category.FRONT_LINE)], 1):
        Member.objects.create(unit=units["46-A"], user=users[who], no=f"{number:04d}", name=who, category=category)
    return Cast(units, users)


def read_here(raw: bytes, *, sheet: str = "", limits: Limits | None = None) -> Table:
    """Read a file as ``intake.reading`` does, without the process of its own: for tests that send many small ones."""
    return read_any(raw, sheet, limits or Limits())


def fill(unit: Unit, count: int, start: int = 100, **more: Any) -> list[Member]:
    """Enter that many members at once."""
    rows = [Member(unit=unit, no=f"{start + n:05d}", name=f"会员{start + n}", **more) for n in range(count)]
    return Member.objects.bulk_create(rows)
