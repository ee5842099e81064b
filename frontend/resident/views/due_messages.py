"""Messages to the office about one due, and its answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.guards import Request, guarded
from frontend.messages import sentence
from frontend.resident.message_forms import DueMessageForm
from kernel.audit.attempts import note_failed
from kernel.errors import Conflict, InvalidInput
from services.correspondence import actions, queries
from services.users.domain import Verb


@guarded(Verb.OWN_DUES)
def due_messages(request: Request, due_id: UUID) -> HttpResponse:
    """The conversation about a due, and a field for the next message."""
    _resident, row = queries.own_liability(request.actor, due_id, timezone.localdate())
    form = DueMessageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_about_due(liability_id=due_id, **form.cleaned_data, actor=request.actor)
        except (InvalidInput, Conflict) as error:
            note_failed(error)
            form.add_error("body", sentence(error))
        else:
            messages.success(
                request, _("Wiadomość jest w urzędzie. Gdy urząd odpowie, damy Ci znać e-mailem.")
            )
            return redirect("due_messages", due_id)
    thread = queries.own_thread(request.actor, due_id, timezone.localdate())
    found = list(queries.messages_of(thread)) if thread else []
    if request.method != "POST":
        actions.note_read(liability_id=due_id, actor=request.actor)
    context = {"row": row, "thread": thread, "found": found, "form": form}
    return render(request, "resident/due_messages.html", context, status=422 if form.errors else 200)
