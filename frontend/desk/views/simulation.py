"""Trying a rule of allocation on past payments before it is planned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.components.formats import number_text
from frontend.desk import simulation
from frontend.desk.acting import attempt, draw
from frontend.desk.forms.simulation import RuleTrialForm
from frontend.desk.roles import verbs_of
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.payments.queries import payments_seen
from services.payments.simulation import MOST_PAYMENTS, Simulation, simulate
from services.users.domain import Verb
from tenants.configuration import queries


@guarded(Verb.CONFIGURE)
@require_safe
def try_allocation_rule(request: Request) -> HttpResponse:
    """A rule and a period; below them what it would have changed. Nothing is written."""
    in_force = queries.allocation_rule(timezone.localdate())
    form = RuleTrialForm.asked(request.GET, in_force, timezone.localdate())
    found = _found(request, form)
    context: dict[str, Any] = {
        "form": form,
        "found": found,
        "query": request.GET.urlencode(),
        "crumbs": trail(
            (_("Ustawienia"), "settings"), (_("Zaliczanie wpłat"), "allocation_rules"), _("Próba reguły")
        ),
    }
    if found is not None:
        context |= {"switches": form.switches(in_force), **_outcome(request, found)}
    return draw(request, "desk/rule_trial.html", context, form)


def _outcome(request: Request, found: Simulation) -> dict[str, Any]:
    """The result for the page: sums of all payments, rows of the newest ones."""
    differences, left_out = found.differences[: simulation.SHOWN], found.left_out[: simulation.SHOWN]
    ids = [one.payment_id for one in differences] + [one.payment_id for one in left_out]
    visible = _visible(request, ids)
    return {
        "sentences": simulation.sentences(found),
        "bars": simulation.bars(found),
        "rows": simulation.rows(differences, visible),
        "left_out": simulation.left_out_rows(left_out, visible),
        "has_links": bool(visible),
        "shown": simulation.SHOWN,
        "most": number_text(MOST_PAYMENTS),
    }


@guarded(Verb.CONFIGURE)
@require_safe
def allocation_rule_differences(request: Request) -> HttpResponse:
    """The differences as a file for a spreadsheet."""
    in_force = queries.allocation_rule(timezone.localdate())
    form = RuleTrialForm.asked(request.GET, in_force, timezone.localdate())
    found = _found(request, form)
    if found is None:
        return redirect("desk:try_allocation_rule")
    name = f"proba-reguly-{found.since:%Y-%m-%d}-{found.until:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(
        simulation.differences_csv(found), content_type="text/csv; charset=utf-8", headers=headers
    )


def _found(request: Request, form: RuleTrialForm) -> Simulation | None:
    if not form.is_bound or not form.is_valid():
        return None
    period = {name: form.cleaned_data[name] for name in ("since", "until")}
    return attempt(form, lambda: simulate(form.rule, **period, actor=request.actor))


def _visible(request: Request, ids: Iterable[UUID]) -> set[UUID]:
    """Which of the payments the person may open: who only configures the portal sees their numbers."""
    if Verb.VIEW_PAYMENTS not in verbs_of(request):
        return set()
    return set(payments_seen(request.actor).filter(public_id__in=ids).values_list("public_id", flat=True))
