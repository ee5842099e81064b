"""Residents with an account: what a clerk has to look at, one page for each person, and the acts on an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.desk import wording
from frontend.desk import wording_residents as words
from frontend.desk.acting import act_and_tell, attempt, carried_out, draw, sent
from frontend.desk.forms.residents import FindResidentForm, LinkForm, ReasonForm
from frontend.desk.history import acts_on
from frontend.desk.listing import list_page
from frontend.desk.queues.residents import CHANGED_DATA, UNMATCHED
from frontend.desk.roles import verbs_of
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from kernel.identifiers import masked_pesel
from kernel.masking import masked
from services.accounts import actions, queries
from services.accounts import queries_representation as representing
from services.accounts.domain import ResidentState
from services.accounts.domain.restriction import Ground
from services.accounts.queries_rights import restriction_of
from services.letters.queries import mail_fails_since
from services.users.domain import Verb

HANDLERS = frozenset({Verb.VERIFY_REGISTRATION, Verb.AUTHORISE_REGISTRATION})


@guarded(Verb.DESK)
def residents(request: Request) -> HttpResponse:
    """Accounts without a file, changed data, and the way to any resident by PESEL number or name."""
    _handlers_only(request)
    form = FindResidentForm(sent(request))
    named: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        if number := form.cleaned_data["pesel"]:
            found = queries.resident_with_pesel(number)
            if found is not None:
                return redirect("desk:resident", found.public_id)
            form.add_error("pesel", _("Nikt z tym numerem PESEL nie ma konta w portalu."))
        else:
            named = [_person(row) for row in queries.residents_named(form.cleaned_data["name"])]
            if not named:
                form.add_error("name", _("Nie ma konta osoby, której imię i nazwisko tak się zaczynają."))
    context = {"form": form, "named": named, "tabs": _tabs("residents"), "crumbs": trail(_("Mieszkańcy"))}
    return list_page(request, UNMATCHED, "desk/residents.html", context, [form])


@guarded(Verb.DESK)
@require_safe
def changed_data(request: Request) -> HttpResponse:
    """Residents who changed their own data that nobody has looked at."""
    _handlers_only(request)
    crumbs = trail((_("Mieszkańcy"), "residents"), _("Zmienione dane"))
    context = {"tabs": _tabs("changed_data"), "crumbs": crumbs}
    return list_page(request, CHANGED_DATA, "desk/changed_data.html", context)


@guarded(Verb.DESK)
def resident(request: Request, resident_id: UUID) -> HttpResponse:
    """Everything about one account: data, changes, files, representation, history, and what can be done."""
    row = _resident(request, resident_id)
    today = timezone.localdate()
    is_clerk = Verb.VERIFY_REGISTRATION in verbs_of(request)
    changes = [_change(one, is_clerk) for one in queries.changes_of(row)]
    context = {
        **_person(row),
        "changes": changes,
        "has_unseen": any(one["row"].seen_at is None for one in changes),
        "files": queries.own_files_of(row),
        "match": queries.match_of(row),
        "fit": words.FITS[queries.match_of(row).fit.value],
        "rights": [_right(one, today) for one in representing.representations_of(row)],
        "requests": representing.requests_of(row),
        "request_states": words.REPRESENTATION_STATES,
        "acceptances": queries.acceptances(row),
        "history": acts_on(row, row.user),
        "restriction": _restriction(row),
        "may_protect": Verb.PROTECT_DATA in verbs_of(request),
        "mail_fails_since": mail_fails_since(row.user.email),
        "is_clerk": is_clerk,
        "is_admin": Verb.AUTHORISE_REGISTRATION in verbs_of(request),
        "crumbs": trail((_("Mieszkańcy"), "residents"), _name(row)),
    }
    return render(request, "desk/resident.html", context)


@guarded(Verb.VERIFY_REGISTRATION)
def link_resident(request: Request, resident_id: UUID) -> HttpResponse:
    """Say whose file it is; a payer with another number is shown once more before."""
    row = queries.resident_by_id(resident_id)
    form = LinkForm(row, sent(request))
    if request.method == "POST" and form.is_valid():
        if form.is_none:
            act: Callable[[], object] = lambda: actions.settle_match(  # noqa: E731
                resident_id=resident_id, version=form.cleaned_data["version"], actor=request.actor
            )
        elif form.needs_confirmation:
            context = {**_person(row), "form": form, "crumbs": _crumbs(row, _("Czy to ten płatnik?"))}
            return render(request, "desk/resident_link_confirm.html", context)
        else:
            act = lambda: actions.link_payer(  # noqa: E731
                resident_id=resident_id,
                payer_id=form.payer_id,
                version=form.cleaned_data["version"],
                actor=request.actor,
            )
        if attempt(form, act):
            messages.success(request, _("Zapisano. Zmiana działa od razu."))
            return redirect("desk:resident", resident_id)
    context = {
        **_person(row),
        "form": form,
        "fit": words.FITS[queries.match_of(row).fit.value],
        "crumbs": _crumbs(row, _("Kartoteka")),
    }
    return draw(request, "desk/resident_link.html", context, form)


@guarded(Verb.VERIFY_REGISTRATION)
def unlink_resident(request: Request, resident_id: UUID, payer_id: UUID) -> HttpResponse:
    """Take a wrong file away, with the reason."""
    row = queries.resident_by_id(resident_id)
    if payer_id not in {payer.public_id for payer in queries.own_files_of(row)}:
        raise Http404
    return _with_reason(
        request,
        row,
        lambda values: actions.unlink_payer(
            resident_id=resident_id, payer_id=payer_id, **values, actor=request.actor
        ),
        "unlink",
    )


@guarded(Verb.VERIFY_REGISTRATION)
def changes_seen(request: Request, resident_id: UUID) -> HttpResponse:
    """The clerk has looked at the changes that the page showed."""
    queries.resident_by_id(resident_id)
    if request.method != "POST":  # signed in again in the middle of it
        return redirect("desk:resident", resident_id)
    shown = [UUID(text) for text in request.POST.getlist("change") if len(text) == 36]
    if act_and_tell(
        request,
        lambda: actions.note_changes_seen(resident_id=resident_id, change_ids=shown, actor=request.actor),
        _("Zmiany są oznaczone jako przejrzane."),
    ):
        return redirect("desk:changed_data")
    return redirect("desk:resident", resident_id)


@guarded(Verb.AUTHORISE_REGISTRATION)
def block_resident(request: Request, resident_id: UUID) -> HttpResponse:
    """Refuse the service, with the reason that the person is told at the same moment (eKasa § 7)."""
    row = queries.resident_by_id(resident_id)
    return _with_reason(
        request,
        row,
        lambda values: actions.block_account(resident_id=resident_id, **values, actor=request.actor),
        "block",
    )


@guarded(Verb.AUTHORISE_REGISTRATION)
def unblock_resident(request: Request, resident_id: UUID) -> HttpResponse:
    """Open a blocked account again."""
    row = queries.resident_by_id(resident_id)
    return _with_reason(
        request,
        row,
        lambda values: actions.unblock_account(resident_id=resident_id, **values, actor=request.actor),
        "unblock",
    )


@guarded(Verb.AUTHORISE_REGISTRATION)
def close_resident(request: Request, resident_id: UUID) -> HttpResponse:
    """Close an account for good."""
    row = queries.resident_by_id(resident_id)
    return _with_reason(
        request,
        row,
        lambda values: actions.deactivate_account(resident_id=resident_id, **values, actor=request.actor),
        "close",
    )


def _with_reason(
    request: Request, row: Any, act: Callable[[dict[str, Any]], object], name: str
) -> HttpResponse:
    """Ask for the reason, then act."""
    asked = words.ACCOUNT_ACTS[name]
    form = ReasonForm(sent(request), initial={"version": row.version})
    if request.method == "POST" and form.is_valid() and carried_out(form, lambda: act(form.cleaned_data)):
        messages.success(request, str(asked.done))
        return redirect("desk:resident", row.public_id)
    context = {**_person(row), "form": form, "words": asked, "crumbs": _crumbs(row, str(asked.title))}
    return draw(request, "desk/resident_reason.html", context, form)


def _handlers_only(request: Request) -> None:
    """Who neither verifies nor authorises has no such page."""
    if not verbs_of(request) & HANDLERS:
        raise Http404


def _resident(request: Request, resident_id: UUID) -> Any:
    _handlers_only(request)
    return queries.resident_by_id(resident_id)


def _name(row: Any) -> str:
    return f"{row.first_name} {row.last_name}"


def _person(row: Any) -> dict[str, Any]:
    return {
        "resident": row,
        "full_name": _name(row),
        "masked_pesel": masked_pesel(row.pesel),
        "is_waiting": row.state in (ResidentState.SUBMITTED, ResidentState.VERIFIED, ResidentState.DUPLICATE),
        "proof": wording.word(words.PROOFS, row.proof_method) if row.proof_method else "",
        "state": {
            "label": wording.word(wording.REGISTRATION_STATES, row.state),
            "kind": wording.REGISTRATION_KINDS[row.state],
        },
    }


def _restriction(row: Any) -> dict[str, Any] | None:
    found = restriction_of(row)
    return {"row": found, "ground": Ground(found.ground).polish} if found else None


def _crumbs(row: Any, here: str) -> list[dict[str, str]]:
    return trail((_("Mieszkańcy"), "residents"), (_name(row), "resident", row.public_id), here)


def _tabs(here: str) -> list[dict[str, Any]]:
    """The two lists of accounts with what each holds; `here` is the view that shows one of them."""
    lists = (
        (_("Bez kartoteki"), "residents", queries.unmatched().count()),
        (_("Zmienione dane"), "changed_data", queries.residents_with_unseen_changes().count()),
    )
    return [
        {"label": label, "href": reverse(f"desk:{view}"), "count": count, "current": view == here}
        for label, view, count in lists
    ]


def _change(row: Any, is_clerk: bool) -> dict[str, Any]:
    """A change of own data. Who has to compare it sees it; everybody else sees that there was one."""
    if is_clerk and row.seen_at is None:
        return {"row": row, "before": row.before, "after": row.after}
    return {"row": row, "before": masked(row.field, row.before), "after": masked(row.field, row.after)}


def _right(row: Any, today: Any) -> dict[str, Any]:
    ended = row.revoked_at is not None or (row.valid_to is not None and row.valid_to < today)
    return {
        "row": row,
        "is_ended": ended,
        "level": words.LEVELS[row.level],
        "title": words.TITLES[row.title],
    }
