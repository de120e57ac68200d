"""What this user may touch. The first line of every view is a call into this file.

The rule behind all of it: a page that a user may not see does not exist for that user (404); a page that exists but
where this user's seat is not enough says who may (403). Those who are judged never run the vote that judges them.
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.people.models import JUDGED, Member, Role, Seat, Status, User
from pingjia.units import queries as units
from pingjia.units.models import FurtherSuperior, Unit

# Seats that run a union's business, in the wide sense: they may see its working pages.
STAFF = (Role.CHAIR, Role.VICE_CHAIR, Role.OFFICER, Role.WORK_GROUP, Role.AUDITOR)
# Seats that run a vote. The judged are not among them, and holding both kinds counts as being judged.
RUNNERS = (Role.OFFICER, Role.WORK_GROUP)


def seats(user: User, on: date | None = None) -> QuerySet[Seat]:
    """Return the seats that the user holds on that day (today unless told): ended and future ones do not count."""
    if not user.is_authenticated:
        return Seat.objects.none()
    day = on or timezone.localdate()
    return Seat.objects.filter(Q(until__isnull=True) | Q(until__gte=day), user=user, since__lte=day)


def signed_in(request: HttpRequest) -> User:
    """Return the user, or 403 with the way to log in."""
    if not request.user.is_authenticated:
        raise PermissionDenied(_("请先登录。"))
    return request.user


def holds(user: User, unit: Unit, *roles: str) -> bool:
    """Say whether the user holds one of these seats at the unit itself today."""
    return seats(user).filter(unit=unit, role__in=roles).exists()


def is_judged(user: User, unit: Unit, year: int | None = None) -> bool:
    """Say whether the unit's ballot judges this user: chair or vice-chair today or, if told, at any time in ``year``.

    A vote on a year judges those who held the seat in it: a seat that ended yesterday, or last month, still counts.
    """
    if holds(user, unit, *JUDGED):
        return True
    if year is None or not user.is_authenticated:
        return False
    return judged_seats(unit, year).filter(user=user).exists()


def judged_seats(unit: Unit, year: int) -> QuerySet[Seat]:
    """Return the chair's and vice-chairs' seats that were held at the unit in that year or since then, up to today."""
    begin = date(min(max(year, date.min.year), date.max.year), 1, 1)
    lasted = Q(until__isnull=True) | Q(until__gte=begin)
    return Seat.objects.filter(lasted, unit=unit, role__in=JUDGED, since__lte=timezone.localdate())


def judged_units(user: User) -> QuerySet[Seat, int]:
    """Return the keys of the units whose ballots judge this user today, for use in other queries."""
    return seats(user).filter(role__in=JUDGED).values_list("unit_id", flat=True)


def leads(user: User, unit: Unit) -> bool:
    """Say whether the user is an organiser at any superior of the unit, on the lead line or a further one."""
    return seats(user).filter(role=Role.ORGANISER, unit_id__in=units.superiors(unit)).exists()


def members_of(user: User, unit: Unit) -> QuerySet[Member]:
    """Return the user's own active entries in the unit's roster."""
    if not user.is_authenticated:
        return Member.objects.none()
    return Member.objects.filter(user=user, unit=unit, status=Status.ACTIVE)


def unit_seen(request: HttpRequest, code: str) -> Unit:
    """Return a unit whose page this user may read: own members, its staff, and its superiors; else 404."""
    unit = Unit.objects.filter(code=code).first()
    user = signed_in(request)
    if unit is None:
        raise Http404
    own = seats(user).filter(unit=unit).exists() or members_of(user, unit).exists()
    if own or leads(user, unit):
        return unit
    raise Http404


def unit_staffed(request: HttpRequest, code: str) -> Unit:
    """Return a unit whose working pages (roster, ballot desk) this user may read: its staff and its superiors."""
    unit = unit_seen(request, code)
    if holds(request.user, unit, *STAFF, Role.ORGANISER) or leads(request.user, unit):
        return unit
    raise PermissionDenied(_("这一页只给本工会工作人员和上级组织部。"))


def may_run(user: User, unit: Unit) -> bool:
    """Say whether the user may run the vote and keep the roster: a runner there or an organiser above, not judged."""
    return not is_judged(user, unit) and (holds(user, unit, *RUNNERS) or leads(user, unit))


def unit_run(request: HttpRequest, code: str) -> Unit:
    """Return a unit whose vote and roster this user may run.

    Officers and the work group may, and the superior's organiser; a chair or vice-chair may not, whatever other seat
    that person holds: those who are judged never run the vote.
    """
    unit = unit_staffed(request, code)
    if is_judged(request.user, unit):
        raise PermissionDenied(_("被评议的主席、副主席不能经办本次评议。请由工会干部、评议工作小组或上级组织部办理。"))
    if holds(request.user, unit, *RUNNERS) or leads(request.user, unit):
        return unit
    raise PermissionDenied(_("只有工会干部、评议工作小组和上级组织部可以办理。"))


def giveable_roles(user: User, unit: Unit) -> tuple[str, ...]:
    """Return the roles that this user may give or end at the unit; never to themselves, see ``actions.give_seat``.

    A superior's organiser records every election. A federation's own organisers look after its other seats. A union's
    officer seats helpers; who is judged, and so locked out of the vote, is never the union's own business.
    """
    if is_judged(user, unit):
        return ()
    if leads(user, unit):
        return tuple(role for role in Role.values if unit.is_federation or role != Role.ORGANISER)
    if unit.is_federation and holds(user, unit, Role.ORGANISER):
        return (Role.ORGANISER, Role.OFFICER, Role.AUDITOR)
    if holds(user, unit, Role.OFFICER):
        return (Role.OFFICER, Role.WORK_GROUP, Role.AUDITOR)
    return ()


def unit_seated(request: HttpRequest, code: str) -> tuple[Unit, tuple[str, ...]]:
    """Return a unit whose seats this user may read, with the roles that this user may give or end there.

    Changing anything (any method but GET) without such a role is refused.
    """
    unit = unit_staffed(request, code)
    roles = giveable_roles(request.user, unit)
    if request.method not in ("GET", "HEAD") and not roles:
        raise PermissionDenied(_("任职由工会干部或上级组织部登记；被评议的主席、副主席不能登记任职。"))
    return unit, roles


def own_entries(request: HttpRequest) -> QuerySet[Member]:
    """Return the user's own entries in every roster, whatever their status."""
    return Member.objects.filter(user=signed_in(request))


