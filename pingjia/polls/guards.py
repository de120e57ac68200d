"""Who may touch a poll. The first line of every view of this room is a call into this file.

A poll that a user may not see does not exist for that user (404). Those who are judged never run the poll that judges
them (403), whatever other seat they hold; the work group's convenor may hold a seat for one poll alone (``Steward``).
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.people import guards as people
from pingjia.people.models import Role, Seat, User
from pingjia.polls.impartial import judges
from pingjia.polls.models import Poll, PressureReport, RollEntry, State
from pingjia.units import queries as units
from pingjia.units.models import Unit

# Before sealing a poll is the unit's own draft: outsiders learn nothing of it, not even that it exists.
PRIVATE_STATES = (State.DRAFT,)


def _poll(poll_id: str) -> Poll:
    poll = Poll.objects.select_related("unit").filter(poll_id=poll_id).first()
    if poll is None:
        raise Http404
    return poll


def _not_for_the_judged() -> PermissionDenied:
    return PermissionDenied(_("被评议的主席、副主席不能经办本次评议。请由工会干部、评议工作小组或上级组织部办理。"))


def is_steward(user: User, poll: Poll) -> bool:
    """Say whether the user accepted the convenor's seat for this poll."""
    return user.is_authenticated and poll.stewards.filter(user=user).exists()


def runs(user: User, poll: Poll) -> bool:
    """Say whether the user may run this poll: not judged, and an officer, a steward, or the superior's organiser."""
    if not user.is_authenticated or judges(poll, user):
        return False
    return people.holds(user, poll.unit, *people.RUNNERS) or is_steward(user, poll) or people.leads(user, poll.unit)


def poll_run(request: HttpRequest, poll_id: str) -> Poll:
    """Return a poll that this user may run; 404 to strangers, 403 to the judged and to members without a seat."""
    poll = _poll(poll_id)
    if not runs(people.signed_in(request), poll):
        people.unit_run(request, poll.unit.code)  # raises the refusal that fits this user
        if judges(poll, request.user):  # the seat has ended, what it is judged by has not
            raise PermissionDenied(
                _("被评议的主席、副主席不能经办本次评议。请由工会干部、评议工作小组或上级组织部办理。")
            )
        raise PermissionDenied(_("只有工会干部、评议工作小组和上级组织部可以办理。"))
    return poll


def poll_seen(request: HttpRequest, poll_id: str) -> Poll:
    """Return a poll whose state this user may read: those who run it, and the unit's staff, the judged included."""
    poll = _poll(poll_id)
    if not runs(people.signed_in(request), poll):
        people.unit_staffed(request, poll.unit.code)
    return poll


def poll_led(request: HttpRequest, poll_id: str) -> Poll:
    """Return a poll of a unit that this user's federation leads; its own people get 403, strangers 404."""
    poll = _poll(poll_id)
    people.unit_led(request, poll.unit.code)
    if judges(poll, people.signed_in(request)):
        raise _not_for_the_judged()
    return poll


def audits(user: User, poll: Poll) -> bool:
    """Say whether the user may read the list of issuance: the unit's auditors and superiors' organisers, not judged."""
    if not user.is_authenticated or judges(poll, user):
        return False
    return people.holds(user, poll.unit, Role.AUDITOR) or people.leads(user, poll.unit)


def poll_audited(request: HttpRequest, poll_id: str) -> Poll:
    """Return a poll whose list of issuance this user may read; its other people get 403, strangers 404."""
    poll = _poll(poll_id)
    if not audits(people.signed_in(request), poll):
        people.unit_seen(request, poll.unit.code)
        raise PermissionDenied(_("只有经费审查委员和上级组织部可以核对领票记录。"))
    return poll


def poll_as_member(request: HttpRequest, poll_id: str) -> tuple[Poll, RollEntry | None]:
    """Return a poll of this member's own union and the member's own line of its roll, if there is one; else 404."""
    poll = _poll(poll_id)
    user = people.signed_in(request)
    entry = RollEntry.objects.filter(poll=poll, member__user=user).first()
    if entry is None and not people.members_of(user, poll.unit).exists():
        raise Http404
    return poll, entry


def poll_public(poll_id: str) -> Poll:
    """Return a poll that anybody with its address may read about: any but a draft; else 404."""
    poll = _poll(poll_id)
    if poll.state in PRIVATE_STATES:
        raise Http404
    return poll


def poll_for_convenor(request: HttpRequest, poll_id: str) -> Poll:
    """Return a poll that has an invitation out for a convenor; the code on the slip is the right, not the login."""
    user = people.signed_in(request)
    poll = _poll(poll_id)
    if not poll.stewards.exists():
        raise Http404
    if judges(poll, user):
        raise _not_for_the_judged()
    return poll


def led_units(request: HttpRequest) -> list[Unit]:
    """Return the federations at which this user is an organiser; 403 to everybody else."""
    user = people.signed_in(request)
    seats = people.seats(user).filter(role=Role.ORGANISER).select_related("unit")
    if not seats:
        raise PermissionDenied(_("只有上级组织部可以办理。"))
    return [seat.unit for seat in seats]


def pressure_read(request: HttpRequest, pk: int) -> PressureReport:
    """Return a pressure report from a unit below this organiser; to everybody else it does not exist.

    Nor to an organiser whom that unit's ballot judges.
    """
    user = people.signed_in(request)
    report = PressureReport.objects.select_related("poll__unit").filter(pk=pk).first()
    if report is None or not people.leads(user, report.poll.unit) or judges(report.poll, user):
        raise Http404
    return report


def led_unit_ids(request: HttpRequest) -> set[int]:
    """Return the keys of all Staff Homes below this organiser's federations, but for those that judge this user."""
    below = {pk for unit in led_units(request) for pk in units.homes_below(unit).values_list("pk", flat=True)}
    return below - set(people.judged_units(request.user))


def may_be_convened(unit: Unit, year: int) -> bool:
    """Say whether the unit has nobody but the judged to run its vote, so that a convenor is needed."""
    today = timezone.localdate()
    held = Seat.objects.filter(unit=unit, since__lte=today).exclude(until__lt=today)
    judged = set(people.judged_seats(unit, year).values_list("user_id", flat=True))
    return not held.filter(role__in=people.RUNNERS).exclude(user_id__in=judged).exists()
