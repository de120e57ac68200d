"""Witnesses of a federation's log: who is asked for, and whether a box has found enough of them.

A box opens to voters, and to scrutineers, only once what fixes it (its manifest; its closing) stands under a checkpoint
that enough witnesses cosigned. (docs/spec/ballot.md §14)
"""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.core.tlog.entry import EntryType
from pingjia.journal.actions import record
from pingjia.polls import statements
from pingjia.polls.models import Box, Poll
from pingjia.polls.refusal import Refused
from pingjia.publiclog import actions, queries, witnesses
from pingjia.publiclog.models import Log, Witness
from pingjia.publiclog.queries import Witnessed
from pingjia.units.models import Unit

NOBODY_ASKED = Witnessed(0, (), ())


def logs_of(federation: Unit) -> list[Log]:
    """Return the federation's logs, the newest year first, real ones before rehearsals."""
    name = statements.log_name(federation)
    return list(Log.objects.filter(federation=name).order_by("-year", "practice").prefetch_related("witnesses"))


def _why(refusal: witnesses.NoWitness) -> Refused:
    sentences = {
        "no_key": _("这不是见证人的公钥。请让见证人把 pingjia witness 印出的那一行原样发来。"),
        "key_known": _("这把钥匙已经登记过，或者是日志自己的。一把钥匙只算一位见证人。"),
        "name_known": _("已经有同名的见证人。请先撤下原来的，再登记新钥匙。"),
        "too_many": _("见证人太多，或者名字太长。"),
        "unknown": _("没有这位见证人。"),
        "quorum": _("要求的见证人数不能比登记的多。请先登记见证人，或者先把人数改小。"),
    }
    return Refused(sentences[refusal.code])


@transaction.atomic
def register(log: Log, vkey: str, *, by: object, unit: Unit) -> Witness:
    """Take up a witness of this log (Refused)."""
    try:
        witness = witnesses.add(log, vkey)
    except witnesses.NoWitness as refusal:
        raise _why(refusal) from refusal
    record("log.witness_added", by=by, about=log.origin, unit=unit.code, name=witness.name, vkey=witness.vkey)
    return witness


@transaction.atomic
def withdraw(log: Log, name: str, *, by: object, unit: Unit) -> None:
    """Strike a witness of this log off (Refused)."""
    try:
        witnesses.drop(log, name)
    except witnesses.NoWitness as refusal:
        raise _why(refusal) from refusal
    record("log.witness_dropped", by=by, about=log.origin, unit=unit.code, name=name)


@transaction.atomic
def ask_for(log: Log, quorum: int, *, by: object, unit: Unit) -> None:
    """Set how many witnesses a box of this log needs before it is opened (Refused)."""
    try:
        witnesses.ask(log, quorum)
    except witnesses.NoWitness as refusal:
        raise _why(refusal) from refusal
    record("log.quorum_set", by=by, about=log.origin, unit=unit.code, quorum=quorum)


@transaction.atomic
def open_this_year(federation: Unit, *, by: object) -> Log:
    """Begin this year's log before the first box is sealed, so that witnesses can be asked in time."""
    log = actions.open_log(statements.log_name(federation), timezone.localdate().year)
    actions.publish_after_commit(log)
    record("log.opened", by=by, about=log.origin, unit=federation.code)
    return log


def of_manifests(poll: Poll) -> Witnessed:
    """Say who witnessed what fixes the poll's boxes: keys, manifests, and the list of the boxes."""
    entries = [(EntryType.MANIFEST, box.box_hash) for box in poll.boxes.all()]
    return _of(poll, [*entries, (EntryType.KEYSET, poll.keyset_hash), (EntryType.POLL, poll.poll_hash)])


def of_closings(boxes: list[Box]) -> Witnessed:
    """Say who witnessed the closings of boxes that are opened together: the one that is witnessed least."""
    found = [_of(box.poll, [(EntryType.CLOSE, statements.closing_digest(box.box_hash).hex())]) for box in boxes]
    return max(found, key=lambda one: one.lacking, default=NOBODY_ASKED)


def _of(poll: Poll, entries: list[tuple[EntryType, str]]) -> Witnessed:
    log = statements.log_of(poll)
    rows = [queries.find(log, kind, bytes.fromhex(digest)) for kind, digest in entries]
    # What stands last in the log is witnessed last; what does not stand there at all is witnessed by nobody.
    index = max((row.index if row else 2**53 for row in rows), default=0)
    if log.quorum and not log.checkpoints.filter(size__gt=index).exists() and not connection.in_atomic_block:
        actions.publish(log)  # a crash came between the entry and its checkpoint: witnesses wait for it
    return queries.witnessed(log, index)


def sentence(state: Witnessed) -> str:
    """Say what is missing and how to ask for it."""
    facts = {"n": state.lacking, "names": _("、").join(state.waiting)}
    return (
        _("公开日志还差 %(n)s 位见证人签字。请还没签字的（%(names)s）运行一轮见证程序 pingjia witness，签好以后再来。")
        % facts
    )