def units_seen(request: HttpRequest) -> QuerySet[Unit]:
    """Return every unit whose page this user may read: ``unit_seen``, said of all at once (for lists and search)."""
    user = signed_in(request)
    own = seats(user).values("unit_id")
    entries = Member.objects.filter(user=user, status=Status.ACTIVE).values("unit_id")
    return Unit.objects.filter(_led_by(user) | Q(pk__in=own) | Q(pk__in=entries))


def rosters_seen(request: HttpRequest) -> QuerySet[Unit]:
    """Return every unit whose roster this user may read: ``unit_staffed``, said of all at once."""
    user = signed_in(request)
    staffed = seats(user).filter(role__in=[*STAFF, Role.ORGANISER]).values("unit_id")
    return Unit.objects.filter(_led_by(user) | Q(pk__in=staffed))


def _led_by(user: User) -> Q:
    """Return the condition "stands below a unit where the user is an organiser", on any line."""
    led = Q(pk__in=[])
    for seat in seats(user).filter(role=Role.ORGANISER).select_related("unit"):
        here = units.at_or_below(seat.unit.path)
        linked = FurtherSuperior.objects.filter(superior__in=Unit.objects.filter(here))
        led |= here | Q(pk__in=linked.values("unit_id"))
    return led


def unit_led(request: HttpRequest, code: str) -> Unit:
    """Return a unit that this user's federation leads; the unit's own people get 403, strangers 404."""
    unit = unit_seen(request, code)
    if leads(request.user, unit):
        return unit
    raise PermissionDenied(_("只有上级组织部可以办理。"))


def federation(request: HttpRequest, code: str) -> Unit:
    """Return a federation at which this user is an organiser; else 404."""
    unit = Unit.objects.filter(code=code).first()
    if unit is None or not holds(signed_in(request), unit, Role.ORGANISER):
        raise Http404
    return unit
