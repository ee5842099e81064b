"""Overpayments about which nobody asks: what each could pay, and crediting or refunding it ex officio."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import carried_out, draw
from frontend.desk.forms.overpayments import OwnCreditForm, OwnRefundForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.overpayments import OVERPAYMENTS_HELD, listed, preview_of
from frontend.desk.trail import trail
from frontend.desk.views.overpayments import tabs_of
from frontend.guards import Request, guarded
from kernel.fields import new_public_id
from services.payments import actions
from services.payments import queries_overpayments as queries
from services.payments.crediting import fingerprint, goes_to_future, interest_saved_gr, split_ex_officio
from services.users.domain import Verb


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def overpayments_held(request: Request) -> HttpResponse:
    """What the office holds and nobody has asked about, the oldest first, with the dues that it could pay."""
    context = {
        "tabs": tabs_of(request, "overpayments_held"),
        "crumbs": trail((_("Nadpłaty"), "overpayments"), _("Bez wniosku")),
    }
    return list_page(request, OVERPAYMENTS_HELD, "desk/overpayments_held.html", context)


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def overpayment_held(request: Request, overpayment_id: UUID) -> HttpResponse:
    """One overpayment: where it comes from, what was asked and decided, what crediting ex officio would do."""
    return _page(request, queries.held_overpayment_for(request.actor, overpayment_id))


@guarded(Verb.BOOK_PAYMENT)
def credit_ex_officio(request: Request, overpayment_id: UUID) -> HttpResponse:
    """Credit it as shown on the page."""
    row, form = queries.held_overpayment_for(request.actor, overpayment_id), OwnCreditForm(request.POST)
    if request.method != "POST":
        return redirect("desk:overpayment_held", overpayment_id)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.credit_ex_officio(
            overpayment_id=overpayment_id,
            decision_id=form.cleaned_data["decision_id"],
            shown=form.cleaned_data["split"],
            actor=request.actor,
        ),
    ):
        messages.success(request, _("Nadpłata jest zaliczona z urzędu. Płatnik dostanie e-mail."))
        return redirect("desk:overpayment_held", overpayment_id)
    return _page(request, row, credit=form)


@guarded(Verb.BOOK_PAYMENT)
def refund_ex_officio(request: Request, overpayment_id: UUID) -> HttpResponse:
    """Write down that the money was sent back without a request."""
    row, form = queries.held_overpayment_for(request.actor, overpayment_id), OwnRefundForm(request.POST)
    if request.method != "POST":
        return redirect("desk:overpayment_held", overpayment_id)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.refund_ex_officio(
            overpayment_id=overpayment_id, actor=request.actor, **form.cleaned_data
        ),
    ):
        messages.success(request, _("Zwrot jest zapisany. Płatnik dostanie e-mail."))
        return redirect("desk:overpayment_held", overpayment_id)
    return _page(request, row, refund=form)


def _page(
    request: Request, row: Any, *, credit: OwnCreditForm | None = None, refund: OwnRefundForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    preview = preview_of(request, lambda: split_ex_officio(row, today)) if row.held_gr else {}
    split = preview.get("split")
    seen = fingerprint(split) if split else ""
    if credit is None:
        credit = OwnCreditForm(initial={"decision_id": new_public_id(), "split": seen})
    else:
        credit.stand_on(seen)
    refund = refund or OwnRefundForm(initial={"decision_id": new_public_id(), "refunded_on": today})
    requests = list(queries.requests_about(row))
    context = {
        "row": row,
        "from_payment": row.source_ref if row.external_id.startswith("portal-") else "",
        "preview": preview,
        "saved_gr": interest_saved_gr(row, split, today) if split else 0,
        "to_future": bool(split and split.shares) and goes_to_future(row, today),
        "waiting": next((item for item in requests if item.state == "waiting"), None),
        "requests": [listed(item) for item in requests],
        "credit": credit,
        "refund": refund,
        "history": acts_on(row, *requests),
        "crumbs": trail(
            (_("Nadpłaty"), "overpayments"), (_("Bez wniosku"), "overpayments_held"), row.payer.name
        ),
    }
    return draw(request, "desk/overpayment_held.html", context, credit, refund)
