"""The regulation: its versions, and a draft with preview. `regulation_deciding` has what makes a version of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import attempt, draw, sent
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.regulation import RegulationForm
from frontend.desk.history import acts_on
from frontend.desk.roles import verbs_of
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from kernel.errors import InvalidInput, NotFound
from services.users.domain import Verb
from services.users.queries import names_of
from tenants.configuration import actions_regulation, queries
from tenants.configuration.domain_regulation import Regulation, RegulationTextError, parse
from tenants.configuration.domain_regulation_outline import parts
from tenants.configuration.domain_regulation_rules import Finding, Weight

DRAFT, APPROVED, PUBLISHED = "draft", "approved", "published"


@guarded(Verb.DRAFT_REGULATION)
@require_safe
def regulations(request: Request) -> HttpResponse:
    """All versions with the acts that introduced them; drafts first."""
    context = {
        "rows": [labelled(row) for row in queries.regulation_versions(published_only=False)],
        "crumbs": trail(_("Regulamin")),
    }
    return render(request, "desk/regulations.html", context)


@guarded(Verb.DRAFT_REGULATION)
@require_safe
def regulation(request: Request, number: int) -> HttpResponse:
    """One version as residents read it, with what can be done to it."""
    row = queries.regulation_version(number, published_only=False)
    verbs = verbs_of(request)
    context = {
        "row": row,
        "state": labelled(row),
        "text": readable(Regulation.from_json(row.content)),
        "findings": by_weight(queries.regulation_findings(row)) if row.state != PUBLISHED else [],
        "is_approved": row.state == APPROVED,
        "approved_by": names_of({row.approved_by}).get(row.approved_by, ""),
        "is_author": request.actor.ref in row.authors,
        "can_approve": row.state == DRAFT and Verb.APPROVE_REGULATION in verbs,
        "can_publish": row.state == APPROVED and Verb.PUBLISH_REGULATION in verbs,
        "can_edit": row.state != PUBLISHED,
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
    if row.state == PUBLISHED:
        messages.error(request, _("Opublikowanej wersji nie można zmienić. Przygotuj nową wersję."))
        return redirect("desk:regulation", number)
    initial = initial_of(row, RegulationForm)
    initial |= {
        "text": Regulation.from_json(row.content).source_text(),
        "shown": queries.regulation_digest(row),
    }
    return _draft(request, RegulationForm(sent(request), initial=initial), row)


def _draft(request: Request, form: RegulationForm, row: Any) -> HttpResponse:
    preview = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = _preview(form)
        else:
            number = row.number if row else None
            text, act = form.cleaned_data["text"], form.act
            seen = form.cleaned_data["shown"] if row else None
            saved = attempt(
                form,
                lambda: actions_regulation.draft_regulation(
                    text=text, act=act, number=number, seen=seen, actor=request.actor
                ),
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


def in_force() -> Any:
    """The version that binds today, or None."""
    try:
        return queries.current_regulation(timezone.localdate())
    except NotFound:
        return None


def _preview(form: RegulationForm) -> dict[str, Any] | None:
    try:
        return readable(parse(form.cleaned_data["text"]))
    except RegulationTextError as error:
        form.refuse(InvalidInput("regulation.text", reason=error.code))
        return None


def readable(regulation: Regulation) -> dict[str, Any]:
    """A regulation for `desk/regulation_text.html`."""
    return {
        "title": regulation.title,
        "preamble": parts(regulation.preamble),
        "sections": [(section, parts(section.blocks)) for section in regulation.sections],
        "closing": parts(regulation.closing),
    }


def by_weight(found: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Findings of the review in groups, the weightiest first, for `desk/regulation_findings.html`."""
    return [
        {"title": title, "kind": kind, "found": [one for one in found if one.weight == weight]}
        for weight, title, kind in (
            (Weight.MISSING, _("Czego brakuje"), "danger"),
            (Weight.CONFLICT, _("Co jest sprzeczne z prawem albo niejasne"), "warning"),
            (Weight.ADVICE, _("Co warto poprawić"), "info"),
        )
        if any(one.weight == weight for one in found)
    ]


def labelled(row: Any) -> dict[str, Any]:
    """A version with its state in words."""
    binding = in_force()
    today = timezone.localdate()
    if row.state == DRAFT:
        label, kind = _("projekt"), "warning"
    elif row.state == APPROVED:
        label, kind = _("zatwierdzony, czeka na publikację"), "info"
    elif binding is not None and row.number == binding.number:
        label, kind = _("obowiązuje"), "success"
    elif row.effective_on > today:
        label, kind = _("opublikowany, wejdzie w życie"), "info"
    else:
        label, kind = _("dawny"), "neutral"
    return {"row": row, "label": label, "kind": kind}
