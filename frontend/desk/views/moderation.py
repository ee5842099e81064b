"""The moderator's queue: texts that somebody reported, hidden with a reason, shown again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import act_on, carried_out, draw, sent
from frontend.desk.forms.base import DeskForm
from frontend.desk.forms.moderation import CaseForm, HideForm, ReportForm
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from kernel.errors import NotFound
from services.moderation import actions, queries
from services.moderation.domain import Ground, State, user_text
from services.users.domain import Verb

PER_PAGE = 50
KINDS = {
    State.REPORTED: "warning",
    State.HIDDEN: "danger",
    State.DISMISSED: "neutral",
    State.RESTORED: "info",
}


@guarded(Verb.MODERATE)
@require_safe
def cases(request: Request) -> HttpResponse:
    """What waits for the moderator, then what was decided."""
    page = Paginator(queries.cases(), PER_PAGE).get_page(request.GET.get("strona"))
    context = {"page": page, "rows": [_listed(row) for row in page], "crumbs": trail(_("Moderacja"))}
    return render(request, "desk/moderation.html", context)


@guarded(Verb.MODERATE)
@require_safe
def case(request: Request, case_id: UUID) -> HttpResponse:
    """One text, who wrote it and who reported it, and what can be done."""
    return _page(request, queries.case(case_id))


@guarded(Verb.REPORT_TEXT)
def report(request: Request, kind: str, subject_id: UUID, field: str) -> HttpResponse:
    """Tell the moderator of a text. This page does not show it: only who may see it came here from it."""
    text = user_text(kind, field)
    queries.written_by_user(text, subject_id)
    form = ReportForm(sent(request), initial={"ground": Ground.ADVERT.value})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if carried_out(
            form,
            lambda: actions.report_text(
                kind=kind,
                subject_ref=subject_id,
                field=field,
                ground=Ground(values["ground"]),
                note=values["note"],
                actor=request.actor,
            ),
        ):
            messages.success(request, _("Moderator obejrzy tę treść. Do tego czasu nic się nie zmienia."))
            return redirect("desk:start")
    context = {"form": form, "text": text, "crumbs": trail(_("Zgłoszenie treści moderatorowi"))}
    return draw(request, "desk/moderation_report.html", context, form)


@guarded(Verb.MODERATE)
@act_on(queries.case, "moderated")
def hide(request: Request, case_id: UUID) -> HttpResponse:
    """Hide the text and tell its author why."""
    form = HideForm(request.POST)
    return _decided(
        request,
        case_id,
        form,
        lambda: actions.hide_text(
            case_id=case_id,
            ground=Ground(form.cleaned_data["ground"]),
            reason=form.cleaned_data["reason"],
            actor=request.actor,
        ),
        _("Treść jest ukryta, a autor dostanie wiadomość z powodem."),
    )


@guarded(Verb.MODERATE)
@act_on(queries.case, "moderated")
def dismiss(request: Request, case_id: UUID) -> HttpResponse:
    """Leave the text as it is."""
    return _plain(request, case_id, actions.dismiss_report, _("Treść zostaje bez zmian."))


@guarded(Verb.MODERATE)
@act_on(queries.case, "moderated")
def restore(request: Request, case_id: UUID) -> HttpResponse:
    """Show a hidden text again."""
    return _plain(request, case_id, actions.restore_text, _("Treść jest znowu widoczna, a autor o tym wie."))


def _plain(request: Request, case_id: UUID, act: Callable[..., Any], done: str) -> HttpResponse:
    form = CaseForm(request.POST)
    return _decided(
        request,
        case_id,
        form,
        lambda: act(case_id=case_id, reason=form.cleaned_data["reason"], actor=request.actor),
        done,
    )


def _decided(
    request: Request, case_id: UUID, form: DeskForm, act: Callable[[], object], done: str
) -> HttpResponse:
    if form.is_valid() and carried_out(form, act):
        messages.success(request, done)
        return redirect("desk:moderated", case_id)
    return _page(request, queries.case(case_id), form)


def _page(request: Request, row: Any, refused: DeskForm | None = None) -> HttpResponse:
    text = queries.registered(row)
    hiding = refused if isinstance(refused, HideForm) else HideForm(initial={"ground": row.ground})
    closing = refused if isinstance(refused, CaseForm) else CaseForm(auto_id="id_case_%s")
    context = {
        **_listed(row),
        "words": queries.words_of(row),
        "author": _author(row),
        "text": text,
        "ground": Ground(row.ground).polish,
        "can_decide": row.state == State.REPORTED,
        "can_restore": row.state == State.HIDDEN,
        "hiding": hiding,
        "closing": closing,
        "history": acts_on(row),
        "crumbs": trail((_("Moderacja"), "moderation"), text.label),
    }
    return draw(request, "desk/moderated.html", context, hiding, closing)


def _author(row: Any) -> str:
    text = queries.registered(row)
    try:
        return str(queries.author(text, queries.subject(text, row.subject_ref)).full_name)
    except NotFound:
        return _("konta już nie ma")


def _listed(row: Any) -> dict[str, Any]:
    state = State(row.state)
    return {
        "row": row,
        "label": queries.registered(row).label,
        "ground": Ground(row.ground).polish,
        "state": state.polish,
        "state_kind": KINDS[state],
    }
