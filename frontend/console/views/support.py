"""Support access from the console: what a gmina has consented to, and the way in. No personal data of anybody stand here."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.components.formats import instant_text
from frontend.console.forms.support import EntryForm
from frontend.console.showing import Shown
from frontend.console.views.tenants import tenant_row
from frontend.desk import wording
from frontend.entering import recently_entered
from frontend.guards import Request, guarded
from frontend.messages import show_on
from kernel.audit.attempts import note_failed
from kernel.errors import SkarbnikError
from services.safeguards.queries import Offer, offered_to_operator
from services.safeguards.support import ask_to_enter
from services.users.domain import Verb
from services.users.secrecy import newest_text, state_secrecy, statement_of
from tenants.directory.domain_states import WORKING


@guarded(Verb.OPERATE_PLATFORM)
@recently_entered
def support(request: Request, teryt: str) -> HttpResponse:
    """The consents in force, a reason and, once for each operator, the statement of secrecy (S104); the answer holds the
    link, so that it is stored nowhere."""
    row = tenant_row(teryt)
    offers = offered_to_operator(teryt, timezone.now()) if row.state in WORKING else []
    version, text = newest_text()
    asked = "" if statement_of(request.user) else text  # type: ignore[arg-type]
    form = EntryForm(_choices(offers), request.POST if request.method == "POST" else None, secrecy=asked)
    context = {"row": row, "form": form, "offers": offers}
    if request.method == "POST" and form.is_valid():
        try:
            if asked:
                state_secrecy(
                    request.user,  # type: ignore[arg-type]
                    text_version=version,
                    now=timezone.now(),
                    actor=request.actor,
                )
            token = ask_to_enter(
                teryt=teryt,
                consent_id=UUID(form.cleaned_data["consent"]),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
                actor=request.actor,
            )
        except SkarbnikError as error:
            note_failed(error)
            show_on(form, error)
        else:
            path = reverse("desk:enter_support", args=[token], urlconf="portal.urls.tenant")
            return render(
                request,
                "console/support_door.html",
                {**context, "door": Shown(row).portal.rstrip("/") + path},
            )
    return render(request, "console/support.html", context, status=422 if form.errors else 200)


def _choices(offers: list[Offer]) -> list[tuple[str, str]]:
    return [(str(offer.consent_id), _label(offer)) for offer in offers]


def _label(offer: Offer) -> str:
    roles = ", ".join(wording.word(wording.ROLES, role) for role in offer.roles) or _("konto bez ważnej roli")
    return _("%(roles)s; ważna do %(until)s; cel: %(purpose)s") % {
        "roles": roles,
        "until": instant_text(timezone.localtime(offer.valid_to), short=True),
        "purpose": offer.purpose,
    }
