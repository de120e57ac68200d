"""The recount of an objection: the verifier, run as anybody may run it, on the bundle that is published.

It is the same command that a doubter types at home, in a process of its own that gets two files and no secret. What it
says is filed with the objection and published with the finding. It is no independent word: it runs on the operator's
machine under the operator's trust file, which the pages say.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.core.verify.report import Exit
from pingjia.journal.actions import record
from pingjia.polls import bundles
from pingjia.polls.impartial import keep_out_the_judged, name_of
from pingjia.polls.models import Challenge, Opening, Poll, Recount
from pingjia.polls.refusal import NotYet, Refused
from pingjia.polls.resultsheet import opening_of
from pingjia.publiclog import trust

SECONDS = 300  # by the clock; the verifier takes about a millisecond of one core for a ballot
FAILURES_KEPT = 100
KEPT = ("boxes", "count", "formula", "practice", "root_checked", "subjects", "tier", "valid", "witnesses", "reason")
ROOT = Path(__file__).resolve().parents[2]


def countable(poll: Poll) -> Opening | None:
    """Return the opening whose bundle a recount reads; None for hand counts and before there is a result."""
    opening = opening_of(poll)
    return opening if opening is not None and opening.result is not None else None


def recount(one: Challenge, *, by: object) -> Recount:
    """Verify the published bundle of the poll that is objected to, and file what the verifier says."""
    poll = one.poll
    keep_out_the_judged(by, poll.unit, poll.year)
    if name_of(by) == one.raised_by:
        raise Refused(_("提出异议的人不能自己复核。"))
    opening = countable(poll)
    if opening is None:
        raise NotYet([_("这次投票没有复核文件：手工计票请当着监票人重新清点。")])
    raw, trusted = bundles.bundle(opening), trust.content()
    value = _verified(raw, trusted)  # before the transaction: it may take minutes
    with transaction.atomic():
        if not Challenge.objects.select_for_update().filter(pk=one.pk, upheld=None).exists():
            raise Refused(_("这条异议已经有结论了。"))
        failures = value.get("failures", [])
        made = Recount.objects.create(
            challenge=one,
            ran_at=timezone.now(),
            ran_by=name_of(by),
            verdict=value["exit"],
            failures=failures[:FAILURES_KEPT],
            failed=len(failures),
            report={key: value[key] for key in KEPT if key in value},
            bundle=hashlib.sha256(raw).hexdigest(),
            trust=hashlib.sha256(trusted).hexdigest(),
            version=metadata.version("pingjia"),
        )
        codes = sorted({failure["code"] for failure in failures})
        facts = {"bundle": made.bundle, "codes": codes, "verdict": made.verdict}
        record("poll.recounted", by=by, about=poll.poll_id, unit=poll.unit.code, **facts)
    return made


def _verified(raw: bytes, trusted: bytes) -> dict[str, Any]:
    """Return what the verifier prints as JSON. It and its workers are ended together when the time is up."""
    with tempfile.TemporaryDirectory() as folder:
        box, rule = Path(folder, "bundle.zip"), Path(folder, "trust.json")
        box.write_bytes(raw)
        rule.write_bytes(trusted)
        process = subprocess.Popen(  # noqa: S603 - our own program, on two files that we wrote
            [sys.executable, "-m", "pingjia.core.verify", str(box), "--trust", str(rule), "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},  # none of the site's own settings
            start_new_session=True,
        )
        try:
            out, _none = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise NotYet([_("票太多，网页上算不完。请按下面的办法在电脑上复核。")]) from error
    try:
        value = json.loads(out)
        Exit(value["exit"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotYet([_("复核程序没有算完。请再试一次，或者按下面的办法在电脑上复核。")]) from error
    return dict(value)
