"""A gmina leaves: start, hand-over, the second person's yes, waiting, deletion; or it stays after all."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.console.forms.states import CallOffForm, HandOverForm, LeavingForm
from frontend.console.showing import Shown
from frontend.console.views.tenants import tenant_row
from frontend.guards import Request, guarded
from frontend.messages import sentence, show_on
from kernel.errors import SkarbnikError
from services.users.domain import Verb
from services.users.queries import names_of
from tenants.archive.exports import confirm_export
from tenants.archive.queries import exports_of, proof_of
from tenants.directory import offboarding

FORMS: dict[str, type[Form]] = {"rozpocznij": LeavingForm, "przekaz": HandOverForm, "odwolaj": CallOffForm}


@guarded(Verb.OPERATE_PLATFORM)
def leaving(request: Request, teryt: str) -> HttpResponse:
    """One page for the whole way; each act is a form of its own."""
    row = tenant_row(teryt)
    act = request.POST.get("zrob", "") if request.method == "POST" else ""
    forms = {name: form(request.POST if act == name else None, prefix=name) for name, form in FORMS.items()}
    sent = forms.get(act)
    if act and (sent is None or sent.is_valid()):
        try:
            messages.success(request, _done(request, teryt, act, sent.cleaned_data if sent else {}))
            return redirect("console:leaving", teryt)
        except SkarbnikError as error:
            if sent is None:
                messages.error(request, sentence(error))
                return redirect("console:leaving", teryt)
            show_on(sent, error)
    return _draw(request, row, forms, sent)


@require_safe
@guarded(Verb.OPERATE_PLATFORM)
def deletion_proof(request: Request, teryt: str) -> HttpResponse:
    """The proof of deletion as PDF; 404 while the data are there."""
    response = HttpResponse(bytes(proof_of(teryt).pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="dowod-usuniecia-{teryt}.pdf"'
    return response


def _done(request: Request, teryt: str, act: str, values: dict[str, Any]) -> str:
    """Carry the act out and say what has happened. Raises what the action raises."""
    today, actor = timezone.localdate(), request.actor
    if act == "rozpocznij":
        reason, leaves_on = values["reason"], values["leaves_on"]
        offboarding.start_offboarding(teryt, reason=reason, leaves_on=leaves_on, today=today, actor=actor)
        return _("Odejście się zaczęło. Portal jest zamknięty dla mieszkańców.")
    if act == "przekaz":
        confirm_export(teryt, values["sha256"], actor=actor)
        offboarding.note_handed_over(teryt, note=values["note"], actor=actor)
        return _("Zapisano, jak gmina dostała swoje dane.")
    if act == "potwierdz":
        row = offboarding.confirm_offboarding(teryt, today=today, actor=actor)
        return _("Odejście jest potwierdzone. Dane czekają do %(day)s.") % {
            "day": f"{row.delete_after:%d.%m.%Y}"
        }
    offboarding.call_off_offboarding(teryt, reason=values.get("reason", ""), actor=actor)
    return _("Gmina zostaje. Portal jest zawieszony: wznów go, gdy będzie gotowy.")


def _draw(request: Request, row: Any, forms: dict[str, Form], sent: Form | None) -> HttpResponse:
    current = offboarding.current_offboarding(row.teryt)
    people = names_of({current.started_by, current.confirmed_by} - {""}) if current else {}
    today = timezone.localdate()
    context = {
        "gmina": Shown(row),
        "row": row,
        "current": current,
        "started_by": people.get(current.started_by, "") if current else "",
        "confirmed_by": people.get(current.confirmed_by, "") if current else "",
        "is_mine": bool(current and current.started_by == request.actor.ref),
        "is_due": bool(current and current.delete_after and today >= current.delete_after),
        "steps": _steps(current) if current else [],
        "exports": exports_of(row.teryt),
        "start_form": forms["rozpocznij"],
        "hand_over_form": forms["przekaz"],
        "call_off_form": forms["odwolaj"],
        "sent": sent,
        "is_calling_off": sent is forms["odwolaj"],
        "waiting_days": offboarding.WAITING_DAYS,
    }
    status = 422 if sent is not None and sent.errors else 200
    return render(request, "console/leaving.html", context, status=status)


def _steps(current: Any) -> list[dict[str, Any]]:
    reached = [current.started_at, current.handed_over_at, current.confirmed_at, current.closed_at]
    labels = [
        _("Odejście rozpoczęte, portal tylko do odczytu"),
        _("Eksport danych przekazany gminie"),
        _("Druga osoba potwierdziła"),
        _("Dane usunięte"),
    ]
    first_open = next((i for i, at in enumerate(reached) if at is None), len(reached))
    states = ["done" if at else "current" if i == first_open else "todo" for i, at in enumerate(reached)]
    steps = [
        {"label": label, "at": at, "state": state, "note": ""}
        for label, at, state in zip(labels, reached, states, strict=True)
    ]
    if current.delete_after and not current.closed_at:
        steps[-1]["note"] = _("Nie wcześniej niż %(day)s.") % {"day": f"{current.delete_after:%d.%m.%Y}"}
    return steps
