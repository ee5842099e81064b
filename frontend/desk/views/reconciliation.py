"""Niezgodności: what does not agree between the portal, the operator and the bank, and the payouts of the operators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import carried_out, draw
from frontend.desk.discrepancies import facts_of, listed
from frontend.desk.forms.reconciliation import ResolutionForm, TransferForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.discrepancies import DISCREPANCIES
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from integrations.payments import registry
from kernel.money import to_decimal_text
from services.accounts.access import can
from services.payments import actions
from services.payments.queries import payments_seen
from services.payments.queries_reconciliation import (
    discrepancy_for,
    reconciliations,
    settled_by_hand,
    settlement_batch,
    settlement_batches,
    settlement_lines,
    to_clarify,
)
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.VIEW_PAYMENTS)
@require_safe
def discrepancies(request: Request) -> HttpResponse:
    """What does not agree, the oldest first, with what to do about it and when it was last compared."""
    compared = [row.compared_at for row in reconciliations() if row.compared_at]
    context = {
        "compared_at": min(compared, default=None),
        "behind": [row for row in reconciliations() if row.failure_code],
        "tabs": tabs_of(request, "discrepancies"),
        "crumbs": trail(_("Niezgodności")),
    }
    return list_page(request, DISCREPANCIES, "desk/discrepancies.html", context)


@guarded(Verb.VIEW_PAYMENTS)
@require_safe
def discrepancy(request: Request, discrepancy_id: UUID) -> HttpResponse:
    """One discrepancy: its numbers, what to do, and how it was resolved."""
    return _discrepancy_page(request, discrepancy_for(request.actor, discrepancy_id), ResolutionForm())


@guarded(Verb.RESOLVE_MISMATCH)
def resolve_discrepancy(request: Request, discrepancy_id: UUID) -> HttpResponse:
    """Close it with a note."""
    row = discrepancy_for(request.actor, discrepancy_id)
    if request.method != "POST":
        return redirect("desk:discrepancy", discrepancy_id)
    form = ResolutionForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.resolve_discrepancy(
            discrepancy_id=discrepancy_id, note=form.cleaned_data["note"], actor=request.actor
        ),
    ):
        messages.success(request, _("Niezgodność jest zamknięta, a wyjaśnienie zapisane."))
        return redirect("desk:discrepancies")
    return _discrepancy_page(request, row, form)


@guarded(Verb.VIEW_PAYMENTS)
@require_safe
def settlements(request: Request) -> HttpResponse:
    """The payouts of the operators, newest first, and which of them were found on the bank statement."""
    page = Paginator(settlement_batches(request.actor), PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "page": page,
        "by_hand": [
            {"row": row, "could_be_told": registry.operator(row.operator).caps.tells_payouts}
            for row in settled_by_hand()
        ],
        "can_enter": can(request.actor, Verb.BOOK_PAYMENT),
        "tabs": tabs_of(request, "settlements"),
        "crumbs": trail((_("Niezgodności"), "discrepancies"), _("Wypłaty operatora")),
    }
    return render(request, "desk/settlements.html", context)


@guarded(Verb.VIEW_PAYMENTS)
@require_safe
def settlement(request: Request, batch_id: UUID) -> HttpResponse:
    """One payout: its payments and its transfer."""
    batch = settlement_batch(request.actor, batch_id)
    initial = {"bank_on": batch.bank_on or batch.settled_on or timezone.localdate()}
    if batch.bank_amount_gr is not None:
        initial["amount"] = to_decimal_text(batch.bank_amount_gr).replace(".", ",")
    return _settlement_page(request, batch, TransferForm(initial=initial))


@guarded(Verb.BOOK_PAYMENT)
def enter_transfer(request: Request, batch_id: UUID) -> HttpResponse:
    """Keep the transfer of the bank statement; an equal sum confirms the payout."""
    batch = settlement_batch(request.actor, batch_id)
    if request.method != "POST":
        return redirect("desk:settlement", batch_id)
    form = TransferForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.enter_transfer(
            batch_id=batch_id,
            amount_gr=form.cleaned_data["amount"],
            bank_on=form.cleaned_data["bank_on"],
            actor=request.actor,
        ),
    ):
        if settlement_batch(request.actor, batch_id).confirmed_at:
            messages.success(
                request, _("Przelew zgadza się z wypłatą. Jej dzień będzie podpowiadany przy księgowaniu.")
            )
        else:
            messages.warning(request, _("Przelew zapisany, ale jego kwota nie jest sumą tej wypłaty."))
        return redirect("desk:settlement", batch_id)
    return _settlement_page(request, batch, form)


def tabs_of(request: Request, here: str) -> list[dict[str, Any]]:
    """The lists of what does not agree; `here` is the view that shows one of them."""
    lists: tuple[tuple[str, str, int | None], ...] = (
        (_("Do wyjaśnienia"), "discrepancies", to_clarify(request.actor)),
        (
            _("Inna kwota i odrzucone komunikaty"),
            "mismatches",
            payments_seen(request.actor).filter(state="mismatch").count(),
        ),
        (_("Wypłaty operatora"), "settlements", None),
    )
    return [
        {"label": label, "href": reverse(f"desk:{view}"), "count": count, "current": view == here}
        for label, view, count in lists
    ]


def _discrepancy_page(request: Request, row: Any, form: ResolutionForm) -> HttpResponse:
    context = {
        **listed(row),
        "facts": facts_of(row),
        "form": form,
        "can_resolve": row.state == "open" and can(request.actor, Verb.RESOLVE_MISMATCH, row.payment),
        "history": acts_on(row),
        "crumbs": trail((_("Niezgodności"), "discrepancies"), str(listed(row)["words"].title)),
    }
    return draw(request, "desk/discrepancy.html", context, form)


def _settlement_page(request: Request, batch: Any, form: TransferForm) -> HttpResponse:
    mine = set(
        payments_seen(request.actor).filter(settlement_lines__batch=batch).values_list("pk", flat=True)
    )
    context = {
        "batch": batch,
        "difference_gr": batch.bank_amount_gr - batch.payout_gr if batch.bank_amount_gr is not None else 0,
        "lines": [{"line": line, "is_mine": line.payment_id in mine} for line in settlement_lines(batch)],
        "form": form,
        "can_enter": can(request.actor, Verb.BOOK_PAYMENT),
        "history": acts_on(batch),
        "crumbs": trail(
            (_("Niezgodności"), "discrepancies"), (_("Wypłaty operatora"), "settlements"), batch.batch_id
        ),
    }
    return draw(request, "desk/settlement.html", context, form)
