"""Personal data at the desk: the end of a restriction, the list of processors, and the numbers of visits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.privacy import EndProcessorForm, EndRestrictionForm, ProcessorForm
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.accounts import actions as account_actions
from services.accounts.queries import resident_by_id
from services.privacy import actions, queries
from services.users.domain import Verb

PERIODS = {"30": 30, "365": 365}
"""Days that the page of visits can go back."""


@guarded(Verb.PROTECT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def end_restriction(request: Request, resident_id: UUID) -> HttpResponse:
    """Say from which day on the data may be used again; the person is told at once (art. 18 ust. 3)."""
    resident = resident_by_id(resident_id)
    form = EndRestrictionForm(sent(request))
    if form.is_valid() and carried_out(
        form,
        lambda: account_actions.end_restriction(
            resident_id=resident_id, **form.cleaned_data, actor=request.actor
        ),
    ):
        messages.success(request, _("Zapisane. Osoba dostała wiadomość."))
        return redirect("desk:resident", resident_id)
    name = resident.user.full_name
    context = {
        "form": form,
        "full_name": name,
        "crumbs": trail(
            (_("Mieszkańcy"), "residents"), (name, "resident", resident_id), _("Koniec ograniczenia")
        ),
    }
    return draw(request, "desk/restriction_end.html", context, form)


@guarded(Verb.PROTECT_DATA)
@require_safe
def processors(request: Request) -> HttpResponse:
    """Who processes data for the office, and where the database is (D90, S105)."""
    context = {
        "rows": queries.all_processors(request.actor),
        "keepers": queries.database_keepers(),
        "crumbs": trail(_("Podmioty przetwarzające")),
    }
    return render(request, "desk/processors.html", context)


@guarded(Verb.PROTECT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def new_processor(request: Request) -> HttpResponse:
    """Add somebody to the list."""
    form = ProcessorForm(sent(request), initial={"version": 0})
    if form.is_valid() and carried_out(form, lambda: _save(request, None, form)):
        messages.success(request, _("Podmiot jest na liście."))
        return redirect("desk:processors")
    context = {
        "row": None,
        "form": form,
        "ending": None,
        "crumbs": trail((_("Podmioty przetwarzające"), "processors"), _("Nowy podmiot")),
    }
    return draw(request, "desk/processor.html", context, form)


@guarded(Verb.PROTECT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def processor(request: Request, processor_id: UUID) -> HttpResponse:
    """Mend an entry, or note that its agreement has ended."""
    row = queries.processor_for(request.actor, processor_id)
    posted = sent(request)
    ends = posted is not None and "koniec" in posted
    names = (
        "name",
        "address",
        "service",
        "place",
        "agreement_number",
        "agreed_on",
        "keeps_database",
        "version",
    )
    form = ProcessorForm(None if ends else posted, initial={name: getattr(row, name) for name in names})
    ending = EndProcessorForm(posted if ends else None, initial={"version": row.version})
    done = (
        ends and ending.is_valid() and carried_out(ending, lambda: _end(request, row.public_id, ending))
    ) or (not ends and form.is_valid() and carried_out(form, lambda: _save(request, row.public_id, form)))
    if done:
        messages.success(request, _("Zapisane."))
        return redirect("desk:processors")
    context = {
        "row": row,
        "form": form,
        "ending": None if row.ended_on else ending,
        "history": acts_on(row),
        "crumbs": trail((_("Podmioty przetwarzające"), "processors"), row.name),
    }
    return draw(request, "desk/processor.html", context, form, ending)


def _save(request: Request, processor_id: UUID | None, form: Any) -> object:
    values = form.cleaned_data
    return actions.save_processor(
        values, processor_id=processor_id, version=values["version"], actor=request.actor
    )


def _end(request: Request, processor_id: UUID, form: Any) -> object:
    values = form.cleaned_data
    return actions.end_processor(
        processor_id, on=values["on"], version=values["version"], actor=request.actor
    )


@guarded(Verb.PROTECT_DATA)
@require_safe
def visits(request: Request) -> HttpResponse:
    """How many people come, and with which systems and browsers: numbers only (S88)."""
    chosen = request.GET.get("dni") if request.GET.get("dni") in PERIODS else "30"
    since = timezone.localdate() - timedelta(days=PERIODS[str(chosen)] - 1)
    labels = {"30": _("Ostatnie 30 dni"), "365": _("Ostatni rok")}
    context = {
        "report": queries.visit_report(request.actor, since),
        "tabs": [
            {
                "label": label,
                "href": f"{reverse('desk:visits')}?dni={days}",
                "current": days == chosen,
                "count": None,
            }
            for days, label in labels.items()
        ],
        "crumbs": trail(_("Odwiedziny portalu")),
    }
    return render(request, "desk/visits.html", context)
