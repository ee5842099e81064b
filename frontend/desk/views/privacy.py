"""Personal data at the desk: requests of people, the information of art. 13, and how long data are kept."""

from __future__ import annotations

import json
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

from frontend.desk.acting import attempt, carried_out, draw, sent
from frontend.desk.acts import ACTS
from frontend.desk.forms.privacy import (
    AnswerForm,
    ExtensionForm,
    NewRequestForm,
    NoticeForm,
    RetentionForm,
)
from frontend.desk.history import acts_on
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.accounts.domain.restriction import GOES_ON, RESTS, Ground
from services.accounts.queries import person_index
from services.privacy import actions, export, queries
from services.privacy.domain.notice import FIELDS, OFFICE
from services.privacy.domain.requests import ERASED, Kind, State
from services.privacy.domain.retention import DataClass
from services.users.domain import Verb

PER_PAGE = 50


@guarded(Verb.PROTECT_DATA)
@require_safe
def data_requests(request: Request) -> HttpResponse:
    """Requests that wait, nearest deadline first; by choice those with an answer."""
    is_done = request.GET.get("stan") == "zakonczone"
    page = Paginator(queries.requests_seen(request.actor, waiting=not is_done), PER_PAGE).get_page(
        request.GET.get("strona")
    )
    today = timezone.localdate()
    context = {
        "page": page,
        "rows": [_listed(row) | {"is_late": row.due_on < today} for row in page],
        "is_done": is_done,
        "tabs": [
            {
                "label": _("Czekają"),
                "href": reverse("desk:data_requests"),
                "current": not is_done,
                "count": None,
            },
            {
                "label": _("Zakończone"),
                "href": f"{reverse('desk:data_requests')}?stan=zakonczone",
                "current": is_done,
                "count": None,
            },
        ],
        "crumbs": trail(_("Żądania osób")),
    }
    return render(request, "desk/data_requests.html", context)


def _listed(row: Any) -> dict[str, Any]:
    user = row.resident.user
    return {
        "row": row,
        "kind": Kind(row.kind).polish,
        "state": State(row.state).polish,
        "who": user.full_name or _("(dane usunięte)"),
    }


@guarded(Verb.PROTECT_DATA)
def new_data_request(request: Request) -> HttpResponse:
    """Write down a request that came on paper or at the counter."""
    form = NewRequestForm(sent(request))
    if form.is_valid():
        found = queries.resident_by_pesel(request.actor, person_index(form.cleaned_data["pesel"]))
        if found is None:
            form.add_error("pesel", _("Nie ma konta osoby o tym numerze PESEL."))
        else:
            row = attempt(
                form,
                lambda: actions.make_request(
                    kind=Kind(form.cleaned_data["kind"]),
                    text=form.cleaned_data["text"],
                    resident_id=found.public_id,
                    actor=request.actor,
                ),
            )
            if row is not None:
                messages.success(request, _("Żądanie jest zapisane. Osoba dostała potwierdzenie e-mailem."))
                return redirect("desk:data_request", row.public_id)
    context = {"form": form, "crumbs": trail((_("Żądania osób"), "data_requests"), _("Nowe żądanie"))}
    return draw(request, "desk/data_request_new.html", context, form)


@guarded(Verb.PROTECT_DATA)
def data_request(request: Request, request_id: UUID) -> HttpResponse:
    """One request: the copy of the data, what an erasure would leave, the answer and the extension."""
    row = queries.request_for(request.actor, request_id)
    posted = sent(request)
    extends = posted is not None and "why" in posted
    restricts = row.kind == Kind.RESTRICTION
    answer = AnswerForm(None if extends else posted, initial={"version": row.version}, restricts=restricts)
    extension = ExtensionForm(posted if extends else None, initial={"version": row.version})
    if extends and extension.is_valid() and carried_out(extension, lambda: _extend(request, row, extension)):
        messages.success(request, _("Termin jest przedłużony. Osoba dostała e-mail z powodem."))
        return redirect("desk:data_request", row.public_id)
    if not extends and answer.is_valid() and carried_out(answer, lambda: _answer(request, row, answer)):
        messages.success(request, _("Odpowiedź jest wysłana."))
        return redirect("desk:data_request", row.public_id)
    context = _listed(row) | {
        "answer": answer,
        "extension": extension,
        "is_waiting": row.state == State.WAITING,
        "is_erasure": row.kind == Kind.ERASURE,
        "rests": RESTS if restricts else (),
        "goes_on": GOES_ON if restricts else (),
        "can_extend": row.extended_why is None and timezone.localdate() <= row.due_on,
        "is_late": row.due_on < timezone.localdate(),
        "erased": ERASED.values(),
        "kept": queries.kept_of(row.resident, timezone.localdate()),
        "history": acts_on(row),
        "crumbs": trail((_("Żądania osób"), "data_requests"), _("Żądanie")),
    }
    return draw(request, "desk/data_request.html", context, answer, extension)


