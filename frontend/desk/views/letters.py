"""Letters at the desk: what did not arrive, and in whose words letters go out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording_letters as words
from frontend.desk.acting import act_and_tell, carried_out, draw, sent
from frontend.desk.forms.letters import LetterTextForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from kernel.errors import InvalidInput, NotFound
from services.letters import actions
from services.notices import queries, texts
from services.notices.actions import surroundings
from services.notices.catalogue import EDITABLE
from services.users.domain import Verb
from services.users.queries import names_of
from tenants.configuration.queries import office

PER_PAGE = 50


@guarded(Verb.HANDLE_LETTERS)
@require_safe
def undelivered(request: Request) -> HttpResponse:
    """Letters that did not arrive, newest first, each with the reason and what to do; by choice those that are settled."""
    is_settled = request.GET.get("stan") == "zalatwione"
    rows = queries.undelivered(settled=is_settled)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("strona"))
    here = reverse("desk:undelivered")
    context = {
        "page": page,
        "rows": [_shown(row) for row in page],
        "is_settled": is_settled,
        "tabs": [
            {"label": _("Do załatwienia"), "href": here, "current": not is_settled, "count": None},
            {
                "label": _("Załatwione"),
                "href": f"{here}?stan=zalatwione",
                "current": is_settled,
                "count": None,
            },
        ],
        "crumbs": trail(_("Wiadomości niedoręczone")),
    }
    return render(request, "desk/undelivered.html", context)


def _shown(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "address": row.message.recipient,
        "subject": row.message.subject,
        "reason": words.REASONS[row.reason],
        "advice": words.ADVICE[row.reason],
    }


@guarded(Verb.HANDLE_LETTERS)
def retry_letter(request: Request, letter_id: UUID) -> HttpResponse:
    """Send one again."""
    queries.undelivered_one(letter_id)
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: actions.retry_letter(letter_id=letter_id, actor=request.actor),
            _("Wiadomość wysyłamy jeszcze raz. Jeśli znowu się nie uda, wróci na tę listę."),
        )
    return redirect("desk:undelivered")


@guarded(Verb.HANDLE_LETTERS)
def settle_letter(request: Request, letter_id: UUID) -> HttpResponse:
    """Mark one as settled another way."""
    queries.undelivered_one(letter_id)
    if request.method == "POST":
        act_and_tell(
            request,
            lambda: actions.settle_letter(letter_id=letter_id, actor=request.actor),
            _("Wiadomość jest oznaczona jako załatwiona."),
        )
    return redirect("desk:undelivered")


@guarded(Verb.HANDLE_LETTERS)
def retry_all_letters(request: Request) -> HttpResponse:
    """Send all again, after a page that says how many."""
    if request.method == "POST":
        count = actions.retry_all(actor=request.actor)
        messages.success(request, _("Wysyłamy jeszcze raz. Liczba wiadomości: %(count)s.") % {"count": count})
        return redirect("desk:undelivered")
    context = {
        "count": queries.undelivered_count(),
        "crumbs": trail((_("Wiadomości niedoręczone"), "undelivered"), _("Wyślij wszystkie")),
    }
    return render(request, "desk/undelivered_retry.html", context)


@guarded(Verb.CONFIGURE)
@require_safe
def letter_texts(request: Request) -> HttpResponse:
    """All kinds of letters that the gmina may word itself, and whose words each has now."""
    own = queries.own_texts(EDITABLE)
    rows = [{"kind": kind, "own": own.get(kind.kind)} for kind in EDITABLE.values()]
    return render(request, "desk/letter_texts.html", {"rows": rows, "crumbs": trail(_("Treść listów"))})


@guarded(Verb.CONFIGURE)
def letter_text(request: Request, kind: str) -> HttpResponse:
    """The words of one kind: variables, preview with made-up values before saving, and earlier versions."""
    if kind not in EDITABLE:
        raise NotFound("letter_text.unknown")
    versions = list(queries.text_versions(kind)[:20])
    newest = versions[0] if versions else None
    number = newest.version if newest else 0
    around = surroundings() | {"portal": office().portal_name, "office": office()}
    subject, body = (
        (newest.subject, newest.body) if newest and newest.body else texts.program_text(kind, around)
    )
    posted = sent(request)
    form = LetterTextForm(posted, initial={"subject": subject, "body": body, "version": number})
    shown = (subject, body)
    if form.is_valid():
        shown = (form.cleaned_data["subject"], form.cleaned_data["body"])
        if posted is not None and "preview" in posted:
            carried_out(form, lambda: _checked(kind, *shown))
        elif carried_out(
            form, lambda: actions.write_text(kind=kind, **form.cleaned_data, actor=request.actor)
        ):
            messages.success(request, _("Zapisane. Następne listy będą miały tę treść."))
            return redirect("desk:letter_texts")
    names = names_of({row.written_by for row in versions})
    context = {
        "kind": EDITABLE[kind],
        "form": form,
        "number": number,
        "is_own": bool(newest and newest.body),
        "preview": None if form.errors else texts.preview(kind, *shown, around),
        "fixed": texts.fixed_part(kind, around),
        "versions": [{"row": row, "who": names.get(row.written_by, "")} for row in versions],
        "crumbs": trail((_("Treść listów"), "letter_texts"), EDITABLE[kind].title),
    }
    return draw(request, "desk/letter_text.html", context, form)


def _checked(kind: str, subject: str, body: str) -> bool:
    texts.check(kind, subject, body)
    return True


@guarded(Verb.CONFIGURE)
def reset_letter_text(request: Request, kind: str) -> HttpResponse:
    """Go back to the words of the program, after a page that shows them."""
    if kind not in EDITABLE:
        raise NotFound("letter_text.unknown")
    newest = queries.text_versions(kind).first()
    if newest is None or not newest.body:
        return redirect("desk:letter_text", kind)
    around = surroundings() | {"portal": office().portal_name, "office": office()}
    if request.method == "POST":
        try:
            version = int(request.POST.get("version", ""))
        except ValueError:
            raise InvalidInput("letter_text.stale") from None
        act_and_tell(
            request,
            lambda: actions.reset_text(kind=kind, version=version, actor=request.actor),
            _("Następne listy będą miały treść z programu."),
        )
        return redirect("desk:letter_text", kind)
    context = {
        "kind": EDITABLE[kind],
        "version": newest.version,
        "text": texts.program_text(kind, around),
        "crumbs": trail(
            (_("Treść listów"), "letter_texts"),
            (EDITABLE[kind].title, "letter_text", kind),
            _("Treść z programu"),
        ),
    }
    return render(request, "desk/letter_text_reset.html", context)
