"""Settings of the office and its portal, of the crest and of the departments; the overview of all settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.components import brand
from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.office import CrestForm, DepartmentForm, OfficeForm
from frontend.desk.history import changes
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.identity.queries import is_ready
from services.users.domain import Verb
from tenants.configuration import actions, queries


@guarded(Verb.CONFIGURE)
@require_safe
def settings(request: Request) -> HttpResponse:
    """All settings at a glance, with what is in force today."""
    today = timezone.localdate()
    accounts = queries.operator_accounts()
    context = {
        "row": queries.office(),
        "departments": queries.departments(),
        "liability_types": queries.liability_types(active_only=True),
        "rules": queries.allocation_rules().filter(effective_on__lte=today)[:1],
        "terms": queries.payment_terms(today),
        "tariff": queries.fee_tariff(today),
        "has_own_tariffs": accounts.filter(is_active=True, fee_tariffs__effective_on__lte=today).exists(),
        "operator_accounts": accounts.filter(is_active=True),
        "is_node_ready": is_ready(),
    }
    return render(request, "desk/settings.html", context)


@guarded(Verb.CONFIGURE)
def office(request: Request) -> HttpResponse:
    """Change the office's and the portal's data; the colour can be looked at before it is saved."""
    row = queries.office()
    form = OfficeForm(sent(request), initial={**initial_of(row, OfficeForm), "version": row.version})
    differences = []
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        version = form.cleaned_data["version"]
        if carried_out(form, lambda: actions.save_office(form.values, version=version, actor=request.actor)):
            messages.success(request, _("Zapisane. Mieszkańcy widzą już nowe dane."))
            return redirect("desk:office")
        differences = form.stale_against(queries.office())
    colour = form.cleaned_data.get("brand_colour") if form.is_bound and form.is_valid() else None
    context = {
        "form": form,
        "row": row,
        "crest_form": CrestForm(initial={"version": row.version}),
        "swatch": _swatch(colour or row.brand_colour, row.portal_name),
        "is_preview": bool(colour) and colour != row.brand_colour,
        "differences": differences,
        "history": changes("office", str(row.public_id), _labels(OfficeForm, crest_svg=_("Herb"))),
        "crumbs": trail((_("Ustawienia"), "settings"), _("Urząd i portal")),
    }
    return draw(request, "desk/office.html", context, form)


@guarded(Verb.CONFIGURE)
def crest(request: Request) -> HttpResponse:
    """Change the crest: a page of its own, so that a refused file loses nothing else."""
    row = queries.office()
    form = CrestForm(sent(request), request.FILES or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        values = {"crest_svg": form.cleaned_data.get("crest_svg", "")}
        version = form.cleaned_data["version"]
        if carried_out(form, lambda: actions.save_office(values, version=version, actor=request.actor)):
            messages.success(request, _("Herb jest zmieniony."))
            return redirect("desk:office")
        form.stale_against(queries.office())
    context = {
        "form": form,
        "row": row,
        "crumbs": trail((_("Ustawienia"), "settings"), (_("Urząd i portal"), "office"), _("Herb")),
    }
    return draw(request, "desk/crest.html", context, form)


@guarded(Verb.CONFIGURE)
def departments(request: Request) -> HttpResponse:
    """The departments, and a form for one more."""
    form = DepartmentForm(sent(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and carried_out(form, lambda: actions.save_department(form.cleaned_data, actor=request.actor))
    ):
        messages.success(request, _("Wydział jest dodany. Przydziel go teraz urzędnikom."))
        return redirect("desk:departments")
    context = {
        "form": form,
        "rows": queries.departments().prefetch_related("liability_types"),
        "crumbs": trail((_("Ustawienia"), "settings"), _("Wydziały")),
    }
    return draw(request, "desk/departments.html", context, form)


def _labels(form: type[OfficeForm], **more: str) -> dict[str, str]:
    return {name: str(field.label) for name, field in form.base_fields.items()} | more


def _swatch(colour: str, name: str) -> dict[str, Any]:
    """The header as it would look in a colour, as an image: a page may carry no colours of its own (CSP)."""
    ink = brand.ink_on(colour)
    drawing = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 96"><rect width="480" height="96" fill="{}"/>'
        '<text x="24" y="58" font-family="sans-serif" font-size="28" font-weight="700" fill="{}">{}</text>'
        '<rect y="88" width="480" height="8" fill="{}"/></svg>',
        *(colour, ink, name, brand.accent_of(colour)),
    )
    return {
        "address": f"data:image/svg+xml,{quote(drawing)}",
        "ink": _("biały") if ink == brand.WHITE else _("czarny"),
        "contrast": f"{brand.contrast(ink, colour):.1f}".replace(".", ","),
    }
