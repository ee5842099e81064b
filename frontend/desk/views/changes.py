"""Changes of bank accounts and operator keys that wait for a second person, and what became of the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import carried_out, draw
from frontend.desk.changed import rows_of
from frontend.desk.forms.changes import ChangeApprovalForm, ChangeClosingForm
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.safeguards import changes as actions
from services.safeguards import queries
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.DECIDE_CHANGE)
@require_safe
def changes(request: Request) -> HttpResponse:
    """What waits, and what was decided, newest first."""
    page = Paginator(queries.changes(), PER_PAGE).get_page(request.GET.get("strona"))
    context = {
        "page": page,
        "rows": [_listed(row) for row in page],
        "crumbs": trail((_("Ustawienia"), "settings"), _("Zmiany dwóch osób")),
    }
    return render(request, "desk/changes.html", context)


@guarded(Verb.DECIDE_CHANGE)
@require_safe
def change(request: Request, change_id: UUID) -> HttpResponse:
    """One change: before and after side by side, who proposed it, and what this person can do with it."""
    return _page(request, queries.change(change_id))


@guarded(Verb.DECIDE_CHANGE)
def approve_change(request: Request, change_id: UUID) -> HttpResponse:
    """Agree: the setting changes at once."""
    row, form = queries.change(change_id), ChangeApprovalForm(request.POST)
    if request.method != "POST":
        return redirect("desk:change", change_id)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.approve_change(change_id=change_id, now=timezone.now(), actor=request.actor),
    ):
        messages.success(request, _("Zmiana jest zatwierdzona i już obowiązuje."))
        return redirect("desk:change", change_id)
    return _page(request, row, approval=form)


@guarded(Verb.DECIDE_CHANGE)
def refuse_change(request: Request, change_id: UUID) -> HttpResponse:
    """The second person says no, with a reason."""
    return _close(
        request, change_id, actions.refuse_change, _("Zmiana jest odrzucona. Nic się nie zmieniło.")
    )


@guarded(Verb.CONFIGURE)
def withdraw_change(request: Request, change_id: UUID) -> HttpResponse:
    """Who proposed it takes it back, with a reason."""
    return _close(
        request, change_id, actions.withdraw_change, _("Propozycja jest wycofana. Nic się nie zmieniło.")
    )


def _close(request: Request, change_id: UUID, act: Callable[..., Any], done: str) -> HttpResponse:
    row, form = queries.change(change_id), ChangeClosingForm(request.POST)
    if request.method != "POST":
        return redirect("desk:change", change_id)
    if form.is_valid() and carried_out(
        form,
        lambda: act(
            change_id=change_id, reason=form.cleaned_data["reason"], now=timezone.now(), actor=request.actor
        ),
    ):
        messages.success(request, done)
        return redirect("desk:change", change_id)
    return _page(request, row, closing=form)


def _page(
    request: Request,
    row: Any,
    *,
    approval: ChangeApprovalForm | None = None,
    closing: ChangeClosingForm | None = None,
) -> HttpResponse:
    row.refresh_from_db()
    approval, closing = approval or ChangeApprovalForm(), closing or ChangeClosingForm()
    context = {
        **_listed(row),
        "fields": rows_of(row),
        "is_own": row.proposed_by_id == request.actor.user_id,
        "approval": approval,
        "closing": closing,
        "history": acts_on(row),
        "crumbs": trail((_("Ustawienia"), "settings"), (_("Zmiany dwóch osób"), "changes"), row.label),
    }
    return draw(request, "desk/change.html", context, approval, closing)


def _listed(row: Any) -> dict[str, Any]:
    is_waiting = row.state == "open" and row.lapses_at > timezone.now()
    state = row.state if row.state != "open" or is_waiting else "lapsed"
    words, kind = wording.CHANGE_STATES[state]
    return {
        "row": row,
        "what": wording.word(wording.CHANGE_KINDS, row.kind),
        "state": words,
        "kind": kind,
        "is_waiting": is_waiting,
    }
