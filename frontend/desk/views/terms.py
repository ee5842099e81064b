"""Versions of the terms of paying in the portal: what counts as which instrument, enforced dues, civil interest."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.terms import PaymentTermsForm
from frontend.desk.trail import trail
from frontend.desk.views.rules import dated_versions
from frontend.guards import Request, guarded
from services.users.domain import Verb
from tenants.configuration import actions, queries
from tenants.configuration.domain_terms import PaymentTerms


@guarded(Verb.CONFIGURE)
@require_safe
def payment_terms(request: Request) -> HttpResponse:
    """Versions of the terms: which one is in force, who added each."""
    rows = [
        item
        | {
            "pay_by_link": wording.word(wording.INSTRUMENT_READINGS, item["row"].pay_by_link),
            "blik": wording.word(wording.INSTRUMENT_READINGS, item["row"].blik),
            "enforced": wording.word(wording.ENFORCED_READINGS, item["row"].enforced),
            "civil": wording.word(wording.CIVIL_INTEREST_DAYS, item["row"].civil_interest_to),
        }
        for item in dated_versions(queries.payment_terms_versions(), "payment_terms")
    ]
    crumbs = trail((_("Ustawienia"), "settings"), _("Płacenie w portalu"))
    return render(request, "desk/payment_terms.html", {"rows": rows, "crumbs": crumbs})


@guarded(Verb.CONFIGURE)
def new_payment_terms(request: Request) -> HttpResponse:
    """A new version from a day on; a payment keeps the terms of the day on which it was ordered."""
    in_force = queries.payment_terms(timezone.localdate())
    form = PaymentTermsForm(sent(request), initial=initial_of(in_force, PaymentTermsForm))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if carried_out(
            form,
            lambda: actions.set_payment_terms(
                PaymentTerms.of(form.terms),
                effective_on=values["effective_on"],
                note=values["note"],
                actor=request.actor,
            ),
        ):
            messages.success(request, _("Nowa wersja zasad jest zapisana."))
            return redirect("desk:payment_terms")
    crumbs = trail(
        (_("Ustawienia"), "settings"), (_("Płacenie w portalu"), "payment_terms"), _("Nowa wersja")
    )
    return draw(request, "desk/new_payment_terms.html", {"form": form, "crumbs": crumbs}, form)
