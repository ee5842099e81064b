"""Settings that decide about amounts: liability types and allocation rule versions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import attempt, carried_out, draw, sent
from frontend.desk.changed import told_of_second_person
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.rules import AllocationRuleForm, LiabilityTypeForm, percent_text
from frontend.desk.forms.simulation import proposed
from frontend.desk.history import changes as revisions_of
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.safeguards import changes
from services.safeguards.queries import is_proposal, open_change_of
from services.users.domain import Verb
from services.users.queries import names_of
from tenants.configuration import actions, queries
from tenants.configuration.domain import AllocationRule


@guarded(Verb.CONFIGURE)
@require_safe
def liability_types(request: Request) -> HttpResponse:
    """All liability types in the order in which residents see them."""
    crumbs = trail((_("Ustawienia"), "settings"), _("Rodzaje należności"))
    return render(request, "desk/liability_types.html", {"rows": queries.liability_types(), "crumbs": crumbs})


@guarded(Verb.CONFIGURE)
def new_liability_type(request: Request) -> HttpResponse:
    """A further kind of due; needs no code (D49)."""
    initial = {"version": 0, "position": 100, "is_active": True, "is_payable_online": True}
    form = LiabilityTypeForm(queries.departments(), sent(request), initial=initial)
    return _liability_type(request, form, None)


@guarded(Verb.CONFIGURE)
def liability_type(request: Request, type_id: UUID) -> HttpResponse:
    """Change one liability type, with its history beside it."""
    row = queries.liability_type(type_id)
    initial = initial_of(row, LiabilityTypeForm) | {"department": str(row.department.public_id)}
    if row.contract_rate_bp is not None:
        initial["contract_rate_bp"] = percent_text(row.contract_rate_bp)
    return _liability_type(
        request, LiabilityTypeForm(queries.departments(), sent(request), initial=initial), row
    )


def _liability_type(request: Request, form: LiabilityTypeForm, row: Any) -> HttpResponse:
    differences = []
    if request.method == "POST" and form.is_valid():
        version, public_id = form.cleaned_data["version"], row.public_id if row else None
        saved = attempt(
            form,
            lambda: changes.submit_liability_type(
                form.values, public_id=public_id, version=version, actor=request.actor
            ),
        )
        if saved and is_proposal(saved):
            return told_of_second_person(request, saved)
        if saved:
            messages.success(request, _("Rodzaj należności jest zapisany."))
            return redirect("desk:liability_types")
        differences = form.stale_against(queries.liability_type(row.public_id)) if row else []
    labels = {name: str(field.label) for name, field in LiabilityTypeForm.base_fields.items()}
    name = row.name if row else _("Nowy rodzaj należności")
    context = {
        "form": form,
        "row": row,
        "heading": name,
        "differences": differences,
        "waiting_change": open_change_of(row.public_id) if row else None,
        "history": revisions_of("liability_type", str(row.public_id), labels) if row else [],
        "crumbs": trail((_("Ustawienia"), "settings"), (_("Rodzaje należności"), "liability_types"), name),
    }
    return draw(request, "desk/liability_type.html", context, form)


@guarded(Verb.CONFIGURE)
@require_safe
def allocation_rules(request: Request) -> HttpResponse:
    """Versions of the allocation rule: which one is in force, who added each."""
    rows = [
        row | {"ratio": wording.word(wording.RATIO_BASES, row["row"].ratio_base)}
        | {"threshold": wording.word(wording.THRESHOLDS, row["row"].threshold)}
        | {"scope": wording.word(wording.THRESHOLD_SCOPES, row["row"].threshold_scope)}
        for row in dated_versions(queries.allocation_rules(), "allocation_rule")
    ]  # fmt: skip
    crumbs = trail((_("Ustawienia"), "settings"), _("Zaliczanie wpłat"))
    return render(request, "desk/allocation_rules.html", {"rows": rows, "crumbs": crumbs})


@guarded(Verb.CONFIGURE)
def new_allocation_rule(request: Request) -> HttpResponse:
    """A new version from a day on; past versions stay for payments of their time. It starts from the rule in force, or from
    one that was tried."""
    in_force = queries.allocation_rule(timezone.localdate())
    initial = initial_of(in_force, AllocationRuleForm) | proposed(request.GET)
    form = AllocationRuleForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        names = ("ratio_base", "threshold", "civil_interest_first", "threshold_scope")
        if carried_out(
            form,
            lambda: actions.set_allocation_rule(
                AllocationRule.of(**{name: values[name] for name in names}),
                effective_on=values["effective_on"],
                note=values["note"],
                actor=request.actor,
            ),
        ):
            messages.success(request, _("Nowa wersja zasad jest zapisana."))
            return redirect("desk:allocation_rules")
    crumbs = trail(
        (_("Ustawienia"), "settings"), (_("Zaliczanie wpłat"), "allocation_rules"), _("Nowa wersja")
    )
    return draw(request, "desk/allocation_rule.html", {"form": form, "crumbs": crumbs}, form)


def dated_versions(rows: Any, kind: str) -> list[dict[str, Any]]:
    """Versions with the place of each in time, and who added it."""
    today, found, in_force_seen = timezone.localdate(), [], False
    for row in rows:
        in_force = not in_force_seen and row.effective_on <= today
        in_force_seen = in_force_seen or in_force
        revision = queries.revisions(kind, str(row.public_id)).first()
        found.append(
            {
                "row": row,
                "in_force": in_force,
                "future": row.effective_on > today,
                "by": revision.changed_by if revision else "",
            }
        )
    names = names_of({item["by"] for item in found})
    return [item | {"by": names.get(item["by"], _("ustawienie początkowe"))} for item in found]
