"""What a gmina uses, day by day, and its monthly statements. Nothing here opens a gmina's own data."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.console.forms.usage import DraftForm
from frontend.console.showing import Shown
from frontend.console.views.tenants import tenant_row
from frontend.guards import Request, guarded
from frontend.limits import size_text
from frontend.messages import sentence, show_on
from kernel.errors import NotFound, SkarbnikError
from services.users.domain import Verb
from tenants.metering import document, queries, statements
from tenants.metering.domain import month_of, next_month
from tenants.metering.seller import has_seller


@guarded(Verb.OPERATE_PLATFORM)
def usage(request: Request, teryt: str) -> HttpResponse:
    """One month of use with its table, the gmina's statements, and a form that drafts one."""
    row, today = tenant_row(teryt), timezone.localdate()
    form = DraftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        drafted = _draft(request, teryt, form, today)
        if drafted:
            return redirect("console:statement", teryt, drafted.public_id)
    month = _month(request.GET.get("miesiac", ""), today)
    days = queries.usage_days(teryt, month)
    context = {
        "gmina": Shown(row),
        "row": row,
        "form": form,
        "month": month,
        "month_name": format_date(month, "F Y"),
        "before": f"{_before(month):%Y-%m}",
        "after": f"{next_month(month):%Y-%m}" if next_month(month) <= today else "",
        "total": queries.month_used(teryt, month),
        "days": [{"row": day, "size": size_text(day.storage_bytes)} for day in days],
        "columns": [{"label": f"{day.day:%d.%m}", "value": day.payments} for day in days],
        "statements": queries.statements_of(teryt),
    }
    return render(request, "console/usage.html", context, status=422 if form.errors else 200)


def _draft(request: Request, teryt: str, form: DraftForm, today: date) -> Any:
    try:
        return statements.draft_statement(teryt, today=today, actor=request.actor, **form.cleaned_data)
    except SkarbnikError as error:
        show_on(form, error)
        return None


def _month(text: str, today: date) -> date:
    """The month of the address, or this one."""
    try:
        return min(date.fromisoformat(f"{text}-01"), month_of(today))
    except ValueError:
        return month_of(today)


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def statement(request: Request, teryt: str, statement_id: UUID) -> HttpResponse:
    """A statement with its lines."""
    row, found = tenant_row(teryt), queries.statement(teryt, statement_id)
    context = {
        "gmina": Shown(row),
        "row": row,
        "statement": found,
        "month_name": format_date(found.month, "F Y"),
        "lines": document.rows_of(found),
        "sums": document.sums_of(found),
        "may_issue": has_seller(),
    }
    return render(request, "console/statement.html", context)


@require_POST
@guarded(Verb.OPERATE_PLATFORM)
def issue(request: Request, teryt: str, statement_id: UUID) -> HttpResponse:
    """Give a draft its number. A second click is the same click."""
    queries.statement(teryt, statement_id)
    try:
        statements.issue_statement(statement_id, actor=request.actor)
        messages.success(request, _("Zestawienie jest wystawione. Nie można go już zmienić."))
    except NotFound:
        raise
    except SkarbnikError as error:
        messages.error(request, sentence(error))
    return redirect("console:statement", teryt, statement_id)


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def statement_csv(request: Request, teryt: str, statement_id: UUID) -> HttpResponse:
    """The statement for a spreadsheet."""
    found = queries.statement(teryt, statement_id)
    return _file(document.csv_of(found), document.file_name(found, "csv"), "text/csv; charset=utf-8")


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def statement_pdf(request: Request, teryt: str, statement_id: UUID) -> HttpResponse:
    """The statement for people."""
    found = queries.statement(teryt, statement_id)
    return _file(document.pdf_of(found), document.file_name(found, "pdf"), "application/pdf")


def _file(content: bytes, name: str, kind: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=kind, headers=headers)
