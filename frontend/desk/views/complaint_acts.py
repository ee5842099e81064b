"""The office's acts on a complaint, each on a page of its own that says what will follow, before it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.desk.acting import carried_out, draw, sent
from frontend.desk.forms.base import DeskForm
from frontend.desk.forms.complaints import (
    AnswerForm,
    MoveForm,
    OperatorAnswerForm,
    PassOnForm,
    RequestDataForm,
)
from frontend.desk.queues.complaints import listed
from frontend.desk.trail import trail
from frontend.desk.views.complaints import for_operator
from frontend.guards import Request, guarded
from services.complaints import actions, queries
from services.complaints.domain.states import EDGES, Event, State
from services.users.domain import Verb
from tenants.configuration.queries import liability_types


@dataclass(frozen=True)
class Words:
    """What the page of an act says; `event` is the step that must be possible for the page to open."""

    title: Promise
    warning: Promise
    text: Promise
    button: Promise
    done: Promise
    event: Event | None = None


REQUEST = Words(
    _("Poprosić o uzupełnienie?"),
    _("Termin urzędu stanie, a mieszkaniec dostanie 5 dni roboczych"),
    _("Dostanie e-mail z tym, czego brakuje. Jeśli nie odpowie, reklamacja sama zostanie bez rozpatrzenia."),
    _("Wyślij prośbę"),
    _("Prośba jest wysłana. Termin stoi do odpowiedzi mieszkańca."),
    Event.DATA_REQUESTED,
)
PASS_ON = Words(
    _("Przekazać operatorowi płatności?"),
    _("Najpierw wyślij reklamację operatorowi, potem zapisz to tutaj"),
    _(
        "Portal zapisze godzinę i napisze mieszkańcowi. Termin urzędu stoi, dopóki operator nie odpowie; potem jest 7 dni."
    ),
    _("Zapisz przekazanie"),
    _("Zapisano. Gdy operator odpowie, wpisz jego odpowiedź."),
    Event.PASSED_ON,
)
OPERATOR = Words(
    _("Odpowiedź operatora"),
    _("Od dnia odpowiedzi biegnie 7 dni kalendarzowych"),
    _("Mieszkaniec nie dostanie tych słów. Odpowiesz mu osobno."),
    _("Zapisz odpowiedź operatora"),
    _("Odpowiedź operatora jest zapisana. Teraz odpowiedz mieszkańcowi."),
    Event.OPERATOR_ANSWERED,
)
ANSWER = Words(
    _("Rozpatrzyć reklamację?"),
    _("Odpowiedź od razu pójdzie e-mailem i zamknie sprawę"),
    _("Potem nie można jej zmienić. Mieszkaniec może złożyć nową reklamację."),
    _("Wyślij odpowiedź"),
    _("Odpowiedź jest wysłana, a sprawa zamknięta."),
    Event.ANSWERED,
)
MOVE = Words(
    _("Przekazać innemu wydziałowi?"),
    _("Termin się nie zmienia"),
    _("Jeśli nie prowadzisz wybranego rodzaju należności, po przekazaniu nie zobaczysz tej reklamacji."),
    _("Przekaż"),
    _("Reklamacja jest przekazana."),
)


@guarded(Verb.HANDLE_COMPLAINT)
def request_data(request: Request, complaint_id: UUID) -> HttpResponse:
    """Ask the resident for what is missing."""
    row = queries.complaint_for(request.actor, complaint_id)
    form = RequestDataForm(sent(request), initial={"version": row.version})
    return _page(request, row, REQUEST, form, lambda: actions.request_data(**_values(request, row, form)))


@guarded(Verb.HANDLE_COMPLAINT)
def pass_on(request: Request, complaint_id: UUID) -> HttpResponse:
    """Write down that the operator has it now."""
    row = queries.complaint_for(request.actor, complaint_id)
    form = PassOnForm(sent(request), initial={"version": row.version})
    return _page(
        request, row, PASS_ON, form, lambda: actions.pass_complaint_on(**_values(request, row, form))
    )


@guarded(Verb.HANDLE_COMPLAINT)
def operator_answer(request: Request, complaint_id: UUID) -> HttpResponse:
    """Write down what the operator has answered."""
    row = queries.complaint_for(request.actor, complaint_id)
    initial = {"version": row.version, "received_on": timezone.localdate()}
    form = OperatorAnswerForm(sent(request), initial=initial)
    return _page(
        request, row, OPERATOR, form, lambda: actions.note_operator_answer(**_values(request, row, form))
    )


@guarded(Verb.HANDLE_COMPLAINT)
def answer(request: Request, complaint_id: UUID) -> HttpResponse:
    """Decide, and send the decision."""
    row = queries.complaint_for(request.actor, complaint_id)
    form = AnswerForm(sent(request), initial={"version": row.version})
    return _page(
        request,
        row,
        ANSWER,
        form,
        lambda: actions.answer_complaint(complaint_id=row.public_id, actor=request.actor, **form.act),
    )


@guarded(Verb.HANDLE_COMPLAINT)
def move(request: Request, complaint_id: UUID) -> HttpResponse:
    """Give it to the department whose matter it is."""
    row = queries.complaint_for(request.actor, complaint_id)
    types = liability_types(active_only=True).select_related("department")
    form = MoveForm(row, types, sent(request))
    return _page(
        request,
        row,
        MOVE,
        form,
        lambda: actions.move_complaint(
            complaint_id=row.public_id,
            liability_type_id=form.type_id,
            version=form.cleaned_data["version"],
            actor=request.actor,
        ),
        back=False,
    )


def _values(request: Request, row: Any, form: DeskForm) -> dict[str, Any]:
    return {"complaint_id": row.public_id, "actor": request.actor, **form.cleaned_data}


def _fits(row: Any, words: Words) -> bool:
    if words.event is None:
        return not queries.is_closed(row)
    return (State(row.state), words.event) in EDGES and not (
        words.event is Event.PASSED_ON and row.payment is None
    )


def _page(
    request: Request, row: Any, words: Words, form: DeskForm, act: Callable[[], object], *, back: bool = True
) -> HttpResponse:
    """The act's page; where the act does not fit the state (any more) the complaint itself says how it stands."""
    if request.method == "POST":
        if form.is_valid() and carried_out(form, act):
            messages.success(request, str(words.done))
            return redirect("desk:complaint", row.public_id) if back else redirect("desk:complaints")
    elif not _fits(row, words):
        messages.info(request, _now("Tej czynności nie można teraz zrobić: zobacz, jak stoi sprawa."))
        return redirect("desk:complaint", row.public_id)
    context = {
        **listed(row),
        "form": form,
        "words": words,
        "for_operator": for_operator(row) if words is PASS_ON and row.payment else "",
        "crumbs": trail(
            (_now("Reklamacje"), "complaints"),
            (row.reference, "complaint", row.public_id),
            str(words.title).rstrip("?"),
        ),
    }
    return draw(request, "desk/complaint_act.html", context, form)
