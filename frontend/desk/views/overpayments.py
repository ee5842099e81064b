"""Overpayments: the queue of requests, one page for each with what crediting would do, and the three decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.components.formats import nrb_text
from frontend.desk import wording
from frontend.desk.acting import act_and_tell, carried_out, draw
from frontend.desk.forms.overpayments import RefundForm, RefusalForm
from frontend.desk.history import acts_on
from frontend.desk.reasons import remark, share_rows
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.messages import sentence
from kernel.errors import SkarbnikError
from services.liabilities.queries import liabilities_for
from services.payments import actions
from services.payments.crediting import overpaid_gr, split_overpayment
from services.payments.queries_overpayments import request_for, requests_waiting
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def overpayments(request: Request) -> HttpResponse:
    """Requests that wait, the oldest first."""
    page = Paginator(requests_waiting(request.actor), PER_PAGE).get_page(request.GET.get("strona"))
    rows = [_listed(row) for row in page]
    return render(
        request, "desk/overpayments.html", {"page": page, "rows": rows, "crumbs": trail(_("Nadpłaty"))}
    )


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def overpayment(request: Request, request_id: UUID) -> HttpResponse:
    """One request: who asks for what, what the office holds, what crediting would do."""
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
    context = {
        **_listed(row),
        "left_gr": overpaid_gr(row.overpayment),
        "nrb_shown": nrb_text(row.account_nrb),
        "is_waiting": is_waiting,
        "preview": _preview(request, row) if is_waiting and row.kind == "credit" else None,
        "refund": refund,
        "refusal": refusal,
        "history": acts_on(row),
        "crumbs": trail((_("Nadpłaty"), "overpayments"), row.overpayment.payer.name),
    }
    return draw(request, "desk/overpayment.html", context, refund, refusal)


def _preview(request: Request, row: Any) -> dict[str, Any]:
    """What crediting would do today, or why it cannot be done."""
    try:
        split = split_overpayment(row.overpayment, row.liability, timezone.localdate())
    except SkarbnikError as error:
        return {"trouble": sentence(error)}
    ids = [share.id for share in split.shares]
    mine = {str(due.public_id) for due in liabilities_for(request.actor).filter(public_id__in=ids)}
    costs = {share.id for share in split.shares if share.kind.value == "reminder_costs"}
    titles = {key: title for key, title in split.titles.items() if key in mine | costs}
    return {
        "split": split,
        "shares": share_rows(split, titles),
        "remarks": [remark(reason) for reason in split.reasons],
    }


def _listed(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "kind": wording.word(wording.OVERPAYMENT_KINDS, row.kind),
        "state": wording.word(wording.OVERPAYMENT_STATES, row.state),
        "state_kind": wording.OVERPAYMENT_STATE_KINDS[row.state],
    }
