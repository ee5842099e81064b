"""The regulation: its versions, a draft with preview, publishing."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import act_and_tell, attempt, draw, sent
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.regulation import RegulationForm
from frontend.desk.history import acts_on
from frontend.desk.roles import verbs_of
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from frontend.pages.outline import parts
from kernel.errors import Conflict, InvalidInput, NotFound
from services.users.domain import Verb
from tenants.configuration import actions, queries
from tenants.configuration.domain_regulation import Regulation, RegulationTextError, parse

DRAFT = "draft"


@guarded(Verb.DRAFT_REGULATION)
@require_safe
def regulations(request: Request) -> HttpResponse:
    """All versions with the acts that introduced them; drafts first."""
    context = {
        "rows": [_labelled(row) for row in queries.regulation_versions(published_only=False)],
        "crumbs": trail(_("Regulamin")),
    }
    return render(request, "desk/regulations.html", context)


@guarded(Verb.DRAFT_REGULATION)
@require_safe
def regulation(request: Request, number: int) -> HttpResponse:
    """One version as residents read it, with what can be done to it."""
    row = queries.regulation_version(number, published_only=False)
    context = {
        "row": row,
        "state": _labelled(row),
        "text": _readable(Regulation.from_json(row.content)),
        "can_publish": row.state == DRAFT and Verb.PUBLISH_REGULATION in verbs_of(request),
        "can_edit": row.state == DRAFT,
        "history": acts_on(row),
        "crumbs": trail((_("Regulamin"), "regulations"), _("Wersja %(number)s") % {"number": number}),
    }
    return render(request, "desk/regulation.html", context)


@guarded(Verb.DRAFT_REGULATION)
def new_regulation(request: Request) -> HttpResponse:
    """Start a new version; published ones stay as they are (D103)."""
    return _draft(request, RegulationForm(sent(request)), None)


@guarded(Verb.DRAFT_REGULATION)
def draft_regulation(request: Request, number: int) -> HttpResponse:
    """Rewrite a draft. A published version cannot be edited and leads to its page."""
    row = queries.regulation_version(number, published_only=False)
    if row.state != DRAFT:
        messages.error(request, _("Opublikowanej wersji nie można zmienić. Przygotuj nową wersję."))
        return redirect("desk:regulation", number)
    initial = initial_of(row, RegulationForm)
    initial |= {"text": Regulation.from_json(row.content).source_text(), "shown": _fingerprint(row)}
    return _draft(request, RegulationForm(sent(request), initial=initial), row)


def _draft(request: Request, form: RegulationForm, row: Any) -> HttpResponse:
    preview = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = _preview(form)
        else:
            number = row.number if row else None
            text, act = form.cleaned_data["text"], form.act
            if row and form.cleaned_data["shown"] != _fingerprint(row):
                form.refuse(Conflict("setting.stale"))
                saved = None
            else:
                saved = attempt(
                    form,
                    lambda: actions.draft_regulation(text=text, act=act, number=number, actor=request.actor),
                )
            if saved:
                messages.success(
                    request,
                    _("Projekt jest zapisany. Mieszkańcy go nie widzą, dopóki nie zostanie opublikowany."),
                )
                return redirect("desk:regulation", saved.number)
    heading = _("Projekt, wersja %(number)s") % {"number": row.number} if row else _("Nowa wersja regulaminu")
    crumbs = trail((_("Regulamin"), "regulations"), heading)
    context = {"form": form, "heading": heading, "text": preview, "crumbs": crumbs}
    return draw(request, "desk/regulation_draft.html", context, form)


@guarded(Verb.PUBLISH_REGULATION)
def publish_regulation(request: Request, number: int) -> HttpResponse:
    """Ask first: a published version can never be changed."""
    row = queries.regulation_version(number, published_only=False)
    if row.state != DRAFT:
        return redirect("desk:regulation", number)
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: actions.publish_regulation(number=number, actor=request.actor),
            _("Regulamin jest opublikowany."),
        )
        return redirect("desk:regulation", number)
    context = {
        "row": row,
        "in_force": _in_force(),
        "today": timezone.localdate(),
        "crumbs": trail((_("Regulamin"), "regulations"), _("Publikacja")),
    }
    return render(request, "desk/regulation_publish.html", context)


def _fingerprint(row: Any) -> str:
    """What the draft looked like when the page was opened: a draft carries no version number of its own."""
    act = [str(getattr(row, name)) for name in RegulationForm.base_fields if hasattr(row, name)]
    return sha256(json.dumps([row.content, act], sort_keys=True).encode()).hexdigest()


def _in_force() -> Any:
    try:
        return queries.current_regulation(timezone.localdate())
    except NotFound:
        return None


def _preview(form: RegulationForm) -> dict[str, Any] | None:
    try:
        return _readable(parse(form.cleaned_data["text"]))
    except RegulationTextError as error:
        form.refuse(InvalidInput("regulation.text", reason=error.code))
        return None


def _readable(regulation: Regulation) -> dict[str, Any]:
    return {
        "title": regulation.title,
        "preamble": parts(regulation.preamble),
        "sections": [(section, parts(section.blocks)) for section in regulation.sections],
        "closing": parts(regulation.closing),
    }


def _labelled(row: Any) -> dict[str, Any]:
    in_force = _in_force()
    today = timezone.localdate()
    if row.state == DRAFT:
        label, kind = _("projekt"), "warning"
    elif in_force is not None and row.number == in_force.number:
        label, kind = _("obowiązuje"), "success"
    elif row.effective_on > today:
        label, kind = _("opublikowany, wejdzie w życie"), "info"
    else:
        label, kind = _("dawny"), "neutral"
    return {"row": row, "label": label, "kind": kind}
