"""What the walkers need to know of the story: values for parameters of addresses, and every name that stands in it."""

from __future__ import annotations

from typing import Any

from pingjia.people.models import Delegate, Delegation, Dispute, Member, Seat, User
from pingjia.polls.models import Grade, Opinion, Poll, PressureReport, RollEntry, Subject
from pingjia.units.models import Firm, Unit


def samples(polls: dict[str, Poll]) -> dict[str, list[dict[str, Any]]]:
    """Return parameter values by their names joined by a comma, or by a route's own name where one value needs another.

    ``polls`` are the story's polls by the stage of their union; the first value of each list is the published one,
    which the rights walker uses.
    """
    published = polls["published"]
    unit = published.unit
    entry = RollEntry.objects.filter(poll=published).order_by("pk")[3]
    report = PressureReport.objects.order_by("pk").first()
    assert report is not None
    member = Member.objects.filter(unit=unit, user=None).order_by("pk")[2]
    delegate = Delegate.objects.filter(delegation__unit=unit).order_by("pk").first()
    seat = Seat.objects.filter(unit=unit, role="chair").first()
    firm = Firm.objects.filter(unit__code="CY", left=None).first()
    assert delegate is not None
    assert firm is not None
    assert seat is not None
    every = [published, *[poll for stage, poll in sorted(polls.items()) if stage != "published"]]
    return {
        "code": [{"code": unit.code}],
        "unit": [{"unit": unit.code}],
        "desks:upper": [{"unit": "YZ-LJ"}],
        "units:tree": [{"code": "YZ-LJ"}],
        "polls:witnesses": [{"code": "YZ-LJ"}],
        "units:unit": [{"code": unit.code}, {"code": "YZ-LJ"}, {"code": "JY"}],
        "units:change": [{"code": unit.code, "act": act} for act in ("move", "split", "merge", "dissolve")],
        "people:roster_export": [{"code": "ZC", "kind": kind} for kind in ("xlsx", "csv")],
        "units:export": [{"code": "YZ-LJ", "kind": kind} for kind in ("xlsx", "csv")],
        "units:import": [{"code": "YZ-LJ"}],
        "units:rejected": [{"code": "YZ-LJ"}],
        "units:template": [{"code": "YZ-LJ"}],
        "poll_id": [{"poll_id": poll.poll_id} for poll in every],
        "poll_id,pk": [{"poll_id": published.poll_id, "pk": entry.pk}],
        "pk": [{"pk": report.pk}],
        "code,number": [{"code": unit.code, "number": member.pk}],
        "people:end_mandate": [{"code": unit.code, "number": delegate.pk}],
        "people:end_seat": [{"code": unit.code, "number": seat.pk}],
        "people:firms": [{"code": "CY"}],
        "people:release_firm": [{"code": "CY", "number": firm.pk}],
        "code,step": [{"code": unit.code, "step": "rules"}],
        "poll_id,step": [
            {"poll_id": published.poll_id, "step": "rules"},
            *({"poll_id": polls["steward"].poll_id, "step": step} for step in ("what", "who", "rules")),
        ],
        "polls:handcount": [{"poll_id": polls["paper"].poll_id}],
        "polls:convene": [{"poll_id": polls["steward"].poll_id}],
        "who": [{"who": "tianye"}],
    }


def names() -> list[str]:
    """Return every name and free text of the story, longest first: what may stay Chinese on an English page."""
    columns = [
        Unit.objects.values_list("name", flat=True),
        User.objects.values_list("full_name", flat=True),
        Firm.objects.values_list("name", flat=True),
        Member.objects.values_list("name", flat=True),
        Delegation.objects.values_list("name", flat=True),
        Poll.objects.values_list("title", flat=True),
        Poll.objects.values_list("void_reason", flat=True),
        Subject.objects.values_list("title", flat=True),
        Grade.objects.values_list("label", flat=True),
        Opinion.objects.values_list("text", flat=True),
        PressureReport.objects.values_list("text", flat=True),
        PressureReport.objects.values_list("answer", flat=True),
        Dispute.objects.values_list("text", flat=True),
        Dispute.objects.values_list("answer", flat=True),
    ]
    found = {text for column in columns for text in column if text}
    for poll in Poll.objects.prefetch_related("scrutineers", "challenges", "stewards"):
        found |= {one.name for one in poll.scrutineers.all()} | {one.name for one in poll.stewards.all()}
        found |= {text for one in poll.challenges.all() for text in (one.reason, one.finding) if text}
    return sorted(found, key=len, reverse=True)
