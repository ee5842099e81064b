"""Payments: one page for each, and the list of all."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import draw
from frontend.desk.discrepancies import listed as shown
from frontend.desk.forms.payments import CreditedForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.payments import PAYMENTS, listed
from frontend.desk.reasons import Remark, ShareRow, remark, share_rows
from frontend.desk.refund_panel import panel
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.messages import sentence
from frontend.words import MESSAGE_KINDS
from kernel.errors import SkarbnikError
from services.accounts.access import can, types_handled
from services.accounts.oversight import ledger_entries_of
from services.liabilities.queries import liabilities_for
from services.liabilities.queries_corrections import REVERSIBLE
from services.payments import actions, queries
from services.payments.allocation_statement import statement_of
from services.payments.booking import split_payment
from services.payments.domain.states import State
from services.payments.queries_reconciliation import discrepancies_of
from services.payments.queries_records import is_handled, record_of
from services.payments.queries_refunds import refunds_of
from services.users.domain import Verb


@guarded(Verb.VIEW_PAYMENTS)
@require_safe
def payments(request: Request) -> HttpResponse:
    """All payments about dues that the clerk handles."""
    context = {"number": request.GET.get("number", ""), "crumbs": trail(_("Płatności"))}
    return list_page(request, PAYMENTS, "desk/payments.html", context)


@guarded(Verb.VIEW_PAYMENTS)
@require_safe
def payment(request: Request, payment_id: UUID) -> HttpResponse:
    """One payment: what it pays, its days and ids, what booking would do or has done."""
    row = queries.desk_payment_for(request.actor, payment_id)
    return payment_page(
        request, row, CreditedForm(initial={"credited_on": row.credited_on or timezone.localdate()})
    )


@guarded(Verb.BOOK_PAYMENT)
def refresh_payment(request: Request, payment_id: UUID) -> HttpResponse:
    """Ask the operator now what became of a payment."""
    row = queries.desk_payment_for(request.actor, payment_id)
    if request.method != "POST":
        return redirect("desk:payment", payment_id)
    actions.refresh_payment(row.public_id)
    row.refresh_from_db(fields=["state"])
    messages.info(
        request,
        _("Operator zapytany. Stan: %(state)s.") % {"state": wording.word(wording.PAYMENT_STATES, row.state)},
    )
    return redirect("desk:payment", payment_id)


@guarded(Verb.VIEW_PAYMENTS)
@require_safe
def allocation_statement(request: Request, payment_id: UUID) -> HttpResponse:
    """Why the money of a booked payment went where it went, as a tagged PDF; taking it is kept in the log."""
    reference, content = actions.take_statement(payment_id=payment_id, actor=request.actor)
    headers = {"Content-Disposition": f'attachment; filename="rozliczenie-{reference}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def payment_page(request: Request, row: Any, form: CreditedForm) -> HttpResponse:
    """Draw the page of a payment; `form` holds the day of the credit."""
    is_mine = can(request.actor, Verb.BOOK_PAYMENT, row)
    is_bookable = queries.can_be_booked(row)
    refunds = refunds_of(row)
    chosen_on = form.cleaned_data.get("credited_on") if form.is_bound and form.is_valid() else None
    handled = set(types_handled(request.actor).values_list("pk", flat=True))
    entries = [_entry(entry) for entry in ledger_entries_of(row.public_id)]
    context = {
        "row": row,
        "state": listed(row),
        "form": form,
        "items": [_item(item, handled) for item in row.items.all()],
        "can_book": is_bookable and is_mine,
        "was_booked": row.state == State.PAID and bool(entries),
        "is_shared": is_bookable and not is_mine,
        "can_ask": queries.is_waiting(row) or queries.is_released(row) or row.state == State.MISMATCH,
        "preview": preview(request, row, chosen_on or row.credited_on or timezone.localdate())
        if is_bookable and is_mine
        else None,
        **_statement(request, row),
        "entries": entries,
        "messages_of_operator": [
            (event, MESSAGE_KINDS.get(event.kind, "–")) for event in row.events.order_by("received_at")
        ],
        "discrepancies": [shown(one) for one in discrepancies_of(request.actor, row)],
        "refunds": panel(request, row, refunds),
        "history": acts_on(row, *refunds),
        "crumbs": trail((_("Płatności"), "payments"), row.reference),
    }
    return draw(request, "desk/payment.html", context, form)


def _statement(request: Request, row: Any) -> dict[str, Any]:
    """Why the money went where it went. It names every due in question, so only who handles them all reads it."""
    found = record_of(row)
    if found is None:
        return {"statement": None, "has_foreign_statement": False}
    is_mine = is_handled(request.actor, found)
    return {"statement": statement_of(found) if is_mine else None, "has_foreign_statement": not is_mine}


def preview(request: Request, row: Any, credited_on: date) -> dict[str, Any]:
    """What booking on that day would do, with the reasons; or why it cannot be said."""
    try:
        split = split_payment(row, credited_on)
    except SkarbnikError as error:
        return {"trouble": sentence(error)}
    return {"credited_on": credited_on, **explained(request, split)}


def explained(request: Request, split: Any) -> dict[str, Any]:
    """Where money goes by a split, share by share with the reasons, for `desk/allocation.html`."""
    # A due of another department may be paid first by law; its name is not for this clerk.
    ids = [share.id for share in split.shares]
    mine = {str(due.public_id) for due in liabilities_for(request.actor).filter(public_id__in=ids)}
    costs = {share.id for share in split.shares if share.kind.value == "reminder_costs"}
    titles = {key: title for key, title in split.titles.items() if key in mine}
    titles |= {key: _("Upomnienie %(number)s") % {"number": split.titles[key]} for key in costs}
    shares: list[ShareRow] = share_rows(split, titles)
    remarks: list[Remark] = [remark(reason) for reason in split.reasons]
    return {"split": split, "shares": shares, "remarks": remarks}


def _item(item: Any, handled: set[int]) -> dict[str, Any]:
    if item.reminder_cost is not None:
        title = _("Koszty upomnienia %(number)s") % {"number": item.reminder_cost.number}
        return {"item": item, "title": title, "due": None}
    is_handled = item.liability.liability_type_id in handled
    title = item.liability.title if is_handled else _("należność innego wydziału")
    return {"item": item, "title": title, "due": item.liability if is_handled else None}


def _entry(entry: Any) -> dict[str, Any]:
    lines = [
        {
            "account": line.get_account_display(),
            "debit_gr": line.amount_gr if line.amount_gr > 0 else None,
            "credit_gr": -line.amount_gr if line.amount_gr < 0 else None,
        }
        for line in entry.postings.all()
    ]
    return {
        "entry": entry,
        "title": capfirst(entry.get_code_display()),
        "lines": lines,
        "can_correct": entry.code in REVERSIBLE,
    }
