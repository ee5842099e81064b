"""Registrations: one queue for the clerk's and the local administrator's step, one page for each person, the decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk.acting import act_and_tell, attempt, carried_out, draw, sent
from frontend.desk.forms.registrations import ApproveForm, RejectForm, VersionForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.registrations import REGISTRATIONS, by_deadline, shown
from frontend.desk.roles import verbs_of
from frontend.desk.signatures import signature_rows
from frontend.desk.steps import STEPS
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.accounts import actions, queries
from services.accounts.domain import ResidentState
from services.signing.handing_out import hand_out
from services.users.domain import Verb
from services.users.queries import names_of


@guarded(Verb.DESK)
@require_safe
def registrations(request: Request) -> HttpResponse:
    """What waits for this person's decision, the nearest deadline first (D32); the other step below it."""
    verbs = _verbs(request)
    states = tuple(state for state, verb in STEPS.items() if verb not in verbs)
    others = sorted(queries.registrations(states), key=by_deadline)
    context = {"others": shown(request, others), "crumbs": trail(_("Rejestracje"))}
    return list_page(request, REGISTRATIONS, "desk/registrations.html", context)


@guarded(Verb.DESK)
@require_safe
def registration(request: Request, registration_id: UUID) -> HttpResponse:
    """One registration: what was declared, which payers fit, what happened so far."""
    resident = _registration(request, registration_id)
    if _may(request, resident, ResidentState.SUBMITTED):
        return _page(request, resident, ApproveForm(resident))
    return _page(request, resident, VersionForm(initial={"version": resident.version}))


@guarded(Verb.VERIFY_REGISTRATION)
def approve_registration(request: Request, registration_id: UUID) -> HttpResponse:
    """Approve; a payer with another personal number is shown first and has to be confirmed."""
    resident = queries.registration(registration_id)
    if request.method != "POST":
        return redirect("desk:registration", registration_id)
    form = ApproveForm(resident, request.POST)
    if form.is_valid():
        if form.needs_confirmation:
            return _confirm(request, resident, form)
        done = attempt(
            form,
            lambda: actions.approve_registration(
                registration_id=registration_id,
                payer_id=form.payer_id,
                version=form.cleaned_data["version"],
                actor=request.actor,
            ),
        )
        if done:
            messages.success(request, _approved(done.state))
            return redirect("desk:registrations")
    return _page(request, queries.registration(registration_id), form)


@guarded(Verb.AUTHORISE_REGISTRATION)
def authorise_registration(request: Request, registration_id: UUID) -> HttpResponse:
    """The second step, where the gmina's policy asks for it."""
    queries.registration(registration_id)
    form = VersionForm(request.POST)
    if form.is_valid() and act_and_tell(
        request,
        lambda: actions.authorise_registration(
            registration_id=registration_id, version=form.cleaned_data["version"], actor=request.actor
        ),
        _("Konto jest aktywne. Osoba dostanie e-mail."),
    ):
        return redirect("desk:registrations")
    return redirect("desk:registration", registration_id)


@guarded(Verb.DESK)
def reject_registration(request: Request, registration_id: UUID) -> HttpResponse:
    """Ask for the reason, then refuse."""
    resident = _registration(request, registration_id)
    if not _may(request, resident):
        messages.error(request, _("Ta rejestracja nie czeka na Twoją decyzję."))
        return redirect("desk:registration", registration_id)
    form = RejectForm(sent(request), initial={"version": resident.version})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if carried_out(
            form,
            lambda: actions.reject_registration(
                registration_id=registration_id, **values, actor=request.actor
            ),
        ):
            messages.success(request, _("Rejestracja jest odrzucona. Osoba dostanie e-mail z powodem."))
            return redirect("desk:registrations")
    context = {"form": form, **_person(resident), "crumbs": _crumbs(resident, _("Odrzucenie"))}
    return draw(request, "desk/registration_reject.html", context, form)


@guarded(Verb.VERIFY_REGISTRATION)
@require_safe
def signed_file(request: Request, registration_id: UUID, file_id: UUID, given: bool = False) -> HttpResponse:
    """The signed form, or the document that was given to sign, as a file; the look is in the audit log."""
    found = hand_out(registration_id=registration_id, file_id=file_id, actor=request.actor)
    name, content = (found.given_name, found.given) if given else (found.signed_name, found.signed)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/octet-stream", headers=headers)


def _verbs(request: Request) -> frozenset[Verb]:
    """The steps that the person may do; who may do none has no such page."""
    verbs = verbs_of(request) & frozenset(STEPS.values())
    if not verbs:
        raise Http404
    return verbs


def _registration(request: Request, registration_id: UUID) -> Any:
    _verbs(request)
    return queries.registration(registration_id)


def _may(request: Request, resident: Any, *states: ResidentState) -> bool:
    """Whether this registration waits (in one of the states) for this very person."""
    state = ResidentState(resident.state)
    return STEPS.get(state) in verbs_of(request) and (not states or state in states)


def _page(request: Request, resident: Any, form: Any) -> HttpResponse:
    waiting = queries.registrations(tuple(STEPS))
    context = {
        "form": form,
        "row": next((row for row in waiting if row.public_id == resident.public_id), None),
        "existing": queries.same_person(resident) if resident.state == ResidentState.DUPLICATE else None,
        "acceptances": queries.acceptances(resident),
        "history": acts_on(resident, resident.user),
        "deciders": names_of({resident.verified_by, resident.activated_by}),
        "can_approve": _may(request, resident, ResidentState.SUBMITTED),
        "can_authorise": _may(request, resident, ResidentState.VERIFIED),
        "can_reject": _may(request, resident),
        "signatures": signature_rows(resident.public_id),
        "can_see_files": Verb.VERIFY_REGISTRATION in verbs_of(request),
        "can_reset": Verb.VERIFY_REGISTRATION in verbs_of(request) and resident.state == ResidentState.ACTIVE,
        "crumbs": _crumbs(resident),
        **_person(resident),
    }
    return draw(request, "desk/registration.html", context, form)


def _confirm(request: Request, resident: Any, form: ApproveForm) -> HttpResponse:
    context = {
        "form": form,
        "is_same_address": _plain(form.chosen.address) == _plain(resident.address),
        "crumbs": _crumbs(resident, _("Czy to ten płatnik?")),
        **_person(resident),
    }
    return render(request, "desk/registration_confirm.html", context)


def _person(resident: Any) -> dict[str, Any]:
    return {
        "resident": resident,
        "full_name": f"{resident.first_name} {resident.last_name}",
        "state": {
            "label": wording.word(wording.REGISTRATION_STATES, resident.state),
            "kind": wording.REGISTRATION_KINDS[resident.state],
        },
    }


def _plain(address: str) -> str:
    """An address as it is compared: letter case and blanks do not matter."""
    return " ".join(address.casefold().split())


def _crumbs(resident: Any, here: str = "") -> list[dict[str, str]]:
    name = f"{resident.first_name} {resident.last_name}"
    queue = (_("Rejestracje"), "registrations")
    return trail(queue, (name, "registration", resident.public_id), here) if here else trail(queue, name)


def _approved(state: str) -> str:
    if state == ResidentState.VERIFIED:
        return _("Rejestracja jest zweryfikowana. Teraz autoryzuje ją administrator lokalny.")
    return _("Konto jest aktywne. Osoba dostanie e-mail.")
