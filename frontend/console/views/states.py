"""Closing a gmina's portal with a reason, opening it again, ending its trial."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.console.forms.states import GoLiveForm, LimitsForm, ResumptionForm, SuspensionForm
from frontend.console.showing import Shown
from frontend.console.views.tenants import tenant_row
from frontend.console.wording import READINESS
from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from kernel.errors import Conflict, SkarbnikError
from kernel.money import to_decimal_text
from services.users.domain import Verb
from tenants.directory import actions
from tenants.directory.domain_readiness import OPTIONAL, Line, Verdict, is_fresh, missing
from tenants.directory.readiness import ask_test_letter, lines_of

VERDICTS = {"met": "success", "missing": "danger", "not_needed": "neutral"}


@guarded(Verb.OPERATE_PLATFORM)
def suspend(request: Request, teryt: str) -> HttpResponse:
    """Ask for the reason that residents will read, and for a confirmation; then close the portal."""
    row = tenant_row(teryt)
    form = SuspensionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.suspend_tenant(teryt, reason=form.cleaned_data["reason"], actor=request.actor)
        except Conflict as error:
            show_on(form, error)
        else:
            messages.success(request, _("Portal jest zawieszony. Mieszkańcy widzą podany powód."))
            return redirect("console:tenant", teryt)
    return _draw(request, "console/suspend.html", row, form)


@guarded(Verb.OPERATE_PLATFORM)
def resume(request: Request, teryt: str) -> HttpResponse:
    """Show the reason of the suspension, ask why it ends, and open the portal again."""
    row = tenant_row(teryt)
    form = ResumptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.resume_tenant(teryt, reason=form.cleaned_data["reason"], actor=request.actor)
        except Conflict as error:
            show_on(form, error)
        else:
            messages.success(request, _("Portal działa."))
            return redirect("console:tenant", teryt)
    return _draw(request, "console/resume.html", row, form)


@guarded(Verb.OPERATE_PLATFORM)
def readiness(request: Request, teryt: str) -> HttpResponse:
    """The go-live list with evidence and where to mend it; on POST a test letter is asked for."""
    row = tenant_row(teryt)
    if request.method == "POST":
        try:
            ask_test_letter(teryt, actor=request.actor)
            messages.success(request, _("Gmina wyśle list próbny w ciągu minuty."))
        except Conflict as error:
            messages.error(request, sentence(error))
        return redirect("console:readiness", teryt)
    context = {"gmina": Shown(row), "row": row, **_readiness_context(row)}
    return render(request, "console/readiness.html", context)


@guarded(Verb.OPERATE_PLATFORM)
def go_live(request: Request, teryt: str) -> HttpResponse:
    """The second click, with a reason where the list has gaps."""
    row = tenant_row(teryt)
    context = _readiness_context(row)
    has_gaps = bool(context["gaps"]) or not context["is_fresh"]
    form = GoLiveForm(request.POST if request.method == "POST" else None, has_gaps=has_gaps)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("override_reason", "")
        try:
            actions.go_live(teryt, override_reason=reason, actor=request.actor)
        except Conflict as error:
            show_on(form, error)
        else:
            messages.success(
                request, _("Portal jest uruchomiony dla wszystkich. Limity wersji próbnej nie działają.")
            )
            return redirect("console:tenant", teryt)
    return _draw(request, "console/go_live.html", row, form, **context)


@guarded(Verb.OPERATE_PLATFORM)
def trial_limits(request: Request, teryt: str) -> HttpResponse:
    """How far the trial goes."""
    row = tenant_row(teryt)
    known = {
        "residents": row.trial_residents,
        "payments": row.trial_payments,
        "sum_gr": to_decimal_text(row.trial_sum_gr).replace(".", ","),
    }
    form = LimitsForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_trial_limits(teryt, **form.cleaned_data, actor=request.actor)
        except SkarbnikError as error:
            show_on(form, error)
        else:
            messages.success(request, _("Limity są zapisane i już obowiązują."))
            return redirect("console:tenant", teryt)
    return _draw(request, "console/trial_limits.html", row, form)


def _readiness_context(row: Any) -> dict[str, Any]:
    kept = getattr(row, "readiness", None)
    found = {one.line: one for one in lines_of(kept)}
    gaps = missing(found.values())
    measured_at = kept.measured_at if kept else None
    return {
        "measured_at": measured_at,
        "is_fresh": measured_at is not None and is_fresh(measured_at, timezone.now()),
        "is_letter_asked": bool(kept and kept.letter_asked_at),
        "gaps": [READINESS[line.value][0] for line in gaps],
        "checks": [_check(line, found.get(line)) for line in Line],
    }


def _check(line: Line, found: Any) -> dict[str, Any]:
    words, hint = READINESS[line.value]
    verdict = found.verdict if found else None
    labels = {Verdict.MET: _("gotowe"), Verdict.MISSING: _("brakuje"), Verdict.NOT_NEEDED: _("nie dotyczy")}
    return {
        "words": words,
        "hint": hint,
        "label": labels[verdict] if verdict else _("nie sprawdzono"),
        "kind": VERDICTS[verdict] if verdict else "neutral",
        "is_met": verdict in (Verdict.MET, Verdict.NOT_NEEDED),
        "is_optional": line in OPTIONAL,
        "on": found.on if found else None,
        "count": found.count if found else 0,
        "page": line.value,
    }


def _draw(request: Request, template: str, row: Any, form: Form, **more: Any) -> HttpResponse:
    context = {"form": form, "gmina": Shown(row), "row": row, **more}
    return render(request, template, context, status=422 if form.errors else 200)
