"""An objection as a page shows it: what was objected, what the recount said in people's words, what was found."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pingjia.core.verify import wording
from pingjia.core.verify.failures import Code
from pingjia.core.verify.report import Count
from pingjia.polls.forms import CHALLENGES
from pingjia.polls.models import Poll, Recount


def objections(poll: Poll) -> list[dict[str, Any]]:
    """Return every objection to a poll: {one, kind, recounts}."""
    kinds = dict(CHALLENGES)
    labels = {s.code: [_(g.label) for g in s.grade_set.grades.all()] for s in poll.subjects.select_related("grade_set")}
    return [
        {
            "one": one,
            "kind": kinds.get(one.code, one.code),
            "recounts": [_shown(each, labels) for each in one.recounts.all()],
        }
        for one in poll.challenges.prefetch_related("recounts")
    ]


def _shown(made: Recount, labels: dict[str, list[str]]) -> dict[str, Any]:
    language = wording.ENGLISH if (get_language() or "").startswith("en") else wording.CHINESE
    failures = [
        {
            "code": row["code"],
            "sentence": wording.failure(Code(row["code"]), language),
            "place": row["place"],
            "party": wording.party(row["party"], language),
        }
        for row in made.failures
    ]
    subjects = [
        {"title": row["title"], "cells": _cells(row["numbers"], labels.get(row["code"], []))}
        for row in made.report.get("subjects", [])
        if row["count"] == Count.RECOMPUTED and row["numbers"]
    ]
    return {
        "one": made,
        "verdict": wording.sentence("verdicts", str(made.verdict), language),
        "reason": wording.sentence("unreadable", made.report["reason"], language) if "reason" in made.report else "",
        "failures": failures,
        "more": made.failed - len(failures),
        "boxes": made.report.get("boxes", []),
        "subjects": subjects,
    }


def _cells(numbers: dict[str, Any], labels: list[str]) -> list[tuple[str, int]]:
    """Return (words, count) of one subject: by grade where the tier shows grades, else by side."""
    counts = numbers["counts"]
    if len(counts) == len(labels):
        cells = list(zip(labels, counts, strict=True))
    else:
        cells = [(_("认同"), numbers["favourable"]), (_("不认同"), numbers["unfavourable"])]
    return [*cells, (_("弃权"), numbers["blank"])]
