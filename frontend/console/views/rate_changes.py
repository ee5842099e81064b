"""Adding a row to a legal table, correcting the newest one, confirming the tables."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.console.forms.rates import CorrectionForm, KnownForm, RowForm
from frontend.guards import Request, guarded
from frontend.messages import show_on
from kernel.errors import NotFound, SkarbnikError
from kernel.money import to_decimal_text
from services.users.domain import Verb
from tenants.rates import actions
from tenants.rates.queries import last_row, rate_table


@guarded(Verb.OPERATE_PLATFORM)
def new_row(request: Request, kind: str) -> HttpResponse:
    """Add a row after the last one."""
    last = last_row(kind)
    form = RowForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = actions.NewRow(kind=kind, **form.cleaned_data)
        if _done(form, lambda: actions.add_rows([row], actor=request.actor)):
            messages.success(request, _("Wiersz jest dodany i już się liczy."))
            return redirect("console:rates")
    return _draw(request, form, _("Nowy wiersz"), last)


@guarded(Verb.OPERATE_PLATFORM)
def correct_row(request: Request, kind: str) -> HttpResponse:
    """Put a right row in the place of the newest one; the wrong one stays in the history."""
    last = last_row(kind)
    known = {"valid_from": last.valid_from, "value": _text(last), "act": last.act, "row_id": last.pk}
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if _done(form, lambda: actions.correct_row(kind=kind, actor=request.actor, **values)):
            messages.success(request, _("Wiersz jest poprawiony. Stary został w historii."))
            return redirect("console:rates")
    return _draw(request, form, _("Poprawka ostatniego wiersza"), last)


@guarded(Verb.OPERATE_PLATFORM)
def confirm(request: Request) -> HttpResponse:
    """Say until which day the tables are complete."""
    today = timezone.localdate()
    form = KnownForm(request.POST if request.method == "POST" else None, initial={"known_on": today})
    if request.method == "POST" and form.is_valid():
        known_on = form.cleaned_data["known_on"]
        if _done(form, lambda: actions.confirm_rates(known_on=known_on, today=today, actor=request.actor)):
            messages.success(request, _("Tabele są potwierdzone."))
            return redirect("console:rates")
    return _draw(request, form, _("Potwierdzenie tabel"), None)


def _done(form: Form, act: Any) -> bool:
    try:
        act()
    except NotFound:
        raise
    except SkarbnikError as error:
        show_on(form, error)
        return False
    return True


def _draw(request: Request, form: Form, title: str, last: Any) -> HttpResponse:
    context = {"form": form, "title": title, "last": last, "value": _text(last) if last else ""}
    context["known_on"] = rate_table().known_on
    return render(request, "console/rate_form.html", context, status=422 if form.errors else 200)


def _text(row: Any) -> str:
    value = row.rate_bp if hasattr(row, "rate_bp") else row.amount_gr
    return to_decimal_text(value).replace(".", ",")
