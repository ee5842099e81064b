"""Payments of the resident: history, state of one payment (also the operator's return page), confirmation."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from frontend.guards import Request, guarded
from frontend.resident.acting import acting_for
from frontend.resident.outcome import balance_of, booked_shares, money_back, outcome_of
from frontend.resident.selection import Selection
from frontend.resident.views.paying import REST_KEY
from frontend.resident.wording import PAYMENT_STATES
from services.payments import actions, allocation_statement, confirmation, queries
from services.payments.domain.states import State
from services.payments.queries_records import acts_for_payer, own_record_for, record_of
from services.users.domain import Verb
from tenants.configuration.queries import office

PAGE_SIZE = 20
REFRESH_SECONDS = 5
REFRESH_MINUTES = 20
"""How long the page of a waiting payment reloads itself; afterwards a button does."""


@guarded(Verb.OWN_DUES)
def payments(request: Request) -> HttpResponse:
    """All payments that the resident ordered, newest first, with their state."""
    page = Paginator(queries.payments_of(request.actor), PAGE_SIZE).get_page(request.GET.get("strona"))
    rows = [(payment, PAYMENT_STATES[State(payment.state)]) for payment in page]
    return render(request, "resident/payments.html", {"page": page, "rows": rows})


@csrf_exempt
@guarded(Verb.OWN_DUES)
def payment(request: Request, payment_id: UUID) -> HttpResponse:
    """What became of a payment, as far as we know it (R12); the operator sends the payer back here.

    Nothing in the query string or in a posted body is believed or even read: what became of the payment is asked of the
    operator. Some operators come back by POST; without our cookie it goes through the sign-in page, which knows the session.
    """
    row = queries.payment_for(request.actor, payment_id)
    if request.method == "POST":
        return redirect("payment", payment_id)
    is_waiting = queries.is_waiting(row)
    refreshes = is_waiting and request.GET.get("odswiezaj") != "nie" and _is_fresh(row)
    if is_waiting:
        actions.ask_soon(row)
    context = {
        "payment": row,
        "outcome": outcome_of(row),
        "balance": balance_of(row, acting_for(request), timezone.localdate()),
        "shares": booked_shares(row),
        "refunds": money_back(row),
        "rest": _rest(request, row),
        "is_waiting": is_waiting,
        "can_continue": is_waiting and _can_continue(row),
        "can_confirm": confirmation.can_confirm(row),
        "has_statement": acts_for_payer(request.actor, row) and record_of(row) is not None,
        "is_released": queries.is_released(row),
        "refreshes": refreshes,
        "row": office(),
    }
    response = render(request, "resident/payment.html", context)
    if refreshes:
        response.headers["Refresh"] = f"{REFRESH_SECONDS}; url={request.path}"
    return response


def _is_fresh(row: Any) -> bool:
    return bool(timezone.now() - row.created_at < timedelta(minutes=REFRESH_MINUTES))


def _can_continue(row: Any) -> bool:
    """Whether the operator's link of a payment that waits is still alive."""
    return bool(row.redirect_url) and row.expires_at is not None and row.expires_at > timezone.now()


def _rest(request: Request, row: Any) -> str:
    """Address of the basket with what was chosen together with this payment and is still to be paid."""
    left = request.session.get(REST_KEY, {}).get(str(row.start_key), [])
    return Selection(tuple(UUID(due_id) for due_id in left)).address("basket") if left else ""


@guarded(Verb.OWN_DUES)
def confirmation_pdf(request: Request, payment_id: UUID) -> HttpResponse:
    """The confirmation as a tagged PDF; there is none before the money has come."""
    row = queries.payment_for(request.actor, payment_id)
    if not confirmation.can_confirm(row):
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="potwierdzenie-{row.reference}.pdf"'}
    return HttpResponse(confirmation.pdf(row), content_type="application/pdf", headers=headers)


@guarded(Verb.OWN_DUES)
def statement_pdf(request: Request, payment_id: UUID) -> HttpResponse:
    """Why the money of a booked payment went where it went, for whoever acts for its payer now."""
    found = own_record_for(request.actor, payment_id)
    headers = {"Content-Disposition": f'attachment; filename="rozliczenie-{found.payment.reference}.pdf"'}
    return HttpResponse(allocation_statement.pdf(found), content_type="application/pdf", headers=headers)
