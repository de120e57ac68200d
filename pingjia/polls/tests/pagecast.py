"""A small fixed cast for the page tests: one union with its people, a neighbour, a superior, a stranger."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.test import Client
from django.utils import timezone

from pingjia.people.models import Member, Role, Seat, User
from pingjia.polls import prepare
from pingjia.polls.models import Box, GradeCount, Opening, Poll, Scrutineer, State, SubjectResult
from pingjia.units.models import Kind, Unit

SUBJECTS = [("work", "工会工作", "three"), ("home", "职工之家建设", "three"), ("chair", "工会主席履职", "three")]
ROLES = ("member", "chair", "officer", "officer2", "scrutineer", "neighbour", "superior", "stranger")


def _unit(code: str, name: str, kind: str, parent: Unit | None) -> Unit:
    path = f"{parent.path if parent else ''}{code}/"
    depth = parent.depth + 1 if parent else 0
    return Unit.objects.create(code=code, name=name, kind=kind, parent=parent, path=path, depth=depth)


@dataclass
class Cast:
    """The people by role, and the unit whose poll they meet."""

    unit: Unit
    superior: Unit
    users: dict[str, User] = field(default_factory=dict)

    def client(self, role: str | None) -> Client:
        """Return a browser at the site's door, signed in as ``role`` (None: nobody)."""
        client = Client(headers={"host": "localhost:8000"})
        if role:
            client.force_login(self.users[role])
        return client


def cast(members: int = 30) -> Cast:
    """Make the cast with a roster of ``members`` lines, the chair's and the scrutineer's among them."""
    fed = _unit("HK", "海口市总工会", Kind.FEDERATION, None)
    unit = _unit("HK-MH", "美华织造厂工会", Kind.GRASSROOTS, fed)
    other = _unit("HK-QS", "青山小学工会", Kind.GRASSROOTS, fed)
    made = Cast(unit, fed)
    for role in ROLES:
        made.users[role] = User.objects.create_user(role, password=None, full_name=f"{role}本人")
    seats = [("chair", unit, Role.CHAIR), ("officer", unit, Role.OFFICER), ("officer2", unit, Role.WORK_GROUP)]
    seats += [("neighbour", other, Role.OFFICER), ("superior", fed, Role.ORGANISER)]
    for role, where, what in seats:
        Seat.objects.create(user=made.users[role], unit=where, role=what, since=date(2020, 1, 1))
    linked = [made.users["member"], made.users["chair"], made.users["scrutineer"]]
    for n in range(members):
        user = linked[n] if n < len(linked) else None
        Member.objects.create(unit=unit, no=f"{n + 1:04}", name=user.full_name if user else f"会员{n + 1}", user=user)
    return made


def draft(who: Cast, **facts: object) -> Poll:
    """Make this year's draft as an officer would."""
    now = timezone.now()
    usual = {
        "title": "会员评议职工之家 2026",
        "year": 2026,
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1),
        "subjects": SUBJECTS,
        "practice": True,
    }
    return prepare.create_poll(who.unit, by=who.users["officer"], **{**usual, **facts})


def at(poll: Poll, state: str, by: User) -> Poll:
    """Bring a draft to a later state as the database would show it (the ceremony itself has tests of its own)."""
    prepare.freeze_roll(poll, by=by)
    if state == State.ROLLED:
        return poll
    for position in (1, 2, 3):
        Scrutineer.objects.create(
            poll=poll,
            position=position,
            name=f"监票{position}",
            key=secrets.token_hex(32),
            invitation_hash=secrets.token_hex(32),
            acceptance=b"a" * 64,
        )
    Box.objects.create(poll=poll, order=1, kind="ballot", title="测评票箱", box_hash=secrets.token_hex(32))
    poll.keyset_hash, poll.poll_hash, poll.state = secrets.token_hex(32), secrets.token_hex(32), state
    if state in (State.DECLARED, State.CHALLENGED, State.FINAL):
        poll.declared_at = timezone.now()
    poll.save()
    return poll


def counted(poll: Poll, tier: str, valid: int, rows: list[dict[str, object]], invalid: int = 0) -> Opening:
    """Write what the scrutineers counted: one row a subject, ``counts`` only in the full tier."""
    opening = Opening.objects.create(
        set_id=secrets.token_hex(32),
        tier=tier,
        returned=valid + invalid,
        invalid=invalid,
        valid=valid,
        issued=valid + invalid,
        result=b"{}",
    )
    opening.boxes.set(poll.boxes.filter(kind="ballot"))
    for order, (subject, row) in enumerate(zip(poll.subjects.all(), rows, strict=False), 1):
        counts = row.pop("counts", None)
        line = SubjectResult.objects.create(opening=opening, order=order, code=subject.code, **row)
        for place, (code, count) in enumerate((counts or {}).items(), 1):
            GradeCount.objects.create(subject_result=line, order=place, code=code, count=count)
    return opening
