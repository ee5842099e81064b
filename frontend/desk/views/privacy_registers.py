"""Registers that the controller of personal data keeps: disclosures, activities of processing, breaches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from frontend.desk.acting import attempt, carried_out, draw, sent
from frontend.desk.forms.privacy import (
    AssessForm,
    AuthorityForm,
    BreachForm,
    CloseForm,
    DisclosureForm,
    PeopleForm,
)
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.liabilities.domain.dues_file import write_csv
from services.privacy import actions, queries
from services.privacy.actions.registers import NewDisclosure
from services.privacy.inventory import held_for
from services.users.domain import Verb

ACTIVITY_COLUMNS = (
    "kod", "nazwa", "cel", "podstawa", "kategorie_osob", "kategorie_danych", "odbiorcy", "przekazanie_poza_eog",
    "okres_przechowywania", "zabezpieczenia", "rodzaje_przetwarzania", "tabele_i_pola",
)  # fmt: skip
ACTIVITY_FIELDS = (
    "code", "name", "purpose", "basis", "people", "data", "recipients", "transfers", "retention", "security", "operations",
)  # fmt: skip
DISCLOSURE_COLUMNS = ("dzien", "komu", "jakie_dane", "podstawa", "znak_pisma", "konto")
STEP_FORMS = {
    "assess": AssessForm,
    "tell_authority": AuthorityForm,
    "tell_people": PeopleForm,
    "close": CloseForm,
}


@guarded(Verb.PROTECT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def disclosures(request: Request) -> HttpResponse:
    """To whom data were given, and a form to write one more down (S100)."""
    form = DisclosureForm(sent(request), initial={"disclosed_on": timezone.localdate()})
    if form.is_valid() and carried_out(
        form, lambda: actions.record_disclosure(NewDisclosure(**form.cleaned_data), actor=request.actor)
    ):
        messages.success(request, _("Udostępnienie jest zapisane."))
        return redirect("desk:disclosures")
    context = {
        "form": form,
        "rows": queries.disclosures(request.actor)[:200],
        "crumbs": trail(_("Udostępnienia danych")),
    }
    return draw(request, "desk/disclosures.html", context, form)


@guarded(Verb.PROTECT_DATA)
@require_safe
def disclosures_csv(request: Request) -> HttpResponse:
    """The whole register for a spreadsheet."""
    rows = [
        (
            row.disclosed_on,
            row.recipient,
            row.scope,
            row.basis,
            row.letter,
            str(row.resident.public_id) if row.resident else "",
        )
        for row in queries.disclosures(request.actor)
    ]
    return _csv(write_csv(DISCLOSURE_COLUMNS, rows), "udostepnienia")


@guarded(Verb.PROTECT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def processing(request: Request) -> HttpResponse:
    """The register of processing activities (art. 30 ust. 1 RODO)."""
    if request.method == "POST":
        actions.install_activities(actor=request.actor)
        messages.success(request, _("Rejestr zawiera czynności, które wykonuje portal."))
        return redirect("desk:processing")
    context = {
        "rows": [{"row": row, "held": held_for(row.code)} for row in queries.activities(request.actor)],
        "is_whole": queries.has_all_activities(request.actor),
        "crumbs": trail(_("Rejestr czynności przetwarzania")),
    }
    return render(request, "desk/processing.html", context)


@guarded(Verb.PROTECT_DATA)
@require_safe
def processing_csv(request: Request) -> HttpResponse:
    """The register for a spreadsheet, as the authority may ask for it (art. 30 ust. 4)."""
    rows = [
        (*(getattr(row, name) for name in ACTIVITY_FIELDS), _held(row.code))
        for row in queries.activities(request.actor)
    ]
    return _csv(write_csv(ACTIVITY_COLUMNS, rows), "rejestr-czynnosci")


def _held(code: str) -> str:
    return "; ".join(f"{one.table}: {', '.join(one.names)}" for one in held_for(code))


def _csv(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate()}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@guarded(Verb.PROTECT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def breaches(request: Request) -> HttpResponse:
    """The register of breaches, and a form to begin a new case."""
    form = BreachForm(sent(request))
    if form.is_valid():
        values = form.cleaned_data
        row = attempt(form, lambda: actions.record_breach(**values, actor=request.actor))
        if row is not None:
            messages.success(request, _("Sprawa jest zapisana. Zegar 72 godzin biegnie od zauważenia."))
            return redirect("desk:breach", row.public_id)
    context = {
        "form": form,
        "rows": [_shown(one) for one in queries.breaches(request.actor)],
        "crumbs": trail(_("Naruszenia ochrony danych")),
    }
    return draw(request, "desk/breaches.html", context, form)


@guarded(Verb.PROTECT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def breach(request: Request, breach_id: UUID) -> HttpResponse:
    """One case: the clock, the steps that are needed, and a form for the next of them."""
    found = queries.breach_for(request.actor, breach_id)
    posted = sent(request)
    step = posted.get("step", "") if posted is not None else ""
    forms = {
        name: form(posted if name == step else None, initial={"version": found.row.version, "step": name})
        for name, form in STEP_FORMS.items()
    }
    chosen = forms.get(step)
    if (
        chosen is not None
        and chosen.is_valid()
        and carried_out(chosen, lambda: _do(request, breach_id, chosen))
    ):
        messages.success(request, _("Zapisane."))
        return redirect("desk:breach", breach_id)
    context = _shown(found) | {
        "forms": forms,
        "history": acts_on(found.row),
        "crumbs": trail((_("Naruszenia ochrony danych"), "breaches"), _("Sprawa")),
    }
    return draw(request, "desk/breach.html", context, *forms.values())


def _do(request: Request, breach_id: UUID, form: Any) -> object:
    values = form.cleaned_data
    return actions.change_breach(
        breach_id, step=values["step"], values=values, version=values["version"], actor=request.actor
    )


def _shown(found: queries.ShownBreach) -> dict[str, Any]:
    hours = int(found.left.total_seconds() // 3600)
    return {
        "row": found.row,
        "risk": found.row.get_risk_display(),
        "steps": found.steps,
        "hours_left": max(hours, 0),
        "due_at": found.due_at,
        "is_late": found.is_late,
        "runs": found.row.authority_told_at is None
        and found.steps[1].is_needed
        and found.row.closed_at is None,
    }
