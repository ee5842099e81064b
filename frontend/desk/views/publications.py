"""News, bulletins, questions: written by one person, read by another, published, withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import act_and_tell, act_on, attempt, carried_out, draw, sent
from frontend.desk.forms.base import initial_of
from frontend.desk.forms.publications import PublicationForm, WithdrawPublicationForm
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.publishing import actions, queries
from services.publishing.domain import Kind, State
from services.users.domain import Verb
from services.users.queries import names_of

PER_PAGE = 50
KINDS = {
    State.DRAFT: "warning",
    State.REVIEWED: "info",
    State.PUBLISHED: "success",
    State.WITHDRAWN: "neutral",
}


@guarded(Verb.EDIT_PUBLICATIONS)
@require_safe
def publications(request: Request) -> HttpResponse:
    """Everything that the office tells, told or is going to tell, newest first."""
    page = Paginator(queries.publications(), PER_PAGE).get_page(request.GET.get("strona"))
    context = {"page": page, "rows": [_shown(row) for row in page], "crumbs": trail(_("Ogłoszenia"))}
    return render(request, "desk/publications.html", context)


@guarded(Verb.EDIT_PUBLICATIONS)
@require_safe
def publication(request: Request, publication_id: UUID) -> HttpResponse:
    """One of them as residents read it, with what can be done to it."""
    return _page(request, queries.publication(publication_id), WithdrawPublicationForm())


@guarded(Verb.EDIT_PUBLICATIONS)
def new_publication(request: Request) -> HttpResponse:
    """Begin a draft; `poprawka` names the published one that it corrects."""
    corrected = _corrected(request)
    initial: dict[str, Any] = {"version": 0, "visible_from": timezone.localdate(), "kind": Kind.NEWS.value}
    if corrected is not None:
        initial |= initial_of(corrected, PublicationForm) | {"version": 0}
    return _write(request, PublicationForm(sent(request), initial=initial), None, corrected)


@guarded(Verb.EDIT_PUBLICATIONS)
def write_publication(request: Request, publication_id: UUID) -> HttpResponse:
    """Rewrite a draft. What is published leads to a correction."""
    row = queries.publication(publication_id)
    if State(row.state) not in (State.DRAFT, State.REVIEWED):
        messages.error(request, _("Opublikowanej treści nie można zmienić. Przygotuj poprawkę."))
        return redirect("desk:publication", publication_id)
    form = PublicationForm(sent(request), initial=initial_of(row, PublicationForm))
    return _write(request, form, row, None)


@guarded(Verb.REVIEW_PUBLICATIONS)
@act_on(queries.publication, "publication")
def review_publication(request: Request, publication_id: UUID) -> HttpResponse:
    """Another person has read exactly this version."""
    act_and_tell(
        request,
        lambda: actions.review_publication(
            public_id=publication_id, version=_version(request), actor=request.actor
        ),
        _("Ogłoszenie jest sprawdzone. Możesz je opublikować."),
    )
    return redirect("desk:publication", publication_id)


@guarded(Verb.EDIT_PUBLICATIONS)
@act_on(queries.publication, "publication")
def publish_publication(request: Request, publication_id: UUID) -> HttpResponse:
    """Let everybody see it from its first day on."""
    act_and_tell(
        request,
        lambda: actions.publish_publication(
            public_id=publication_id, version=_version(request), actor=request.actor
        ),
        _("Ogłoszenie jest opublikowane."),
    )
    return redirect("desk:publication", publication_id)


@guarded(Verb.EDIT_PUBLICATIONS)
@act_on(queries.publication, "publication")
def withdraw_publication(request: Request, publication_id: UUID) -> HttpResponse:
    """Nobody sees it any more; the office keeps it with the reason."""
    form = WithdrawPublicationForm(request.POST)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.withdraw_publication(
            public_id=publication_id, reason=form.cleaned_data["reason"], actor=request.actor
        ),
    ):
        messages.success(request, _("Ogłoszenie jest wycofane. Mieszkańcy już go nie widzą."))
        return redirect("desk:publication", publication_id)
    return _page(request, queries.publication(publication_id), form)


@guarded(Verb.EDIT_PUBLICATIONS)
@act_on(queries.publication, "publication")
def discard_publication(request: Request, publication_id: UUID) -> HttpResponse:
    """Delete a draft that nobody needs any more."""
    done = act_and_tell(
        request,
        lambda: actions.discard_publication(public_id=publication_id, actor=request.actor),
        _("Projekt jest usunięty."),
    )
    return redirect("desk:publications") if done else redirect("desk:publication", publication_id)


def _write(request: Request, form: PublicationForm, row: Any, corrected: Any) -> HttpResponse:
    preview = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = form.cleaned_data
        else:
            saved = attempt(
                form,
                lambda: actions.write_publication(
                    form.values,
                    public_id=row.public_id if row else None,
                    version=form.cleaned_data["version"],
                    replaces=corrected.public_id if corrected else None,
                    actor=request.actor,
                ),
            )
            if saved:
                messages.success(
                    request, _("Projekt jest zapisany. Teraz ktoś inny musi go przeczytać i zatwierdzić.")
                )
                return redirect("desk:publication", saved.public_id)
    heading = _("Popraw projekt") if row else _("Poprawka ogłoszenia") if corrected else _("Nowe ogłoszenie")
    context = {
        "form": form,
        "heading": heading,
        "corrected": corrected,
        "preview": preview,
        "differences": form.stale_against(row) if row else [],
        "crumbs": trail((_("Ogłoszenia"), "publications"), heading),
    }
    return draw(request, "desk/publication_draft.html", context, form)


def _page(request: Request, row: Any, form: WithdrawPublicationForm) -> HttpResponse:
    names = names_of({*row.authors, row.reviewed_by})
    state = State(row.state)
    context = {
        **_shown(row),
        "form": form,
        "authors": ", ".join(names.get(ref, "") for ref in row.authors),
        "reviewed_by": names.get(row.reviewed_by, ""),
        "is_author": request.actor.ref in row.authors,
        "can_edit": state in (State.DRAFT, State.REVIEWED),
        "can_review": state == State.DRAFT,
        "can_publish": state == State.REVIEWED,
        "can_withdraw": state == State.PUBLISHED,
        "correct_url": f"{reverse('desk:new_publication')}?poprawka={row.public_id}",
        "history": acts_on(row),
        "crumbs": trail((_("Ogłoszenia"), "publications"), row.title),
    }
    return draw(request, "desk/publication.html", context, form)


def _shown(row: Any) -> dict[str, Any]:
    state, today = State(row.state), timezone.localdate()
    label, kind = state.polish, KINDS[state]
    if state == State.PUBLISHED and row.visible_from > today:
        label, kind = _("opublikowane, jeszcze niewidoczne"), "info"
    elif state == State.PUBLISHED and row.visible_to is not None and row.visible_to < today:
        label, kind = _("już niewidoczne"), "neutral"
    return {"row": row, "what": Kind(row.kind).polish, "state": label, "state_kind": kind}


def _corrected(request: Request) -> Any:
    try:
        return queries.publication(UUID(request.GET["poprawka"]))
    except (KeyError, ValueError):
        return None


def _version(request: Request) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else -1
