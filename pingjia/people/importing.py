"""The way of every import: a file, a preview with row errors, one confirmation; it can be left and found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib import messages
from django.db import IntegrityError, OperationalError, transaction
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pingjia.intake import reading, uploads
from pingjia.intake.models import Upload
from pingjia.intake.preview import RowError
from pingjia.intake.table import Table
from pingjia.intake.unreadable import Unreadable
from pingjia.intake.workbooks import XLSX, rejected
from pingjia.units.models import Unit

USED = gettext_lazy("这份文件已经导入过或已过一天，请重新上传。")
CHANGED = gettext_lazy("预览以后情况有变化，请再看一遍，然后确认。")
BUSY = gettext_lazy("别处正在写入，什么都还没有写入，请过几分钟再确认一次。")
LOSES_MANY = gettext_lazy("有许多会员将记为离会。确实如此就请勾选确认；文件只是一部分，就请选“一部分”重新上传。")


class Plan(Protocol):
    """What an import shows before it writes: see ``roster.Plan`` and ``units.organisation.Plan``."""

    header_row: int
    errors: list[RowError]

    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True)
class Import:
    """One kind of import at one unit: how to ask for the file, plan it and write it."""

    purpose: str
    unit: Unit
    form: type[Form]
    template: str
    plan: Callable[[Table, dict[str, Any]], Any]
    apply: Callable[[Any], str]  # writes, and returns the sentence that says what was done
    done: str  # where to go afterwards
    columns: str = ""  # where somebody says which column is which; "" where that cannot be said

    def may_be_said(self, reason: Unreadable, table: Table | None) -> bool:
        """Say whether a file is refused only because its columns bear unknown names."""
        several = table is not None and any(len(cells) > 1 for _number, cells in table.rows)
        return bool(self.columns) and several and reason.code in ("no_header", "header_twice")

    def waiting(self, request: HttpRequest) -> Upload | None:
        """Return the file that this user left between preview and confirmation."""
        return uploads.waiting(purpose=self.purpose, about=self.unit.code, by=request.user.get_username())


def serve(request: HttpRequest, one: Import) -> HttpResponse:
    """Show the form or the waiting preview; take a file, a confirmation, or a change of mind."""
    if request.method != "POST":
        waiting = one.waiting(request)
        return _preview(request, one, waiting) if waiting else _ask(request, one, one.form())
    if "discard" in request.POST:
        uploads.drop(purpose=one.purpose, about=one.unit.code, by=request.user.get_username())
        return redirect(request.path)
    if "confirm" in request.POST:
        return _confirm(request, one)
    return _take(request, one)


def rejected_rows(request: HttpRequest, one: Import) -> HttpResponse:
    """Hand the refused rows of the waiting file back as a workbook."""
    waiting = one.waiting(request)
    if waiting is None:
        raise Http404
    table = reading.read(bytes(waiting.content), sheet=waiting.choices.get("sheet", ""))
    plan = one.plan(table, waiting.choices)
    response = HttpResponse(rejected(table, plan.header_row, plan.errors), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="rejected.xlsx"'
    return response


def _ask(request: HttpRequest, one: Import, form: Form) -> HttpResponse:
    return render(request, one.template, {"unit": one.unit, "form": form}, status=422 if form.errors else 200)


def _take(request: HttpRequest, one: Import) -> HttpResponse:
    form = one.form(request.POST, request.FILES)
    if not form.is_valid():
        return _ask(request, one, form)
    choices = {key: value for key, value in form.cleaned_data.items() if key != "file"}
    file = form.cleaned_data["file"]
    where, table = request.path, None
    try:
        if file.size > reading.Limits().file_bytes:
            raise Unreadable("too_big", limit=reading.Limits().file_bytes // 2**20)
        raw = file.read()
        table = reading.read(raw, sheet=choices.get("sheet", ""))
        one.plan(table, choices)
    except Unreadable as reason:
        if not one.may_be_said(reason, table):
            form.add_error("file", str(reason))
            return _ask(request, one, form)
        where = one.columns
    who = request.user.get_username()
    uploads.keep(raw, file.name, purpose=one.purpose, about=one.unit.code, by=who, choices=choices)
    return redirect(where)


def _preview(request: HttpRequest, one: Import, waiting: Upload) -> HttpResponse:
    table = None
    try:
        table = reading.read(bytes(waiting.content), sheet=waiting.choices.get("sheet", ""))
        plan = one.plan(table, waiting.choices)
    except Unreadable as reason:
        if one.may_be_said(reason, table):
            return redirect(one.columns)
        uploads.drop(purpose=one.purpose, about=one.unit.code, by=request.user.get_username())
        messages.error(request, str(reason))
        return _ask(request, one, one.form())
    context = {"unit": one.unit, "upload": waiting, "plan": plan, "columns_url": one.columns}
    return render(request, one.template, context)


def _confirm(request: HttpRequest, one: Import) -> HttpResponse:
    who = request.user.get_username()
    upload = uploads.find(request.POST["confirm"], purpose=one.purpose, about=one.unit.code, by=who)
    if upload is None:
        messages.warning(request, USED)
        return redirect(request.path)
    # The file is read before the transaction: nobody waits for a spreadsheet while holding the database.
    table = reading.read(bytes(upload.content), sheet=upload.choices.get("sheet", ""))
    try:
        with transaction.atomic():
            refused = _write(request, one, upload, table)
    except IntegrityError:  # somebody entered the same number between our look and our write
        refused = CHANGED
    except OperationalError:  # SQLite has one writer at a time, and waits for half a minute
        refused = BUSY
    if refused:
        messages.warning(request, refused)
        return redirect(request.path)
    return redirect(one.done)


def _write(request: HttpRequest, one: Import, upload: Upload, table: Table) -> Promise | str:
    """Look once more, behind a lock, and write; or return why not."""
    Unit.objects.select_for_update().get(pk=one.unit.pk)
    plan = one.plan(table, upload.choices)
    if plan.errors or plan.fingerprint != request.POST.get("fingerprint"):
        return CHANGED
    if getattr(plan, "loses_many", False) and "sure" not in request.POST:
        return LOSES_MANY
    if not uploads.use(upload):
        return USED
    messages.success(request, one.apply(plan))
    return ""
