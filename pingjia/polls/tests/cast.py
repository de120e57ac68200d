"""The cast and the stage of this room's tests: one small town, and a poll brought to any state in one call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from pingjia.people.models import Member, Role, Seat, User
from pingjia.polls import prepare, rehearsal, sealing
from pingjia.polls.models import Opening, Poll
from pingjia.polls.scrutiny import SaidNo
from pingjia.units.models import Kind, Unit

SUBJECTS = [("home", "职工之家建设", "three"), ("chair", "工会主席履职", "three"), ("budget", "经费收支", "three")]
ALL_GOOD, ALL_FAIR, ALL_BAD, ALL_BLANK = [1, 1, 1], [2, 2, 2], [3, 3, 3], [0, 0, 0]


def user(name: str, unit: Unit | None = None, role: str | None = None) -> User:
    """Return a user of that name, seated at the unit where a role is given."""
    made, _new = User.objects.get_or_create(username=name, defaults={"full_name": name})
    if unit is not None and role is not None:
        Seat.objects.get_or_create(user=made, unit=unit, role=role, defaults={"since": date(2020, 1, 1)})
    return made


@dataclass
class Town:
    """A federation, a union with members, and everybody who has to do with its vote."""

    city: Unit
    mill: Unit
    officer: User
    second: User
    chair: User
    organiser: User
    members: list[Member]


def found_town(members: int, code: str = "mill") -> Town:
    """Found the town with a union of ``members`` active members, the first of them with a log-in."""
    city, _new = Unit.objects.get_or_create(
        code="46", defaults={"name": "海南省总工会", "kind": Kind.FEDERATION, "path": "46/", "depth": 0}
    )
    mill = Unit.objects.create(
        code=code, name=f"{code}纺织厂工会", kind=Kind.GRASSROOTS, parent=city, path=f"46/{code}/", depth=1
    )
    people = []
    for n in range(1, members + 1):
        login = user(f"{code}-member-{n}")
        people.append(Member(unit=mill, no=f"{n:04}", name=f"会员{n}", user=login))
    Member.objects.bulk_create(people)
    return Town(
        city=city,
        mill=mill,
        officer=user(f"{code}-officer", mill, Role.OFFICER),
        second=user(f"{code}-second", mill, Role.WORK_GROUP),
        chair=user(f"{code}-chair", mill, Role.CHAIR),
        organiser=user("organiser", city, Role.ORGANISER),
        members=list(Member.objects.filter(unit=mill)),
    )


@dataclass
class Stage:
    """A poll with what its people hold on paper: invitation codes, cards, slips."""

    town: Town
    poll: Poll
    invitations: list[str] = field(default_factory=list)
    cards: list[bytes] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    @property
    def opening(self) -> Opening:
        """The opening that counts the ballot box."""
        return Opening.objects.get(boxes__poll=self.poll)


def draft(town: Town, **rules: Any) -> Poll:
    """Create a practice poll, so that no clock matters."""
    now = timezone.now()
    facts: dict[str, Any] = {
        "title": "2026年度会员评家",
        "year": 2026,
        "opens_at": now,
        "closes_at": now + timedelta(days=1),
        "subjects": SUBJECTS,
        "practice": True,
        "with_opinions": False,
    }
    return prepare.create_poll(town.mill, by=town.officer, **(facts | rules))


def invited(town: Town, poll: Poll, count: int = 3) -> list[str]:
    """Seat scrutineers; return their codes."""
    names = [(f"监票人{n}", None) for n in range(1, count + 1)]
    return [code for _seat, code in prepare.invite_scrutineers(poll, by=town.officer, names=names)]


def sealed(members: int, **rules: Any) -> Stage:
    """Bring a poll to SEALED: roll frozen, ceremony played."""
    town = found_town(members)
    poll = draft(town, **rules)
    prepare.freeze_roll(poll, by=town.officer)
    stage = Stage(town, poll, invited(town, poll))
    stage.cards = rehearsal.play_sealing(stage.invitations)
    poll.refresh_from_db()
    return stage


def opened(members: int, slips: bool = True, **rules: Any) -> Stage:
    """Bring a poll to OPEN, with a named slip for everybody."""
    stage = sealed(members, **rules)
    if slips:
        stage.codes = [code for _entry, code in prepare.print_named_slips(stage.poll, by=stage.town.officer)]
    sealing.open_poll(stage.poll, by=stage.town.officer)
    return stage


def moment(text: str) -> datetime:
    """Return a time of the tests' time zone."""
    return timezone.make_aware(datetime.fromisoformat(text))


class Site(Client):
    """A browser at the site's door."""

    def __init__(self, **extra: Any) -> None:
        host = settings.PINGJIA_SITE.partition("://")[2]
        super().__init__(HTTP_HOST=host, **extra)


class BoothDoor(Client):
    """A browser at the booth's door: it brings no cookie and is given none."""

    def __init__(self, **extra: Any) -> None:
        host = settings.PINGJIA_BOOTH.partition("://")[2]
        super().__init__(HTTP_HOST=host, **extra)


class HttpBooth:
    """The scrutineers' side over HTTP."""

    def get(self, path: str) -> bytes:
        """See ``scrutiny.Booth``."""
        answer = BoothDoor().get(path)
        if answer.status_code != 200:
            raise LookupError(path)
        return bytes(answer.content)

    def post(self, path: str, question: dict[str, Any]) -> bytes:
        """See ``scrutiny.Booth``."""
        answer = BoothDoor().post(path, question, content_type="application/json")
        assert answer.status_code == 200
        assert not answer.cookies
        return bytes(answer.content)


class HttpDoors:
    """The member's side over HTTP; a fresh browser for every knock at the booth."""

    def __init__(self, site: Client | None = None) -> None:
        self.site = site or Site()

    def issue(self, request: bytes, user: User | None) -> bytes:
        """See ``rehearsal.Doors``."""
        if user is not None:
            self.site.force_login(user)
        answer = self.site.post(
            "/issue", request, content_type="application/octet-stream", headers={"X-Pingjia": "draw"}
        )
        return bytes(answer.content)

    def drop(self, box_hash: str, record: bytes) -> bytes:
        """See ``rehearsal.Doors``."""
        answer = BoothDoor().post(f"/drop/{box_hash}", record, content_type="application/octet-stream")
        assert not answer.cookies
        return bytes(answer.content)


def said_no(reason: str) -> Any:
    """Expect the relay to refuse with this reason."""
    return pytest.raises(SaidNo, match=f"^{reason}$")
