"""What a dishonest operator tries, and what must be found: each mutation returns its (code, place, party) set.

The operator holds every key, so each mutation signs again whatever it takes to hide the deed; what is left cannot be
hidden without the members' one-time keys, the earlier log, or people who look.
"""

from __future__ import annotations

from pingjia.core.verify.tests.mutations import custody, files, heads, log, openings, papers, pools
from pingjia.core.verify.tests.mutations.registry import MUTATIONS, Expected, Mutation

SUBJECTS = (files, papers, pools, log, heads, custody, openings)  # each has written its deeds into MUTATIONS

__all__ = ["MUTATIONS", "SUBJECTS", "Expected", "Mutation"]
