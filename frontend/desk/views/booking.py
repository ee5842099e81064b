"""Booking: the queue, one payment, many at once with a report of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import carried_out
from frontend.desk.forms.payments import BookForm, CreditedForm
from frontend.desk.listing import Listing, list_page
from frontend.desk.queues.payments import PAYMENTS_TO_BOOK
from frontend.desk.trail import trail
from frontend.desk.views.payments import payment_page, preview
from frontend.guards import Request, guarded
from frontend.messages import sentence
from services.payments import actions, queries
from services.users.domain import Verb

REPORT = "booking_report"
"""Session key of the last bulk booking: ids and sentences, nothing personal."""


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def payments_to_book(request: Request) -> HttpResponse:
    """Paid and not yet booked."""
    return _queue(request, BookForm(initial={"credited_on": timezone.localdate(), "by_transfer": True}))


@guarded(Verb.BOOK_PAYMENT)
def book_payments(request: Request) -> HttpResponse:
    """First show where the money would go, then book each in its own transaction and report each."""
    if request.method != "POST":
        return redirect("desk:payments_to_book")
    form = BookForm(request.POST)
    if not form.is_valid():
        return _queue(request, form)
    if "confirmed" not in request.POST:
        return _confirm(request, form)
    booked = actions.book_payments(
        payment_ids=form.cleaned_data["payment"],
        credited_on=form.cleaned_data["credited_on"],
        days=form.cleaned_data["day"],
        actor=request.actor,
    )
    request.session[REPORT] = {
        "credited_on": form.cleaned_data["credited_on"].isoformat(),
        "rows": [[str(row.payment_id), sentence(row.error) if row.error else ""] for row in booked],
    }
    return redirect("desk:booking_report")


@guarded(Verb.BOOK_PAYMENT)
@require_safe
def booking_report(request: Request) -> HttpResponse:
    """What became of each payment of the last bulk booking."""
    report = request.session.get(REPORT)
    if report is None:
        return redirect("desk:payments_to_book")
    ids = [public_id for public_id, _trouble in report["rows"]]
    known = {
        str(row.public_id): row for row in queries.payments_seen(request.actor).filter(public_id__in=ids)
    }
    rows = [{"row": known.get(public_id), "trouble": trouble} for public_id, trouble in report["rows"]]
    done = [row["row"].office_gr for row in rows if row["row"] and not row["trouble"]]
    context = {
        "rows": rows,
        "done": len(done),
        "done_gr": sum(done),
        "failed": len(rows) - len(done),
        "credited_on": report["credited_on"],
        "left": queries.payments_to_book(request.actor).count(),
        "crumbs": trail((_("Do zaksięgowania"), "payments_to_book"), _("Wynik")),
    }
    return render(request, "desk/booking_report.html", context)


@guarded(Verb.BOOK_PAYMENT)
def book_payment(request: Request, payment_id: UUID) -> HttpResponse:
    """Book one payment, or show anew where its money would go on another day."""
    row = queries.desk_payment_for(request.actor, payment_id)
    if request.method != "POST":
        return redirect("desk:payment", payment_id)
    form = CreditedForm(request.POST)
    if form.is_valid() and "preview" not in request.POST:
        credited_on = form.cleaned_data["credited_on"]
        if carried_out(
            form,
            lambda: actions.book_payment(payment_id=payment_id, credited_on=credited_on, actor=request.actor),
        ):
            messages.success(
                request, _("Płatność jest zaksięgowana. Saldo się zmieniło, płatnik dostanie e-mail.")
            )
            return redirect("desk:payment", payment_id)
    return payment_page(request, row, form)


def _queue(request: Request, form: BookForm) -> HttpResponse:
    chosen = {str(value) for value in form["payment"].value() or ()} if form.is_bound else set()
    listing = Listing(request, PAYMENTS_TO_BOOK)
    context = {
        "form": form,
        "chosen": chosen,
        "has_transfers": any(item["row"].credited_on for item in listing.rows),
        "crumbs": trail((_("Płatności"), "payments"), _("Do zaksięgowania")),
    }
    return list_page(request, PAYMENTS_TO_BOOK, "desk/payments_to_book.html", context, [form], listing)


def _confirm(request: Request, form: BookForm) -> HttpResponse:
    credited_on, by_transfer = form.cleaned_data["credited_on"], form.cleaned_data["by_transfer"]
    found = queries.payments_to_book(request.actor).filter(public_id__in=form.cleaned_data["payment"])
    rows: list[dict[str, Any]] = []
    for row in found:
        own_day = row.credited_on if by_transfer else None
        rows.append(
            {"row": row, "own_day": own_day, "preview": preview(request, row, own_day or credited_on)}
        )
    if not rows:
        messages.warning(request, _("Te płatności są już zaksięgowane albo nie są przydzielone Tobie."))
        return redirect("desk:payments_to_book")
    context = {
        "rows": rows,
        "credited_on": credited_on,
        "needs_day": not all(item["own_day"] for item in rows),
        "total_gr": sum(item["row"].office_gr for item in rows),
        "crumbs": trail((_("Do zaksięgowania"), "payments_to_book"), _("Sprawdź")),
    }
    return render(request, "desk/booking_confirm.html", context)
