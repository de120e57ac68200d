"""Taking an import back within the day: every line as it stood before, or nothing and a sentence that says why."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.journal.models import Line
from pingjia.people.models import Before, Delegate, Dispute, Member, Passage, RosterImport, Transfer
from pingjia.people.writing import rewrite
from pingjia.units.models import Unit
from pingjia.units.refusal import Refused

WITHIN = timedelta(days=1)


def last_import(unit: Unit) -> RosterImport | None:
    """Return the import that could be taken back next: the latest that stands and is not a day old."""
    standing = RosterImport.objects.filter(unit=unit, undone_at=None, at__gte=timezone.now() - WITHIN)
    return standing.order_by("-pk").first()


def why_not(batch: RosterImport) -> list[str]:
    """Return everything that keeps an import from being taken back."""
    if batch.undone_at:
        return [_("这次导入已经撤销过了。")]
    reasons = []
    if batch.at < timezone.now() - WITHIN:
        reasons.append(_("导入已过一天，不能撤销。请导入改正后的名册。"))
    if RosterImport.objects.filter(unit=batch.unit, pk__gt=batch.pk, undone_at=None).exists():
        reasons.append(_("这以后又导入过名册，请先撤销后来的那次。"))
    second = batch.at.replace(microsecond=0)
    if Line.objects.filter(unit=batch.unit.code, verb="poll.roll_frozen", at__gte=second).exists():
        reasons.append(_("已经按这份名册冻结了投票名册，不能撤销。请导入改正后的名册，从下一次冻结起算。"))
    touched = batch.written_count - Member.objects.filter(written_in=batch).count()
    new = _entered(batch)
    dealt = [model.objects.filter(member__in=new) for model in (Delegate, Transfer, Dispute)]
    if touched or any(found.exists() for found in dealt):
        reasons.append(_("导入以后有人改过这些会员，撤销会丢掉那些改动。请逐个改正，或导入改正后的名册。"))
    return reasons


def _entered(batch: RosterImport) -> list[int]:
    """Return the keys of those whom the import entered: it wrote them and they have no line before it."""
    changed = Before.objects.filter(batch=batch).values("member_id")
    return list(Member.objects.filter(written_in=batch).exclude(pk__in=changed).values_list("pk", flat=True))


@transaction.atomic
def undo_import(batch: RosterImport, *, by: object) -> RosterImport:
    """Put every line back as it stood; raises ``Refused`` with everything that stands against it."""
    Unit.objects.select_for_update().get(pk=batch.unit_id)
    reasons = why_not(RosterImport.objects.select_related("unit").get(pk=batch.pk))
    if reasons:
        raise Refused(*reasons)
    entered = _entered(batch)
    _restore(batch)
    Passage.objects.filter(batch=batch).delete()
    try:
        for start in range(0, len(entered), 500):
            Member.objects.filter(pk__in=entered[start : start + 500]).delete()
    except ProtectedError as held:
        raise Refused(_("导入的会员已经用在别处，不能撤销。请导入改正后的名册。")) from held
    # Groups before their branches: a longer path lies deeper.
    for unit in Unit.objects.filter(code__in=batch.founded).order_by("-depth"):
        if not Member.objects.filter(branch=unit).exists() and not Member.objects.filter(group=unit).exists():
            _unfound(unit)
    batch.undone_at = timezone.now()
    batch.save(update_fields=["undone_at"])
    unit = batch.unit
    record("undo_import", by=by, about=unit.code, unit=unit.code, lines=batch.written_count)
    return batch


def _restore(batch: RosterImport) -> None:
    lines: list[Member] = []
    for before in Before.objects.filter(batch=batch).select_related("member").iterator(chunk_size=1000):
        for column, value in before.fields.items():
            setattr(before.member, column, value)
        lines.append(before.member)
        for pk, until in before.mandates.items():
            Delegate.objects.filter(pk=pk).update(until=until)
        if len(lines) == 500:
            rewrite(lines)
            lines = []
    rewrite(lines)


def _unfound(unit: Unit) -> None:
    """Take a founded branch away again, unless something else already hangs on it."""
    try:
        with transaction.atomic():
            unit.delete()
    except ProtectedError:
        return
