"""Payments for the finance system as a file that a clerk takes away."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpResponse
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
IN_MEMORY = 4 * 1024 * 1024


@guarded(Verb.BOOK_PAYMENT)
def payments_file(request: Request) -> HttpResponse | FileResponse:
    """Choose from which day and in which form, and get the file."""
    form = PaymentsFileForm(sent(request))
    if request.method == "POST" and form.is_valid():
        today, shape = timezone.localdate(), Shape(form.cleaned_data["shape"])
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- the response closes it
        write_payments(file, shape, since=form.cleaned_data["since"], as_of=today, actor=request.actor)
        return FileResponse(
            file,
            as_attachment=True,
            filename=f"wplaty-{today:%Y-%m-%d}.{shape}",
            content_type=TYPES[shape],
            headers={"X-Content-Type-Options": "nosniff"},
        )
    context = {"form": form, "crumbs": trail((_("Do zaksięgowania"), "payments_to_book"), _("Plik wpłat"))}
    return draw(request, "desk/payments_file.html", context, form)
