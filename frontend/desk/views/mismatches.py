"""Niezgodności: money that does not agree with its order, what to do with it, and messages that were not believed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import carried_out, draw
from frontend.desk.forms.refunds import AcceptanceForm, DismissalForm
from frontend.desk.queues.payments import listed
from frontend.desk.trail import trail
from frontend.desk.views.reconciliation import tabs_of
from frontend.guards import Request, guarded
from services.accounts.access import require
from services.payments import actions, queries
from services.payments.domain.states import State
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.VIEW_PAYMENTS)
@require_safe
def mismatches(request: Request) -> HttpResponse:
    """Money that does not agree with an order, and messages of operators that were not believed."""
    rows = queries.payments_seen(request.actor).filter(state=State.MISMATCH)
    refused = Paginator(queries.refused_messages().select_related("operator_account"), PER_PAGE)
    context = {
        "rows": [listed(row) for row in rows],
        "page": refused.get_page(request.GET.get("strona")),
        "tabs": tabs_of(request, "mismatches"),
        "crumbs": trail((_("Niezgodności"), "discrepancies"), _("Inna kwota i odrzucone komunikaty")),
    }
    return render(request, "desk/mismatches.html", context)


@guarded(Verb.RESOLVE_MISMATCH)
@require_safe
def mismatch(request: Request, payment_id: UUID) -> HttpResponse:
    """What was ordered, what the operator says came, and the two ways out."""
    return _page(request, _row(request, payment_id))


@guarded(Verb.RESOLVE_MISMATCH)
def accept_mismatch(request: Request, payment_id: UUID) -> HttpResponse:
    """Take the amount that the page showed as what was paid."""
    row, form = _row(request, payment_id), AcceptanceForm(request.POST)
    if request.method != "POST":
        return redirect("desk:mismatch", payment_id)
    if form.is_valid():
        amount_gr, reason = form.cleaned_data["amount_gr"], form.cleaned_data["reason"]
        if carried_out(
            form,
            lambda: actions.accept_mismatch(
                payment_id=payment_id, amount_gr=amount_gr, reason=reason, actor=request.actor
            ),
        ):
            messages.success(request, _("Wpłata jest przyjęta w tej kwocie. Możesz ją zaksięgować."))
            return redirect("desk:payment", payment_id)
    return _page(request, row, acceptance=form)


@guarded(Verb.RESOLVE_MISMATCH)
def dismiss_mismatch(request: Request, payment_id: UUID) -> HttpResponse:
    """Say that no money came, if the operator says the same now."""
    row, form = _row(request, payment_id), DismissalForm(request.POST)
    if request.method != "POST":
        return redirect("desk:mismatch", payment_id)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.dismiss_mismatch(
            payment_id=payment_id, reason=form.cleaned_data["reason"], actor=request.actor
        ),
    ):
        messages.success(request, _("Płatność jest zamknięta jako niezapłacona. Należności są znowu wolne."))
        return redirect("desk:payment", payment_id)
    return _page(request, row, dismissal=form)


def _row(request: Request, payment_id: UUID) -> Any:
    row = queries.desk_payment_for(request.actor, payment_id)
    require(request.actor, Verb.RESOLVE_MISMATCH, row)
    return row


def _page(
    request: Request,
    row: Any,
    *,
    acceptance: AcceptanceForm | None = None,
    dismissal: DismissalForm | None = None,
) -> HttpResponse:
    row.refresh_from_db()
    if row.state != State.MISMATCH:
        return redirect("desk:payment", row.public_id)
    if acceptance is None:
        acceptance = AcceptanceForm(initial={"amount_gr": row.received_gr})
    elif acceptance.refusal and row.received_gr is not None:
        acceptance.stand_on(amount_gr=row.received_gr)
    dismissal = dismissal or DismissalForm()
    is_known = row.received_gr is not None
    context = {
        **listed(row),
        "is_known": is_known,
        "can_accept": is_known and row.received_currency == "PLN" and row.received_gr > row.fee_gr,
        "difference_gr": row.received_gr - row.total_gr if is_known else 0,
        "office_gr": max(0, row.received_gr - row.fee_gr) if is_known else 0,
        "acceptance": acceptance,
        "dismissal": dismissal,
        "crumbs": trail((_("Niezgodności"), "mismatches"), row.reference),
    }
    return draw(request, "desk/mismatch.html", context, acceptance, dismissal)
