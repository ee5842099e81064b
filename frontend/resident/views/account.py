"""The resident's own account: state of the registration, own data, in whose name to act."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.guards import Request, guarded
from frontend.pages.ways import ways_context
from frontend.resident import wording
from frontend.resident.account_history import own_history
from frontend.resident.acting import act_for, acting_for
from frontend.resident.forms import PayerForm
from kernel.dates import warsaw_day
from kernel.errors import NotFound
from kernel.identifiers import masked_pesel
from services.accounts.domain import ResidentState, is_automatic
from services.accounts.domain.clock import deadline_of
from services.accounts.queries import (
    acceptances,
    open_email_change,
    resident_of,
    waiting_regulation,
)
from services.letters.queries import mail_fails_since, own_wish
from services.users.domain import Verb
from tenants.configuration.queries import office


@guarded(Verb.OWN_ACCOUNT)
def account_state(request: Request) -> HttpResponse:
    """Where the registration stands. A second registration of a person looks like any other that waits (S8)."""
    resident = resident_of(request.actor)
    state = ResidentState(resident.state)
    if state == ResidentState.ACTIVE:
        return redirect("dues")
    shown = ResidentState.SUBMITTED if state == ResidentState.DUPLICATE else state
    deadline = deadline_of(warsaw_day(resident.submitted_at))
    context = {
        "state": shown.value,
        "deadline_on": deadline,
        "reason": resident.block_reason if state == ResidentState.BLOCKED else resident.decision_reason,
        "blocked_at": resident.blocked_at,
        "row": office(),
        "may_prove": may_prove(resident) and ways_context()["ways"]["is_node_ready"],
        "steps": _steps(resident, shown, deadline),
    }
    return render(request, "resident/account_state.html", context)


def _steps(resident: Any, shown: ResidentState, deadline: Any) -> list[dict[str, Any]]:
    """Form sent, address proven, clerk, (administrator), active."""
    verified = shown == ResidentState.VERIFIED
    todo = _("najpóźniej %(day)s") % {"day": f"{deadline:%d.%m.%Y}"}
    steps = [
        {"label": _("Formularz wysłany"), "state": "done", "at": resident.submitted_at},
        {"label": _("Adres e-mail potwierdzony"), "state": "done", "at": resident.user.email_confirmed_at},
        {
            "label": _("Urzędnik sprawdza dane"),
            "state": "done" if verified else "current",
            "at": resident.verified_at if verified else None,
            "note": "" if verified else todo,
        },
    ]
    if office().registration_policy == "clerk_then_admin":
        state = "current" if verified else "todo"
        steps.append(
            {"label": _("Administrator dopuszcza konto"), "state": state, "note": todo if verified else ""}
        )
    return [*steps, {"label": _("Konto aktywne"), "state": "todo"}]


@guarded(Verb.OWN_ACCOUNT)
@require_safe
def prove_identity(request: Request) -> HttpResponse:
    """Potwierdzenie tożsamości: what it gives, and the way to the node for who has registered with a password (S54)."""
    resident = resident_of(request.actor)
    context = {
        "resident": resident,
        "means": wording.PROOFS.get(resident.proof_method, ""),
        "may_prove": may_prove(resident),
        "is_node_ready": ways_context()["ways"]["is_node_ready"],
        "is_faster": is_automatic(office().registration_policy),
    }
    return render(request, "resident/prove_identity.html", context)


def may_prove(resident: Any) -> bool:
    """Whether a proof would still add something. A second registration looks like any other here, too (S8)."""
    return not resident.proof_method and resident.state not in (
        ResidentState.REJECTED,
        ResidentState.DEACTIVATED,
    )


@guarded(Verb.OWN_ACCOUNT)
def account(request: Request) -> HttpResponse:
    """Twoje konto: own data, accepted versions of the regulation, in whose name the resident acts (D12, D13, D92)."""
    acting = acting_for(request)
    context = {
        "acting": acting,
        "form": PayerForm(
            acting.payers, initial={"payer": str(acting.payer.public_id) if acting.payer else ""}
        ),
        "resident": acting.resident,
        "pesel": masked_pesel(acting.resident.pesel),
        "acceptances": acceptances(acting.resident),
        "email_change": open_email_change(acting.resident),
        "means": wording.PROOFS.get(acting.resident.proof_method, ""),
        "may_prove": may_prove(acting.resident) and ways_context()["ways"]["is_node_ready"],
        "mail_fails_since": mail_fails_since(acting.resident.user.email),
        "wish": own_wish(request.actor),
        "new_regulation": waiting_regulation(acting.resident, timezone.localdate()),
        "history": own_history(acting.resident),
    }
    return render(request, "resident/account.html", context)


@guarded(Verb.OWN_DUES)
@require_POST
def choose_payer(request: Request) -> HttpResponse:
    """Choose in whose name to act for the rest of this session."""
    try:
        act_for(request, UUID(request.POST.get("payer", "")))
    except ValueError:
        raise NotFound("payer.foreign") from None
    label = acting_for(request).payer.name
    messages.success(request, _("Działasz teraz w imieniu: %(name)s.") % {"name": label})
    return redirect("dues")
