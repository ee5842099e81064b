"""Refunds before booking: one person proposes, another one approves; and money that needs a person's look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import attempt, carried_out, draw
from frontend.desk.forms.refunds import ApprovalForm, ClosingForm, ProposalForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.payments import listed as listed_payment
from frontend.desk.queues.refunds import REFUNDS
from frontend.desk.refund_panel import listed
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from kernel.fields import new_public_id
from kernel.money import to_decimal_text
from services.payments import actions, queries
from services.payments.domain.refunds import STUCK_AFTER, UNDERWAY
from services.payments.queries_refunds import (
    has_refund_api,
    paid_twice,
    payments_taken_back,
    refund_for,
    refundable_payment_for,
    refunds_open,
    to_clarify_count,
)
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.REFUND_PAYMENT)
@require_safe
def refunds(request: Request) -> HttpResponse:
    """Refunds that have not ended, those that wait for a second person first; by choice those in another state."""
    context = {
        "stuck_days": STUCK_AFTER.days,
        "tabs": tabs_of(request, "refunds"),
        "crumbs": trail(_("Zwroty")),
    }
    return list_page(request, REFUNDS, "desk/refunds.html", context)


@guarded(Verb.REFUND_PAYMENT)
@require_safe
def refunds_to_clarify(request: Request) -> HttpResponse:
    """Dues that were paid twice, and booked money that went away afterwards."""
    doubled = paid_twice(queries.payments_seen(request.actor))
    page = Paginator(doubled, PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "page": page,
        "doubled": [listed_payment(row) for row in page],
        "taken_back": [listed_payment(row) for row in payments_taken_back(request.actor)[:PER_PAGE]],
        "tabs": tabs_of(request, "refunds_to_clarify"),
        "crumbs": trail((_("Zwroty"), "refunds"), _("Do wyjaśnienia")),
    }
    return render(request, "desk/refunds_to_clarify.html", context)


@guarded(Verb.REFUND_PAYMENT)
def propose_refund(request: Request, payment_id: UUID) -> HttpResponse:
    """How much goes back and why; nothing goes out before another person agrees."""
    row = refundable_payment_for(request.actor, payment_id)
    if not queries.can_be_booked(row) or not has_refund_api(row):
        return redirect("desk:payment", payment_id)
    left_gr = row.paid_gr - row.refunded_gr
    initial = {
        "refund_id": new_public_id(),
        "available_gr": left_gr,
        "amount": to_decimal_text(left_gr).replace(".", ","),
    }
    form = ProposalForm(request.POST) if request.method == "POST" else ProposalForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        proposed = attempt(
            form,
            lambda: actions.propose_refund(
                refund_id=values["refund_id"],
                payment_id=payment_id,
                amount_gr=values["amount"],
                available_gr=values["available_gr"],
                reason=values["reason"],
                actor=request.actor,
            ),
        )
        if proposed is not None:
            messages.success(request, _("Zwrot czeka na zatwierdzenie przez inną osobę."))
            return redirect("desk:refund", proposed.public_id)
        if form.refusal == "refund.stale":
            form.stand_on(available_gr=left_gr)
    context = {
        "row": row,
        "left_gr": left_gr,
        "form": form,
        "crumbs": trail(
            (_("Płatności"), "payments"), (row.reference, "payment", row.public_id), _("Zwrot wpłaty")
        ),
    }
    return draw(request, "desk/refund_propose.html", context, form)


@guarded(Verb.REFUND_PAYMENT)
@require_safe
def refund(request: Request, refund_id: UUID) -> HttpResponse:
    """One refund: what, why, who, how it stands, and what this person can do with it."""
    return _page(request, refund_for(request.actor, refund_id))


@guarded(Verb.REFUND_PAYMENT)
def approve_refund(request: Request, refund_id: UUID) -> HttpResponse:
    """Agree to the amounts that the page showed; the operator is asked at once."""
    row, form = refund_for(request.actor, refund_id), ApprovalForm(request.POST)
    if request.method != "POST":
        return redirect("desk:refund", refund_id)
    if form.is_valid():
        values = form.cleaned_data
        approved = attempt(
            form,
            lambda: actions.approve_refund(
                refund_id=refund_id,
                amount_gr=values["amount_gr"],
                available_gr=values["available_gr"],
                actor=request.actor,
            ),
        )
        if approved is not None:
            _tell_outcome(request, approved)
            return redirect("desk:refund", refund_id)
    return _page(request, row, approval=form)


def _tell_outcome(request: Request, row: Any) -> None:
    if row.state in UNDERWAY:
        messages.success(request, _("Zwrot jest zatwierdzony. O wyniku napiszemy płatnikowi."))
    elif row.state == "completed":
        messages.success(request, _("Pieniądze wróciły do płatnika. Dostanie e-mail."))
    else:
        messages.error(request, _("Operator odrzucił zwrot. Pieniądze zostały w urzędzie."))


@guarded(Verb.REFUND_PAYMENT)
def refuse_refund(request: Request, refund_id: UUID) -> HttpResponse:
    """The second person says no, with a reason."""
    return _close(
        request, refund_id, actions.refuse_refund, _("Zwrot jest odrzucony. Wpłatę można księgować.")
    )


@guarded(Verb.REFUND_PAYMENT)
def withdraw_refund(request: Request, refund_id: UUID) -> HttpResponse:
    """Who proposed it takes it back, with a reason."""
    return _close(
        request, refund_id, actions.withdraw_refund, _("Propozycja jest wycofana. Wpłatę można księgować.")
    )


def _close(request: Request, refund_id: UUID, act: Callable[..., Any], done: str) -> HttpResponse:
    row, form = refund_for(request.actor, refund_id), ClosingForm(request.POST)
    if request.method != "POST":
        return redirect("desk:refund", refund_id)
    if form.is_valid() and carried_out(
        form, lambda: act(refund_id=refund_id, reason=form.cleaned_data["reason"], actor=request.actor)
    ):
        messages.success(request, done)
        return redirect("desk:refund", refund_id)
    return _page(request, row, closing=form)


@guarded(Verb.REFUND_PAYMENT)
def refresh_refund(request: Request, refund_id: UUID) -> HttpResponse:
    """Ask the operator now what became of a refund."""
    row = refund_for(request.actor, refund_id)
    if request.method != "POST":
        return redirect("desk:refund", refund_id)
    actions.refresh_refund(row.public_id)
    row.refresh_from_db(fields=["state"])
    told = {"state": wording.word(wording.REFUND_STATES, row.state)}
    messages.info(request, _("Operator zapytany. Zwrot: %(state)s.") % told)
    return redirect("desk:refund", refund_id)


def _page(
    request: Request, row: Any, *, approval: ApprovalForm | None = None, closing: ClosingForm | None = None
) -> HttpResponse:
    row.refresh_from_db()
    left_gr = row.payment.paid_gr - row.payment.refunded_gr
    shown = {"amount_gr": row.amount_gr, "available_gr": left_gr}
    if approval is None:
        approval = ApprovalForm(initial=shown)
    elif approval.refusal:
        approval.stand_on(**shown)
    closing = closing or ClosingForm()
    context = {
        **listed(row),
        "payment": row.payment,
        "left_gr": left_gr,
        "after_gr": left_gr - row.amount_gr,
        "is_waiting": row.state == "proposed",
        "is_own": row.proposed_by_id == request.actor.user_id,
        "can_ask": row.state in UNDERWAY,
        "approval": approval,
        "closing": closing,
        "history": acts_on(row),
        "crumbs": trail((_("Zwroty"), "refunds"), row.payment.payer.name),
    }
    return draw(request, "desk/refund.html", context, approval, closing)


def tabs_of(request: Request, here: str) -> list[dict[str, Any]]:
    """The two lists with what each holds; `here` is the view that shows one of them."""
    lists = (
        (_("Zwroty"), "refunds", refunds_open(request.actor).count()),
        (_("Do wyjaśnienia"), "refunds_to_clarify", to_clarify_count(request.actor)),
    )
    return [
        {"label": label, "href": reverse(f"desk:{view}"), "count": count, "current": view == here}
        for label, view, count in lists
    ]
