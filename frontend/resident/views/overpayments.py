"""One overpayment: what it is, what was asked about it, and asking for a refund or a credit."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from frontend.guards import Request, guarded
from frontend.messages import show_on
from frontend.resident.acting import acting_for
from frontend.resident.forms import OverpaymentForm
from frontend.resident.wording import OVERPAYMENT_STATES
from kernel.errors import Conflict, InvalidInput, NotFound
from services.payments import actions
from services.payments.crediting import overpaid_gr
from services.payments.queries_overpayments import creditable_dues, overpayment_of, requests_about
from services.users.domain import Verb


@guarded(Verb.OWN_DUES)
def overpayment(request: Request, overpayment_id: UUID) -> HttpResponse:
    """The page of one overpayment; sending its form is the request to the office (art. 76 § 1, art. 77 O.p.)."""
    payer = acting_for(request).payer
    if payer is None:
        raise NotFound("overpayment.unknown")
    row = overpayment_of(payer, overpayment_id)
    form = OverpaymentForm(creditable_dues(row), request.POST if request.method == "POST" else None)
    if form.is_valid() and _asked(request, form, payer.public_id, overpayment_id):
        messages.success(request, _("Wniosek jest w urzędzie. O decyzji napiszemy e-mailem."))
        return redirect("overpayment", overpayment_id)
    asked = [(item, OVERPAYMENT_STATES[item.state]) for item in requests_about(row)]
    context = {
        "row": row,
        "left_gr": overpaid_gr(row),
        "form": form,
        "asked": asked,
        "is_waiting": any(item.state == "waiting" for item, _word in asked),
    }
    return render(request, "resident/overpayment.html", context, status=422 if form.errors else 200)


def _asked(request: Request, form: OverpaymentForm, payer_id: UUID, overpayment_id: UUID) -> bool:
    try:
        actions.request_overpayment(
            payer_id=payer_id, overpayment_id=overpayment_id, actor=request.actor, **form.request
        )
    except (Conflict, InvalidInput) as error:
        show_on(form, error)
        return False
    return True
