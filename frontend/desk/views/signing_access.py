"""The office's access to the signing service (TpSigning5): whose certificate, until when, and its replacement by two."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from frontend.desk import wording
from frontend.desk.acting import attempt, draw, sent
from frontend.desk.changed import told_of_second_person
from frontend.desk.forms.logins import SigningAccessForm
from frontend.desk.trail import trail
from frontend.guards import Request, guarded
from services.safeguards.domain import ChangeKind
from services.safeguards.key_changes import submit_signing_access
from services.safeguards.queries import is_proposal, open_change_of_kind
from services.signing.queries import access_state
from services.users.domain import Verb


@sensitive_post_parameters()
@guarded(Verb.CONFIGURE)
def signing_access(request: Request) -> HttpResponse:
    """How the access stands, and the form with which it is replaced."""
    standing = access_state(timezone.now())
    initial = {"environment": "production", "version": standing.version if standing else 0}
    form = SigningAccessForm(sent(request), request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            form,
            lambda: submit_signing_access(
                environment=form.cleaned_data["environment"],
                certificate=form.content("certificate"),
                private_key=form.content("private_key"),
                version=form.cleaned_data["version"],
                actor=request.actor,
            ),
        )
        if saved and is_proposal(saved):
            return told_of_second_person(request, saved)
        if saved:
            messages.success(request, _("Klucz i certyfikat są zapisane. Usuń teraz ich pliki z komputera."))
            return redirect("desk:signing_access")
    context = {
        "form": form,
        "standing": standing,
        "environment": wording.word(wording.SIGNING_ENVIRONMENTS, standing.environment) if standing else "",
        "is_over": standing is not None and standing.valid_until < timezone.now(),
        "waiting_change": open_change_of_kind(ChangeKind.SIGNING_ACCESS),
        "crumbs": trail(
            (_("Ustawienia"), "settings"), (_("Logowanie mieszkańców"), "logins"), _("Usługa podpisu")
        ),
    }
    return draw(request, "desk/signing_access.html", context, form)
