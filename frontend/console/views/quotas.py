"""Switches and limits of a gmina: how they stand, what of them is used, and changing one with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.forms.quotas import OFF, ON, FlagForm, QuotaForm
from frontend.console.showing import Shown
from frontend.console.views.tenants import tenant_row
from frontend.guards import Request, guarded
from frontend.limits import bars, quota_rows
from services.users.domain import Verb
from services.users.queries import names_of
from tenants.metering import actions, queries


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def quotas(request: Request, teryt: str) -> HttpResponse:
    """All switches and limits of the gmina; who changed one and why stands beside it."""
    row = tenant_row(teryt)
    flags, limits = queries.flags_of(teryt), queries.quotas_of(teryt)
    decided = [one.decided for one in flags] + [one.decided for one in limits]
    names = names_of({one.by for one in decided if one})
    context = {
        "gmina": Shown(row),
        "row": row,
        "flags": [{"row": one, "by": _by(one.decided, names)} for one in flags],
        "quotas": [
            {**shown, "by": _by(one.decided, names)}
            for one, shown in zip(limits, quota_rows(limits), strict=True)
        ],
        "bars": bars(limits),
    }
    return render(request, "console/quotas.html", context)


def _by(decided: queries.Decided | None, names: dict[str, str]) -> str:
    return names.get(decided.by, _("operator platformy")) if decided else ""


@guarded(Verb.OPERATE_PLATFORM)
def change_flag(request: Request, teryt: str, flag: str) -> HttpResponse:
    """Switch one flag for the gmina."""
    row, declared = tenant_row(teryt), actions.flag_named(flag)
    known = {"state": ON if declared.is_on_in(teryt) else OFF}
    form = FlagForm(request.POST if request.method == "POST" else None, flag=declared, initial=known)
    if request.method == "POST" and form.is_valid():
        actions.set_flag(
            teryt, flag, is_on=form.is_on, reason=form.cleaned_data["reason"], actor=request.actor
        )
        messages.success(request, _("Zmiana jest zapisana. Działa od razu."))
        return redirect("console:quotas", teryt)
    return _draw(request, row, form, declared)


@guarded(Verb.OPERATE_PLATFORM)
def change_quota(request: Request, teryt: str, quota: str) -> HttpResponse:
    """Change one limit of the gmina."""
    row, declared = tenant_row(teryt), actions.quota_named(quota)
    form = QuotaForm(request.POST if request.method == "POST" else None, quota=declared)
    form.initial = {"most": declared.most_in(teryt) // form.unit}
    if request.method == "POST" and form.is_valid():
        actions.set_quota(
            teryt, quota, most=form.limit, reason=form.cleaned_data["reason"], actor=request.actor
        )
        messages.success(request, _("Zmiana jest zapisana. Działa od razu."))
        return redirect("console:quotas", teryt)
    return _draw(request, row, form, declared)


def _draw(request: Request, row: Any, form: FlagForm | QuotaForm, declared: Any) -> HttpResponse:
    context = {"form": form, "gmina": Shown(row), "row": row, "declared": declared}
    return render(request, "console/quota_form.html", context, status=422 if form.errors else 200)
