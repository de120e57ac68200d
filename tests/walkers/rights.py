"""Who may do what: one line for every address. The left set may read the page (GET), the right set may change by it.

The people stand in one relation each to the bearing works (``ZC``), whose published poll is the sample. Where an
address belongs to somebody else (a federation's import, the hauliers' convenor), ``demo/samples.py`` says to whom.
"""

from __future__ import annotations

from typing import Any

from tests.walkers.pages import Route

# Role → who of the cast plays it (None: nobody is logged in).
PEOPLE: dict[str, str | None] = {
    "member": "tianye",
    "judged": "qinlan",
    "officer": "hejun",
    "scrutineer": "fangming",
    "neighbour": "ouyang",
    "superior": "linwei",
    "ex_officer": "konglin",
    "stranger": "luren",
    "nobody": None,
}
ALL = frozenset(PEOPLE)
KNOWN = ALL - {"nobody"}
OWN = frozenset({"member", "judged", "officer", "scrutineer"})  # who stands on the union's roster
SEE = OWN | {"superior"}
STAFF = frozenset({"judged", "officer", "superior"})
RUN = frozenset({"officer", "superior"})
LEAD = frozenset({"superior"})
NONE: frozenset[str] = frozenset()

RIGHTS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    # Everybody
    "set_language": (NONE, ALL),
    "ui:appearance": (NONE, ALL),
    "people:login": (ALL, ALL),
    "people:logout": (NONE, ALL),
    "desks:front": (ALL, NONE),
    "demo:cast": (ALL, NONE),
    "demo:step_in": (ALL, NONE),
    "polls:who_sees_what": (ALL, NONE),
    "polls:how_it_works": (ALL, NONE),
    "polls:public_result": (ALL, NONE),
    "polls:hall": (ALL, NONE),
    "polls:hall_now": (ALL, NONE),
    "polls:enter": (ALL, NONE),
    "polls:draw": (ALL, NONE),
    "polls:kiosk_draw": (ALL, NONE),
    "polls:issue": (NONE, ALL),  # the code in its bytes is the right, not the login; its own tests prove the refusals
    "polls:practice": (ALL, ALL),
    # Whoever is logged in
    "people:password": (KNOWN, KNOWN),
    "people:my_entries": (KNOWN, KNOWN),
    "units:find": (KNOWN, NONE),
    "polls:my_polls": (KNOWN, NONE),
    "desks:home": (KNOWN, NONE),
    "desks:member": (KNOWN, NONE),
    # Members of the union
    "units:unit": (SEE, NONE),
    "polls:my_entry": (OWN, NONE),
    "polls:pressure": (OWN, OWN),
    "polls:challenge": (SEE, SEE),
    # Who works there, the judged included: reading
    "people:roster": (STAFF, NONE),
    "people:delegates": (STAFF, NONE),
    "people:seats": (STAFF, RUN),
    "polls:list": (STAFF, NONE),
    "polls:desk": (STAFF, NONE),
    "desks:unit": (STAFF, NONE),
    # Who runs the vote, never the judged
    "people:roster_import": (RUN, RUN),
    "people:roster_rejected": (RUN, NONE),
    "people:roster_columns": (RUN, RUN),
    "people:roster_export": (RUN, NONE),
    "people:roster_template": (RUN, NONE),
    "people:roster_undo": (RUN, RUN),
    "people:new_member": (RUN, RUN),
    "people:transfer": (RUN, RUN),
    "people:transfers": (RUN, RUN),
    "people:disputes": (RUN, RUN),
    "people:overlaps": (RUN, RUN),
    "people:member": (RUN, RUN),
    "people:new_delegates": (RUN, RUN),
    "people:end_mandate": (RUN, RUN),
    "people:end_seat": (LEAD, LEAD),
    "people:firms": (LEAD, LEAD),  # the eateries' joint union, where none of these but the superior belongs
    "people:release_firm": (LEAD, LEAD),
    "polls:witnesses": (LEAD, LEAD),
    "polls:new": (RUN, RUN),
    "polls:new_check": (RUN, RUN),
    "polls:new_step": (RUN, RUN),
    "polls:amend": (RUN, RUN),
    "polls:amend_step": (RUN, RUN),
    "polls:roll": (RUN, RUN),
    "polls:to_paper": (RUN, RUN),
    "polls:slips": (RUN, RUN),
    "polls:surplus": (RUN, RUN),
    "polls:checkin": (RUN, NONE),
    "polls:kiosk": (RUN, NONE),
    "polls:remind": (RUN, RUN),
    "polls:checkin_person": (RUN, RUN),
    "polls:checkin_undo": (RUN, RUN),
    "polls:scrutineers": (RUN, RUN),
    "polls:steward": (RUN, RUN),
    "polls:open": (RUN, RUN),
    "polls:close": (RUN, RUN),
    "polls:declare": (RUN, RUN),
    "polls:outcome": (RUN, NONE),
    "polls:report": (RUN, NONE),
    "polls:give_up": (RUN, RUN),
    "polls:finalise": (RUN, RUN),
    "polls:repeat": (RUN, RUN),
    # The superior
    "units:tree": (LEAD, NONE),
    "units:import": (LEAD, LEAD),
    "units:change": (LEAD, LEAD),
    "units:export": (LEAD, NONE),
    "units:rejected": (LEAD, NONE),
    "units:template": (LEAD, NONE),
    "polls:void": (LEAD, LEAD),
    "polls:issuance": (
        LEAD,
        NONE,
    ),  # and the union's auditors, whom the cast has none of: their tests are the room's own
    "polls:issuance_file": (LEAD, NONE),
    "polls:pressures": (LEAD, NONE),
    "polls:pressure_report": (LEAD, LEAD),
    "desks:upper": (LEAD, NONE),
    "polls:handcount": (LEAD, LEAD),  # the street cleaners' paper ballots: nobody else here has a seat there
    # The convenor of another union: whoever is logged in may type the code of an invitation, except the judged there
    "polls:convene": (KNOWN, KNOWN),
}


def sample(route: Route, samples: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return the parameters for the rights walk: the first sample, which is the bearing works' wherever it can be."""
    return (samples.get(route.name) or samples[",".join(route.parameters)])[0]
