"""Wyciągi bankowe: a file is checked, looked at, confirmed; a worker reads it while the page shows how far it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import act_and_tell, attempt, draw, sent
from frontend.desk.bank_lines import checked, file_kind, stored
from frontend.desk.forms.statements import SERVICE, StatementUploadForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.messages import sentence
from kernel.errors import SkarbnikError
from services.banking import actions, queries
from services.banking.specification import Specification, of_payout, of_service_transfer
from services.banking.specification.forms import to_csv, to_pdf, to_xml
from services.payments.queries_reconciliation import settlement_batch
from services.users.domain import Verb
from services.users.queries import names_of

FILES_PER_PAGE, LINES_PER_PAGE, CHECKED_PER_PAGE = 30, 100, 30
REFRESH_SECONDS = 4
FORMS = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "xml": ("application/xml", to_xml),
    "pdf": ("application/pdf", to_pdf),
}


@guarded(Verb.BOOK_PAYMENT)
def statements(request: Request) -> HttpResponse:
    """Files that were read, and a new one to check."""
    accounts = queries.accounts_seen(request.actor).filter(is_active=True)
    form = StatementUploadForm(accounts, sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = attempt(form, lambda: _check(request, form))
        if file:
            return redirect("desk:statement_file", file.public_id)
    page = Paginator(queries.files_seen(request.actor), FILES_PER_PAGE).get_page(request.GET.get("strona"))
    names = names_of({row.actor_ref for row in page})
    context = {
        "form": form,
        "page": page,
        "rows": [{"file": row, "by": names.get(row.actor_ref, ""), **file_kind(row)} for row in page],
        "has_accounts": accounts.exists(),
        "crumbs": trail(_("Wyciągi bankowe")),
    }
    return draw(request, "desk/statements.html", context, form)


def _check(request: Request, form: StatementUploadForm) -> Any:
    uploaded, chosen = form.cleaned_data["file"], form.cleaned_data["account"]
    content = uploaded.read()
    if chosen == SERVICE:
        return actions.check_service_file(
            content, file_name=uploaded.name, control=form.control, actor=request.actor
        )
    return actions.check_statements(
        content,
        account_id=UUID(chosen),
        file_name=uploaded.name,
        control=form.control,
        actor=request.actor,
    )


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def statement_file(request: Request, statement_file_id: UUID) -> HttpResponse:
    """One file: what it would do, how far it is, or what it did, line by line."""
    file = queries.file_for(request.actor, statement_file_id)
    is_underway = file.state in ("queued", "stored")
    context = {
        "file": file,
        "progress": queries.progress_of(file),
        "contradictions": _contradictions(file),
        "is_underway": is_underway,
        "crumbs": trail((_("Wyciągi bankowe"), "statements"), file.file_name or _("plik")),
        **file_kind(file),
        **_lines(request, file),
    }
    response = render(request, "desk/statement_file.html", context)
    if is_underway and "bez-odswiezania" not in request.GET:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


def _contradictions(file: Any) -> list[str]:
    try:
        return queries.contradictions(file)
    except SkarbnikError:
        return []  # the page says below why the file cannot be read any more


def _lines(request: Request, file: Any) -> dict[str, Any]:
    if file.state == "checked":
        try:
            lines: Any = queries.CheckedLines(file)
            page: Any = Paginator(lines, CHECKED_PER_PAGE).get_page(request.GET.get("strona"))
            return {"page": page, "rows": [checked(one) for one in page.object_list]}
        except SkarbnikError as error:
            return {"trouble": sentence(error)}
    if file.state == "failed":
        return {}
    rows = queries.lines_seen(request.actor).filter(statement__file=file).order_by("id")
    page = Paginator(rows, LINES_PER_PAGE).get_page(request.GET.get("strona"))
    transfers = queries.transfers_of(file) if file.source == "service" else ()
    return {"page": page, "rows": stored(list(page)), "transfers": transfers}


@guarded(Verb.BOOK_PAYMENT)
def confirm_statement_file(request: Request, statement_file_id: UUID) -> HttpResponse:
    """Let a worker read a checked file. A second click is the same click."""
    queries.file_for(request.actor, statement_file_id)
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: actions.confirm_file(file_id=statement_file_id, actor=request.actor),
            _("Wczytywanie się zaczęło. Możesz zamknąć tę stronę: praca się nie przerwie."),
        )
    return redirect("desk:statement_file", statement_file_id)


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def settlement_specification(request: Request, batch_id: UUID, form: str) -> HttpResponse:
    """To which dues a payout belongs, as a file for the finance system."""
    return _specification(of_payout(settlement_batch(request.actor, batch_id)), form)


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def service_specification(request: Request, transfer_id: UUID, form: str) -> HttpResponse:
    """The same of a bulk transfer of ePłatności."""
    return _specification(of_service_transfer(queries.service_transfer(request.actor, transfer_id)), form)


def _specification(told: Specification, form: str) -> HttpResponse:
    media_type, write = FORMS[form]
    name = "".join(sign if sign.isalnum() else "-" for sign in told.number.lower()).strip("-") or "przelew"
    headers = {
        "Content-Disposition": f'attachment; filename="specyfikacja-{name.encode("ascii", "ignore").decode()}.{form}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(write(told), content_type=media_type, headers=headers)
