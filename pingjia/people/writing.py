"""Writing a roster's plan, all of it or nothing, and remembering what it replaced so that it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from pingjia.core.letters import letters
from pingjia.intake.columns import plain
from pingjia.journal.actions import record
from pingjia.people.models import Before, Delegate, Member, Passage, PassageKind, RosterImport, Status
from pingjia.people.overlaps import find_overlaps
from pingjia.people.queries import in_term
from pingjia.people.roster import Plan
from pingjia.people.rows import Row
from pingjia.units.actions import create_unit
from pingjia.units.models import Kind, Unit
from pingjia.units.refusal import Refused

A_BATCH = 1000
# What a line keeps of itself before an import changes it; places by key.
KEPT = (
    "name", "category", "status", "branch_id", "group_id", "employment", "sex", "joined_at", "left_at", "id_hash",
    "birth_hash", "written_in_id",
)  # fmt: skip
Progress = Callable[[int, int], None]
T = TypeVar("T")


@transaction.atomic
def apply_roster(plan: Plan, *, by: object, progress: Progress | None = None) -> RosterImport:
    """Write a roster's plan: found branches, enter the new, change the changed, let the absent leave."""
    if plan.errors:
        raise Refused(*(str(error) for error in plan.errors))
    founded = _found(plan, by)
    batch = RosterImport.objects.create(
        unit=plan.unit, by=getattr(by, "username", None) or str(by), founded=founded,
        new=len(plan.new), changed=len(plan.changed), left=len(plan.left),
    )  # fmt: skip
    done, total = 0, batch.written_count
    for part in _batches(plan.new):
        Member.objects.bulk_create([_member(plan, row, batch) for row in part])
        done = _tell(progress, done + len(part), total)
    for changes in _batches(plan.changed):
        _remember(batch, [change.member for change in changes])
        for change in changes:
            _change(plan, change.member, change.row, {what: value for what, _was, value in change.differences}, batch)
        rewrite([change.member for change in changes])
        done = _tell(progress, done + len(changes), total)
    for members in _batches(plan.left):
        _remember(batch, members)
        keys = [member.pk for member in members]
        Member.objects.filter(pk__in=keys).update(status=Status.LEFT, left_at=timezone.localdate(), written_in=batch)
        _passages(members, PassageKind.LEFT, batch)
        done = _tell(progress, done + len(members), total)
    find_overlaps(plan.unit)
    record(
        "import_roster",
        by=by,
        about=plan.unit.code,
        unit=plan.unit.code,
        new=batch.new,
        changed=batch.changed,
        left=batch.left,
    )
    return batch


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while part := list(islice(rest, A_BATCH)):
        yield part


def _tell(progress: Progress | None, done: int, total: int) -> int:
    if progress:
        progress(done, total)
    return done


def _found(plan: Plan, by: object) -> list[str]:
    """Found the branches and groups that the table names and the union has not; return their codes."""
    codes = []
    for (branch_key, group_key), (branch, group) in plan.places.new.items():
        above = plan.places.branches.get(branch_key) if branch else None
        kind = Kind.GROUP if group_key else Kind.BRANCH
        parent = above or plan.unit
        one = create_unit(parent, by=by, code=_next_code(parent), name=group or branch, kind=kind)
        codes.append(one.code)
        if group_key:
            plan.places.groups[str(parent.pk), group_key] = one
        else:
            plan.places.branches[plain(branch)] = one
    return codes


def _next_code(unit: Unit) -> str:
    taken = set(Unit.objects.filter(code__startswith=f"{unit.code}-").values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"{unit.code}-{n}") not in taken)


def _member(plan: Plan, row: Row, batch: RosterImport) -> Member:
    branch, group = plan.places.find(row.branch, row.group)
    status = row.status or Status.ACTIVE
    return Member(
        unit_id=plan.unit.pk, branch_id=branch and branch.pk, group_id=group and group.pk, no=row.no, name=row.name,
        category=row.category, status=status, employment=row.employment, sex=row.sex, joined_at=row.joined_at,
        id_hash=row.id_hash,
        left_at=(row.left_at or timezone.localdate()) if status == Status.LEFT else None,
        birth_hash=row.birth_hash, written_in_id=batch.pk,
    )  # fmt: skip


def rewrite(members: list[Member]) -> None:
    """Write what an import may change in these lines, and how their names are spelled."""
    for member in members:
        member.letters, member.initials = letters(member.name)
    Member.objects.bulk_update(members, [*(f.removesuffix("_id") for f in KEPT), "letters", "initials"], 500)


def _remember(batch: RosterImport, members: list[Member]) -> None:
    """Keep the lines as they stand, with the mandates that end because their holder leaves."""
    Before.objects.bulk_create(
        [Before(batch=batch, member=one, fields={what: _json(getattr(one, what)) for what in KEPT}) for one in members]
    )


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _change(plan: Plan, member: Member, row: Row, after: dict[str, str], batch: RosterImport) -> None:
    """Put the plan's differences into one line; the plan's member is as it stood."""
    before = member.status
    for what in {"name", "category", "status", "employment", "sex"} & after.keys():
        setattr(member, what, after[what])
    if "joined_at" in after:
        member.joined_at = row.joined_at
    if {"branch", "group"} & after.keys():
        branch, group = plan.places.find(row.branch, row.group)
        member.branch = branch if "branch" in after else member.branch
        member.group = group if "group" in after else member.group
    if member.status == Status.LEFT:
        member.left_at = row.left_at or member.left_at or timezone.localdate()
    else:
        member.left_at = None
    member.id_hash = row.id_hash or member.id_hash
    member.birth_hash = row.birth_hash or member.birth_hash
    member.written_in = batch
    if before != member.status:
        _passages([member], passage_kind(member.status), batch)


def passage_kind(after: str) -> PassageKind:
    """Name the step to another standing."""
    if after == Status.LEFT:
        return PassageKind.LEFT
    if after == Status.RETAINED:
        return PassageKind.RETAINED
    return PassageKind.RETURNED


def _passages(members: list[Member], kind: PassageKind, batch: RosterImport) -> None:
    """Note the step in each history; who leaves speaks for nobody, and an undo knows until when they would have."""
    today = timezone.localdate()
    Passage.objects.bulk_create([Passage(member=one, kind=kind, on=today, by=batch.by, batch=batch) for one in members])
    if kind != PassageKind.LEFT:
        return
    mandates = list(in_term(Delegate.objects.filter(member__in=[member.pk for member in members])))
    for one in mandates:
        Before.objects.filter(member=one.member_id, batch=batch).update(mandates={str(one.pk): _json(one.until)})
    Delegate.objects.filter(pk__in=[one.pk for one in mandates]).update(until=today)
