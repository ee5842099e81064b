"""What residents write about their dues, and the office's answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.due_messages import AnswerForm
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.correspondence import actions, queries
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.ANSWER_MESSAGES)
@require_safe
def due_threads(request: Request) -> HttpResponse:
    """Conversations about dues of the clerk's types; who has waited longest stands first."""
    page = Paginator(queries.threads(request.actor), PER_PAGE).get_page(request.GET.get("strona"))
    context = {"page": page, "rows": list(page), "crumbs": trail(_("Wiadomości"))}
    return render(request, "desk/due_threads.html", context)


@guarded(Verb.ANSWER_MESSAGES)
def due_thread(request: Request, thread_id: UUID) -> HttpResponse:
    """One conversation and a field for the answer."""
    row = queries.thread(request.actor, thread_id)
    found = list(queries.messages_of(row))
    form = AnswerForm(sent(request), initial={"seen": len(found)})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if carried_out(
            form,
            lambda: actions.answer_about_due(
                thread_id=thread_id, body=values["body"], seen=values["seen"], actor=request.actor
            ),
        ):
            messages.success(request, _("Odpowiedź jest wysłana. Mieszkaniec dostanie o niej e-mail."))
            return redirect("desk:due_thread", thread_id)
        _overtake(form, len(found))
    context = {
        "row": row,
        "found": found,
        "form": form,
        "history": acts_on(row),
        "crumbs": trail((_("Wiadomości"), "due_threads"), row.liability.title),
    }
    return draw(request, "desk/due_thread.html", context, form)


def _overtake(form: AnswerForm, count: int) -> None:
    """Now the person sees everything that has come meanwhile: sending once more is meant."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["seen"] = str(count)
    form.data = data
