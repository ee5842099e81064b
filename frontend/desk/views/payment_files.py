"""Payments for the finance system as a file that a clerk takes away."""

from __future__ import annotations

import io

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.desk.acting import draw, sent
from frontend.desk.forms.payment_files import PaymentsFileForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from integrations.finance.exchange.reading import Shape
from services.api.payment_files import write_payments
from services.users.domain import Verb

TYPES = {
    Shape.CSV: "text/csv; charset=utf-8",
    Shape.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Shape.JSON: "application/json",
}


@guarded(Verb.BOOK_PAYMENT)
def payments_file(request: Request) -> HttpResponse:
    """Choose from which day and in which form, and get the file."""
    form = PaymentsFileForm(sent(request))
    if request.method == "POST" and form.is_valid():
        today, shape = timezone.localdate(), Shape(form.cleaned_data["shape"])
        file = io.BytesIO()
        write_payments(file, shape, since=form.cleaned_data["since"], as_of=today, actor=request.actor)
        headers = {
            "Content-Disposition": f'attachment; filename="wplaty-{today:%Y-%m-%d}.{shape}"',
            "X-Content-Type-Options": "nosniff",
        }
        return HttpResponse(file.getvalue(), content_type=TYPES[shape], headers=headers)
    context = {"form": form, "crumbs": trail((_("Do zaksięgowania"), "payments_to_book"), _("Plik wpłat"))}
    return draw(request, "desk/payments_file.html", context, form)
