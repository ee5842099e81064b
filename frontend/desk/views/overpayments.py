"""Requests about overpayments: the queue, one page for each with what crediting would do, and the three decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.components.formats import nrb_text
from frontend.desk.acting import act_and_tell, carried_out, draw
from frontend.desk.forms.overpayments import RefundForm, RefusalForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.overpayments import OVERPAYMENTS, listed, preview_of
from frontend.desk.revealing import is_revealed
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.accounts.access import can
from services.payments import actions
from services.payments.crediting import arrears_come_first, overpaid_gr, split_overpayment
from services.payments.queries_overpayments import (
    decision_entry,
    overpayments_held,
    request_for,
    requests_waiting,
)
from services.users.domain import Verb


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def overpayments(request: Request) -> HttpResponse:
    """Requests that wait, the oldest first; by choice those in another state."""
    context = {"tabs": tabs_of(request, "overpayments"), "crumbs": trail(_("Nadpłaty"))}
    return list_page(request, OVERPAYMENTS, "desk/overpayments.html", context)


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def overpayment(request: Request, request_id: UUID) -> HttpResponse:
    """One request or act without one: who asks for what, what the office holds, what crediting would do or has done."""
    return _page(request, request_for(request.actor, request_id))


@guarded(Verb.BOOK_PAYMENT)
def credit_overpayment(request: Request, request_id: UUID) -> HttpResponse:
    """Credit it as shown on the page."""
    request_for(request.actor, request_id)
    if request.method == "POST" and act_and_tell(
        request,
        lambda: actions.credit_overpayment(request_id=request_id, actor=request.actor),
        _("Nadpłata jest zaliczona. Mieszkaniec dostanie e-mail."),
    ):
        return redirect("desk:overpayments")
    return redirect("desk:overpayment", request_id)


@guarded(Verb.BOOK_PAYMENT)
def refund_overpayment(request: Request, request_id: UUID) -> HttpResponse:
    """Write down that the money was sent back."""
    row, form = request_for(request.actor, request_id), RefundForm(request.POST)
    if request.method != "POST":
        return redirect("desk:overpayment", request_id)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.refund_overpayment(request_id=request_id, actor=request.actor, **form.cleaned_data),
    ):
        messages.success(request, _("Zwrot jest zapisany. Mieszkaniec dostanie e-mail."))
        return redirect("desk:overpayments")
    return _page(request, row, refund=form)


@guarded(Verb.BOOK_PAYMENT)
def reject_overpayment(request: Request, request_id: UUID) -> HttpResponse:
    """Refuse the request with a reason."""
    row, form = request_for(request.actor, request_id), RefusalForm(request.POST)
    if request.method != "POST":
        return redirect("desk:overpayment", request_id)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.reject_overpayment_request(
            request_id=request_id, actor=request.actor, **form.cleaned_data
        ),
    ):
        messages.success(request, _("Wniosek jest odrzucony. Mieszkaniec dostanie e-mail z powodem."))
        return redirect("desk:overpayments")
    return _page(request, row, refusal=form)


def _page(
    request: Request, row: Any, *, refund: RefundForm | None = None, refusal: RefusalForm | None = None
) -> HttpResponse:
    refund = refund or RefundForm(initial={"refunded_on": timezone.localdate()})
    refusal = refusal or RefusalForm()
    is_waiting = row.state == "waiting"
    entry = decision_entry(row)
    context = {
        **listed(row),
        "left_gr": overpaid_gr(row.overpayment),
        "nrb_shown": nrb_text(row.account_nrb),
        "account_is_shown": is_revealed(request, row, "account_nrb"),
        "is_waiting": is_waiting,
        "preview": _preview(request, row) if is_waiting and row.kind == "credit" else None,
        "has_arrears": is_waiting
        and row.kind == "refund"
        and arrears_come_first(row.overpayment, timezone.localdate()),
        "entry": entry,
        "can_take_back": row.state == "done" and entry and can(request.actor, Verb.CORRECT_LEDGER, entry),
        "refund": refund,
        "refusal": refusal,
        "history": acts_on(row),
        "crumbs": trail((_("Nadpłaty"), "overpayments"), row.overpayment.payer.name),
    }
    return draw(request, "desk/overpayment.html", context, refund, refusal)


def _preview(request: Request, row: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return preview_of(request, lambda: split_overpayment(row.overpayment, row.liability, today))


def tabs_of(request: Request, here: str) -> list[dict[str, Any]]:
    """The two lists of overpayments with what each holds; `here` is the view that shows one of them."""
    lists = (
        (_("Wnioski"), "overpayments", requests_waiting(request.actor).count()),
        (_("Bez wniosku"), "overpayments_held", overpayments_held(request.actor).count()),
    )
    return [
        {"label": label, "href": reverse(f"desk:{view}"), "count": count, "current": view == here}
        for label, view, count in lists
    ]
