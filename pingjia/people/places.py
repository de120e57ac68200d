"""Where in a union a member stands: branch and group, found by name or code, or founded with an import."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from pingjia.intake.columns import plain
from pingjia.intake.preview import RowError
from pingjia.units import queries as units
from pingjia.units.models import Kind, Unit


@dataclass
class Places:
    """A union's branches and groups, and those that a table would found.

    ``branches`` maps plain names and codes to what may stand in the branch column (groups too: a small union has no
    branches); ``groups`` maps (key of the unit above, plain name) and ("", code). ``new`` holds what would be founded,
    ``{(plain branch, plain group): (branch, group) as first written}``, a branch before its groups.
    """

    branches: dict[str, Unit] = field(default_factory=dict)
    groups: dict[tuple[str, str], Unit] = field(default_factory=dict)
    new: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    found: bool = False
    union: str = ""

    @property
    def new_names(self) -> list[str]:
        """Name what would be founded: a branch by its name, a group behind its branch's."""
        return [f"{branch} · {group}" if branch and group else branch or group for branch, group in self.new.values()]

    def find(self, branch: str, group: str) -> tuple[Unit | None, Unit | None]:
        """Return the standing branch and group that a row names; a group named alone brings its branch along."""
        above = self.branches.get(plain(branch)) if branch else None
        if not group:
            return above, None
        key = str(above.pk) if above else ("" if branch else self.union)
        one = self.groups.get((key, plain(group))) or self.groups.get(("code", plain(group)))
        if one is None and not branch:
            one = self.groups.get(("only", plain(group)))
            above = self._above(one) if one else None
        return above, one

    def _above(self, group: Unit) -> Unit | None:
        return next((one for one in self.branches.values() if one.pk == group.parent_id), None)

    def errors(self, row: int, branch: str, group: str) -> list[RowError]:
        """Return what is wrong with a row's branch and group; note what is to be founded."""
        if not branch and not group:
            return []
        above, one = self.find(branch, group)
        if (not branch or above) and (not group or one):
            return []
        if self.found:
            if branch and not above:
                self.new.setdefault((plain(branch), ""), (branch, ""))
            if group and not one:
                self.new.setdefault((plain(branch), plain(group)), (branch, group))
            return []
        if branch and not above:
            return [RowError(row, _("分会"), _("本工会没有“%(name)s”。") % {"name": branch}, self._remedy())]
        what = _("这里没有小组“%(name)s”，或有几个同名。") % {"name": group}
        return [RowError(row, _("工会小组"), what, _("请连分会一起写，或在上传时勾选“一并建立”。"))]

    def _remedy(self) -> str:
        names = _("、").join(sorted({branch.name for branch in self.branches.values()})[:10]) or _("（还没有分会）")
        return _("请改成现有的：%(names)s；或在上传时勾选“一并建立”。") % {"names": names}


def places_of(unit: Unit, found: bool) -> Places:
    """Return the union's branches and groups (one query); of two branches with one name only the code tells."""
    result = Places(found=found, union=str(unit.pk))
    twice: set[str] = set()
    often: dict[str, list[Unit]] = {}
    for one in units.branches(unit):
        name = plain(one.name)
        if name in result.branches:
            twice.add(name)
        result.branches[name] = one
        result.branches[plain(one.code)] = one
        if one.kind == Kind.GROUP:
            result.groups[str(one.parent_id), name] = one
            result.groups["code", plain(one.code)] = one
            often.setdefault(name, []).append(one)
    result.groups |= {("only", name): ones[0] for name, ones in often.items() if len(ones) == 1}
    result.branches = {name: branch for name, branch in result.branches.items() if name not in twice}
    return result
