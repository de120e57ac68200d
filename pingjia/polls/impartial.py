"""Those who are judged have no right over the vote that judges them, whatever page or program asks for it.

The guards keep them from the pages; every action asks again, so that no new page can forget it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from pingjia.people import guards
from pingjia.people.models import User
from pingjia.polls.models import Poll
from pingjia.polls.refusal import Refused
from pingjia.units.models import Unit


def judges(poll: Poll, user: User) -> bool:
    """Say whether the poll judges this user: chair or vice-chair in its year or since, also if the seat has ended."""
    return guards.is_judged(user, poll.unit, poll.year)


def keep_out_the_judged(by: object, unit: Unit, year: int) -> None:
    """Refuse a chair or vice-chair of the unit, of today or of the year that is judged."""
    if isinstance(by, User) and guards.is_judged(by, unit, year):
        raise Refused(_("被评议的主席、副主席不能经办本次评议。请由工会干部、评议工作小组或上级组织部办理。"))


def only_superiors(by: object, poll: Poll) -> None:
    """Refuse everybody but an organiser of a superior of the poll's unit."""
    keep_out_the_judged(by, poll.unit, poll.year)
    if not isinstance(by, User) or not guards.leads(by, poll.unit):
        raise Refused(_("只有上级组织部可以办理。"))


def name_of(by: object) -> str:
    """Return the name under which the journal knows ``by``."""
    return getattr(by, "username", None) or str(by)
