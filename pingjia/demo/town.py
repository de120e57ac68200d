"""Lay out the demo's town: federations, ten unions with their rosters, the cast with their seats."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.demo import story
from pingjia.people import disputes, identity, membership, overlaps
from pingjia.people.models import Category, Delegate, Delegation, Employment, Member, Role, Seat, Sex, Status, User
from pingjia.units.actions import planted
from pingjia.units.counting import recount
from pingjia.units.models import Firm, FurtherSuperior, Kind, Unit


def names(chance: random.Random, count: int) -> list[str]:
    """Draw names for a roster; two people may share one, as in life."""
    drawn = []
    for _n in range(count):
        family = chance.choice(story.FAMILY_2) if chance.random() < 0.03 else chance.choice(story.FAMILY)
        drawn.append(family + chance.choice(story.GIVEN))
    return drawn


def lay_out() -> dict[str, Unit]:
    """Create every unit of the story; return them by code."""
    units: dict[str, Unit] = {}

    def add(code: str, name: str, parent: str | None, kind: str, nature: str = "") -> Unit:
        above = units[parent] if parent else None
        units[code] = planted(above, code=code, name=name, kind=kind, nature=nature)
        units[code].save(force_insert=True)
        return units[code]

    for code, name, parent, kind in story.FEDERATIONS:
        add(code, name, parent, kind)
    for home in story.HOMES:
        unit = add(home.code, home.name, home.parent, home.kind, home.nature)
        for number, branch in enumerate(home.branches, 1):
            add(f"{home.code}-{number}", branch, home.code, Kind.BRANCH)
        if home.extra_superior:
            FurtherSuperior.objects.create(unit=unit, superior=units[home.extra_superior])
    for code, name, credit_code, left in story.FIRMS:
        today = timezone.localdate()
        joined, last = today - timedelta(days=700), today - timedelta(days=90) if left else None
        Firm.objects.create(unit=units[code], name=name, credit_code=credit_code, joined=joined, left=last)
    recount()
    return {unit.code: unit for unit in Unit.objects.filter(code__in=units)}


def settle(units: dict[str, Unit], chance: random.Random) -> dict[str, User]:
    """Fill the rosters, seat the cast; return the cast's users by key."""
    users = {person.key: User.objects.create_user(username=person.key, full_name=person.name) for person in story.CAST}
    term = timezone.localdate() - timedelta(days=500)
    for home in story.HOMES:
        _roster(home, units, users, chance)
        _delegates(home, units, chance, term)
    leave_to_settle(units, users)
    for person in story.CAST:
        for code, role in person.seats:
            former = role == "former_officer"
            Seat.objects.create(
                user=users[person.key],
                unit=units[code],
                role=Role.OFFICER if former else role,
                since=term,
                until=timezone.localdate() - timedelta(days=30) if former else None,
            )
    return users


def _roster(home: story.Home, units: dict[str, Unit], users: dict[str, User], chance: random.Random) -> None:
    cast = [person for person in story.CAST if person.member_of == home.code]
    everyone = [person.name for person in cast] + names(chance, home.members - len(cast))
    branches = [units[f"{home.code}-{n}"] for n in range(1, len(home.branches) + 1)] or [None]
    rows = []
    for number, name in enumerate(everyone, 1):
        draw = chance.random()
        rows.append(
            Member(
                unit=units[home.code],
                branch=branches[number % len(branches)],
                user=users[cast[number - 1].key] if number <= len(cast) else None,
                no=f"{home.code}{number:04d}",
                name=name,
                sex=Sex.FEMALE if number % 5 in (1, 3) else Sex.MALE,
                employment=Employment.PLATFORM if home.code == "KD" else Employment.CONTRACT,
                category=Category.FRONT_LINE if draw < 0.72 else Category.TECHNICAL if draw < 0.9 else Category.MANAGER,
                # In a large roster a few are retired: they keep their membership and have no vote.
                status=Status.RETAINED if home.members > 30 and number > len(cast) and draw > 0.97 else Status.ACTIVE,
            )
        )
    Member.objects.bulk_create(rows)


def _delegates(home: story.Home, units: dict[str, Unit], chance: random.Random, term: object) -> None:
    members = list(Member.objects.filter(unit=units[home.code], status=Status.ACTIVE))
    chance.shuffle(members)
    rows = []
    for position, name in enumerate(home.delegations):
        delegation = Delegation.objects.create(unit=units[home.code], name=name)
        for member in members[position * 12 : position * 12 + 12]:
            rows.append(Delegate(member=member, delegation=delegation, since=term))
    Delegate.objects.bulk_create(rows)


def leave_to_settle(units: dict[str, Unit], users: dict[str, User]) -> None:
    """Leave something on the officer's desk: an objection, somebody on the way, one person in two rosters."""
    works, textile = units["ZC"], units["FZ"]
    mine = Member.objects.filter(unit=works, user__isnull=False).exclude(user__in=[users["hejun"], users["qinlan"]])
    one = mine.select_related("unit", "user").order_by("pk").first()
    assert one is not None
    disputes.object_to(one, by=one.user, text=str(_("我三月起调到了热处理车间，名册上还是原来的分会。")))
    plain = Member.objects.filter(user=None, status=Status.ACTIVE).select_related("unit").order_by("pk")
    membership.ask_transfer(plain.filter(unit=textile)[2], works, by="system")
    here, there = (plain.filter(unit=unit)[5] for unit in (works, textile))
    Member.objects.filter(pk__in=[here.pk, there.pk]).update(name=here.name, id_hash=identity.id_hash("demo"))
    overlaps.find_overlaps(works)
