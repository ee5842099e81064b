"""Payouts that a clerk enters from the bank statement, where the operator tells the portal none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.desk.acting import attempt, draw, sent
from frontend.desk.forms.reconciliation import PayoutForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from kernel.money import to_decimal_text
from services.payments import actions
from services.payments.queries_reconciliation import entered_payout, payments_to_settle
from services.users.domain import Verb
from tenants.configuration.queries import operator_account

SHOWN = 500
"""Payments on the page, the oldest first: more than a day of a large gmina."""


@guarded(Verb.BOOK_PAYMENT)
def new_settlement(request: Request, account_id: UUID) -> HttpResponse:
    """Enter a transfer and mark the payments that it is for."""
    return _page(request, operator_account(account_id), None)


@guarded(Verb.BOOK_PAYMENT)
def correct_settlement(request: Request, account_id: UUID, batch_id: UUID) -> HttpResponse:
    """Correct a payout that was entered: its transfer, or the payments that it is for."""
    account = operator_account(account_id)
    return _page(request, account, entered_payout(request.actor, account, batch_id))


def _page(request: Request, account: Any, batch: Any) -> HttpResponse:
    form = PayoutForm(sent(request), initial=_initial(batch))
    if request.method == "POST" and form.is_valid():
        payout = form.payout(account.public_id, batch.public_id if batch else None)
        saved = attempt(form, lambda: actions.enter_payout(payout, actor=request.actor))
        if saved:
            _say(request, is_confirmed=saved.confirmed_at is not None)
            return redirect("desk:settlement", saved.public_id)
    chosen = {str(value) for value in form["payment"].value() or ()}
    rows = payments_to_settle(account, batch)[:SHOWN]
    context = {
        "form": form,
        "account": account,
        "batch": batch,
        "rows": [{"row": row, "gr": row.office_gr, "checked": str(row.public_id) in chosen} for row in rows],
        "crumbs": trail(
            (_("Niezgodności"), "discrepancies"), (_("Wypłaty operatora"), "settlements"), _("Wpisz wypłatę")
        ),
    }
    return draw(request, "desk/new_settlement.html", context, form)


def _initial(batch: Any) -> dict[str, Any]:
    if batch is None:
        return {"bank_on": timezone.localdate()}
    listed = batch.lines.filter(is_listed=True, refund_id="").select_related("payment")
    return {
        "title": batch.batch_id,
        "amount": _typed(batch.bank_amount_gr),
        "kept": _typed(batch.kept_gr) if batch.kept_gr else "",
        "bank_on": batch.bank_on,
        "payment": [str(line.payment.public_id) for line in listed],
    }


def _typed(amount_gr: int) -> str:
    return to_decimal_text(amount_gr).replace(".", ",")


def _say(request: Request, *, is_confirmed: bool) -> None:
    if is_confirmed:
        messages.success(
            request, _("Przelew zgadza się z płatnościami. Jego dzień będzie podpowiadany przy księgowaniu.")
        )
    else:
        messages.warning(
            request,
            _("Wypłata zapisana, ale jej kwota nie jest sumą zaznaczonych płatności. Sprawdź różnicę."),
        )
