"""The employers of a joint union: who came in, who left, and since when."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pingjia.journal.actions import record
from pingjia.units.columns import wrong_credit_code
from pingjia.units.models import Firm, Kind, Unit
from pingjia.units.refusal import Refused


@transaction.atomic
def admit(unit: Unit, *, by: object, name: str, credit_code: str, joined: date) -> Firm:
    """Let an employer's people into a joint union. Raises ``Refused`` with everything that is wrong."""
    code, name = credit_code.replace(" ", "").upper(), " ".join(name.split())
    reasons = []
    if unit.kind != Kind.JOINT:
        reasons.append(_("只有联合基层工会登记成员单位。"))
    if wrong := wrong_credit_code(code):
        reasons.append(wrong)
    if joined > timezone.localdate():
        reasons.append(_("加入日期在今天以后，请改正。"))
    if same := unit.firms.filter(credit_code=code, left=None).first():
        reasons.append(_("%(name)s 已经用这个信用代码登记，还没有退出。") % {"name": same.name})
    if reasons:
        raise Refused(*reasons)
    firm = Firm.objects.create(unit=unit, name=name, credit_code=code, joined=joined)
    record("admit_firm", by=by, about=code, unit=unit.code, name=name, joined=joined.isoformat())
    return firm


@transaction.atomic
def release(firm: Firm, *, by: object, last_day: date) -> Firm:
    """End an employer's time in the joint union; its members stay on the roster until they are moved or leave."""
    if firm.left is not None:
        raise Refused(_("%(name)s 已经退出。") % {"name": firm.name})
    if not firm.joined <= last_day <= timezone.localdate():
        raise Refused(_("最后一天要在加入日期和今天之间，请改正。"))
    firm.left = last_day
    firm.save(update_fields=["left"])
    record("release_firm", by=by, about=firm.credit_code, unit=firm.unit.code, name=firm.name, on=last_day.isoformat())
    return firm