def _extend(request: Request, row: Any, form: ExtensionForm) -> object:
    values = form.cleaned_data
    return actions.extend_request(
        row.public_id, why=values["why"], version=values["version"], actor=request.actor
    )


def _answer(request: Request, row: Any, form: AnswerForm) -> object:
    values = form.cleaned_data
    return actions.answer_request(
        row.public_id,
        decision=State(values["decision"]),
        answer=values["answer"],
        ground=Ground(values["ground"]) if values.get("ground") else None,
        version=values["version"],
        actor=request.actor,
    )


@guarded(Verb.PROTECT_DATA)
@require_safe
def data_request_json(request: Request, request_id: UUID) -> HttpResponse:
    """The copy of the person's data for a program."""
    values = actions.take_copy(form="json", request_id=request_id, actor=request.actor)
    return _file(json.dumps(values, ensure_ascii=False, indent=1).encode(), "application/json", "json")


@guarded(Verb.PROTECT_DATA)
@require_safe
def data_request_pdf(request: Request, request_id: UUID) -> HttpResponse:
    """The copy to print and to hand over."""
    values = actions.take_copy(form="pdf", request_id=request_id, actor=request.actor)
    return _file(export.pdf(values, lambda code: str(ACTS.get(code, code))), "application/pdf", "pdf")


def _file(content: bytes, content_type: str, ending: str) -> HttpResponse:
    name = f'attachment; filename="kopia-danych-{timezone.localdate()}.{ending}"'
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": name})


@guarded(Verb.PROTECT_DATA)
def privacy_notice(request: Request) -> HttpResponse:
    """The information of art. 13: what it lacks, and the parts that the office writes."""
    row = queries.notice_row()
    initial = {name: getattr(row, name) for name in FIELDS} | {"version": row.version}
    form = NoticeForm(sent(request), initial=initial)
    if form.is_valid() and carried_out(
        form,
        lambda: actions.change_notice(
            form.cleaned_data, version=form.cleaned_data["version"], actor=request.actor
        ),
    ):
        messages.success(request, _("Informacja jest zapisana i widoczna na stronie „Prywatność”."))
        return redirect("desk:privacy_notice")
    context = {
        "form": form,
        "findings": [{"row": one, "in_office": one.place == OFFICE} for one in queries.notice_findings()],
        "crumbs": trail(_("Informacja dla osób")),
    }
    return draw(request, "desk/privacy_notice.html", context, form)


@guarded(Verb.PROTECT_DATA)
def retention(request: Request) -> HttpResponse:
    """How long each class is kept, what would go now, and reports of what went."""
    posted = sent(request)
    counts = posted is not None and "policz" in posted
    form = RetentionForm(queries.periods(), None if counts else posted)
    if counts:
        actions.erase_expired(timezone.localdate(), is_dry_run=True, actor=request.actor)
        messages.success(request, _("Policzone. Nic nie zostało usunięte."))
        return redirect("desk:retention")
    if form.is_valid() and carried_out(form, lambda: _keep(request, form)):
        messages.success(request, _("Okresy przechowywania są zapisane. Zadziałają najbliższej nocy."))
        return redirect("desk:retention")
    periods = queries.periods()
    context = {
        "form": form,
        "periods": periods,
        "runs": [
            {
                "row": run,
                "counts": [(one.rule.label, run.counts.get(one.data_class.value, 0)) for one in periods],
            }
            for run in queries.erasing_runs(request.actor)[:20]
        ],
        "crumbs": trail(_("Przechowywanie danych")),
    }
    return draw(request, "desk/retention.html", context, form)


def _keep(request: Request, form: RetentionForm) -> bool:
    for name, months in form.cleaned_data.items():
        actions.keep_for(DataClass(name), months, actor=request.actor)
    return True
