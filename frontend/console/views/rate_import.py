"""Rates from the NBP's file: derived, shown beside the present ones, written only after a person's yes."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.console.forms.rates import FileForm
from frontend.console.views.rates import percent
from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from integrations.nbp import NbpUnavailable, fetch
from kernel.errors import InvalidInput, SkarbnikError, Unavailable
from services.users.domain import Verb
from tenants.rates import actions
from tenants.rates.domain_nbp import MOST_BYTES, Proposed, propose, read_file
from tenants.rates.queries import kind_name, rate_table

SALT = "console.rates.proposal"
LIFE_SECONDS = 3600


@guarded(Verb.OPERATE_PLATFORM)
def propose_rows(request: Request) -> HttpResponse:
    """Read the file, from the disk or from the NBP, and show what law makes of it beside the present tables."""
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            found = propose(read_file(_content(form)), rate_table(), timezone.localdate())
        except SkarbnikError as error:
            show_on(form, error)
        else:
            context |= _shown(found)
    return render(request, "console/rate_import.html", context, status=422 if form.errors else 200)


@guarded(Verb.OPERATE_PLATFORM)
def apply_rows(request: Request) -> HttpResponse:
    """Write the rows that were shown; none of them when the tables have changed meanwhile."""
    if request.method != "POST":
        return redirect("console:import_rates")
    try:
        rows, until = _unsealed(request.POST.get("proposal", ""))
        actions.add_rows(rows, actor=request.actor, known_on=until)
    except SkarbnikError as error:
        messages.error(request, sentence(error))
        return redirect("console:import_rates")
    messages.success(request, _("Nowe stopy są zapisane i już się liczą."))
    return redirect("console:rates")


def _content(form: FileForm) -> bytes:
    upload = form.cleaned_data["file"]
    if upload is not None:
        return bytes(upload.read(MOST_BYTES + 1))
    try:
        return fetch(settings.NBP_RATES_URL)
    except NbpUnavailable as error:
        raise Unavailable("rates.nbp_unavailable", field="file") from error


def _shown(found: tuple[Proposed, ...]) -> dict[str, Any]:
    new = [one for one in found if one.verdict == "new"]
    differing = [one for one in found if one.verdict == "differs"]
    # Tables that disagree with the file are not confirmed on the way: a person must first say which of the two is wrong.
    known_on = None if differing else timezone.localdate()
    rows = [[one.row.kind, one.row.valid_from.isoformat(), one.row.rate_bp, one.row.act] for one in new]
    return {
        "is_read": True,
        "new": [_line(one) for one in new],
        "differing": [_line(one) for one in differing],
        "same": sum(one.verdict == "same" for one in found),
        "known_on": known_on,
        "proposal": signing.dumps([rows, known_on and known_on.isoformat()], salt=SALT),
    }


def _line(one: Proposed) -> dict[str, Any]:
    present = percent(one.present_bp) if one.present_bp is not None else "–"
    kind = kind_name(one.row.kind)
    return {"row": one.row, "kind": kind, "rate": percent(one.row.rate_bp), "present": present}


def _unsealed(text: str) -> tuple[list[actions.NewRow], date | None]:
    try:
        rows, until = signing.loads(text, salt=SALT, max_age=LIFE_SECONDS)
    except signing.BadSignature as error:
        raise InvalidInput("rates.nbp_expired") from error
    days = [actions.NewRow(kind, date.fromisoformat(day), rate_bp, act) for kind, day, rate_bp, act in rows]
    return days, date.fromisoformat(until) if until else None
