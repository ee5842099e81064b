"""Overpayments: all of them, one with what was asked and decided about it, asking, and withdrawing what was asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from frontend.resident.acting import acting_for
from frontend.resident.decisions import decision
from frontend.resident.forms import OverpaymentForm
from kernel.errors import Conflict, InvalidInput, NotFound
from services.payments import actions
from services.payments.crediting import overpaid_gr
from services.payments.queries_overpayments import (
    creditable_dues,
    overpayment_of,
    payer_overpayments,
    requested_overpayments,
    requests_about,
)
from services.users.domain import Verb


@guarded(Verb.OWN_DUES)
@require_safe
def overpayments(request: Request) -> HttpResponse:
    """All overpayments of the payer, those that are settled too."""
    acting = acting_for(request)
    payer = acting.payer
    context = {
        "rows": payer_overpayments(payer, acting.types) if payer else [],
        "asked": requested_overpayments(payer) if payer else set(),
    }
    return render(request, "resident/overpayments.html", context)


@guarded(Verb.OWN_DUES)
def overpayment(request: Request, overpayment_id: UUID) -> HttpResponse:
    """The page of one overpayment; sending its form is the request to the office (art. 76 § 1, art. 77 O.p.)."""
    payer = _payer(request)
    row = overpayment_of(payer, overpayment_id, acting_for(request).types)
    acting = acting_for(request)
    dues = [due for due in creditable_dues(row) if acting.authority.covers(due.type_code)]
    form = OverpaymentForm(dues, request.POST if request.method == "POST" else None)
    if form.is_valid() and _asked(request, form, payer.public_id, overpayment_id):
        messages.success(request, _("Wniosek jest w urzędzie. O decyzji napiszemy e-mailem."))
        return redirect("overpayment", overpayment_id)
    decisions = [decision(item) for item in requests_about(row)]
    context = {
        "row": row,
        "left_gr": overpaid_gr(row),
        "form": form,
        "decisions": decisions,
        "may_ask": acting.may_ask,
        "is_waiting": any(item.is_waiting for item in decisions),
    }
    return render(request, "resident/overpayment.html", context, status=422 if form.errors else 200)


@guarded(Verb.OWN_DUES)
def withdraw_overpayment_request(request: Request, overpayment_id: UUID, request_id: UUID) -> HttpResponse:
    """Ask whether the request is really to be withdrawn, then withdraw it."""
    payer = _payer(request)
    row = overpayment_of(payer, overpayment_id, acting_for(request).types)
    asked = requests_about(row).filter(public_id=request_id, resident__isnull=False).first()
    if asked is None:
        raise NotFound("overpayment_request.unknown")
    if request.method != "POST":
        if asked.state != "waiting":
            return redirect("overpayment", overpayment_id)
        context = {"row": row, "item": decision(asked)}
        return render(request, "resident/overpayment_withdraw.html", context)
    try:
        actions.withdraw_overpayment_request(
            payer_id=payer.public_id, request_id=request_id, actor=request.actor
        )
    except Conflict as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("Wniosek jest wycofany. W każdej chwili możesz złożyć nowy."))
    return redirect("overpayment", overpayment_id)


def _payer(request: Request) -> Any:
    """The payer acted for, as far as there is one."""
    payer = acting_for(request).payer
    if payer is None:
        raise NotFound("overpayment.unknown")
    return payer


def _asked(request: Request, form: OverpaymentForm, payer_id: UUID, overpayment_id: UUID) -> bool:
    try:
        actions.request_overpayment(
            payer_id=payer_id, overpayment_id=overpayment_id, actor=request.actor, **form.request
        )
    except (Conflict, InvalidInput) as error:
        show_on(form, error)
        return False
    return True
