"""What a resident allows and limits: consents beside the service, the consent that carries the account, a restriction."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.entering import recently_entered
from frontend.guards import Request, guarded
from frontend.messages import sentence
from frontend.resident.account_forms import VersionedForm
from kernel.audit.attempts import note_failed
from kernel.errors import NotFound, SkarbnikError
from services.accounts import actions
from services.accounts.domain.consents import CHOSEN_FREELY, Purpose, newest
from services.accounts.queries import resident_of
from services.accounts.queries_rights import consent_of
from services.users.domain import Verb


@guarded(Verb.OWN_ACCOUNT)
@require_POST
def consent(request: Request, purpose: str) -> HttpResponse:
    """Give or take back one consent that the account does not need: the same effort both ways (art. 7 ust. 3 RODO)."""
    if purpose not in {one.value for one in CHOSEN_FREELY}:
        raise Http404
    wanted = Purpose(purpose)
    try:
        if "daj" in request.POST:
            actions.give_consent(wanted, text_version=newest(wanted), actor=request.actor)
        else:
            actions.withdraw_consent(wanted, actor=request.actor)
    except SkarbnikError as error:
        note_failed(error)
        messages.error(request, sentence(error))
    else:
        given = "daj" in request.POST
        messages.success(request, _("Zgoda jest zapisana.") if given else _("Zgoda jest wycofana."))
    return redirect("my_data")


@guarded(Verb.OWN_ACCOUNT)
@recently_entered
def withdraw_processing(request: Request) -> HttpResponse:
    """Taking back the consent to the processing itself closes the account: said first, then done (S74)."""
    resident = resident_of(request.actor)
    shown = consent_of(resident.user, Purpose.PROCESSING)
    if shown.given_at is None:
        raise NotFound("consent.unknown")
    form = VersionedForm(
        request.POST if request.method == "POST" else None, initial={"version": resident.version}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_processing(version=form.cleaned_data["version"], actor=request.actor)
        except SkarbnikError as error:
            note_failed(error)
            messages.error(request, sentence(error))
            return redirect("my_data")
        logout(request)
        messages.success(
            request, _("Zgoda jest wycofana, a konto zamknięte. Potwierdzenie wysłaliśmy e-mailem.")
        )
        return redirect("start")
    return render(request, "resident/consent_withdraw.html", {"form": form, "consent": shown})


@guarded(Verb.OWN_ACCOUNT)
@require_POST
def end_restriction(request: Request) -> HttpResponse:
    """The person no longer wants the data to rest."""
    actions.end_own_restriction(actor=request.actor)
    messages.success(request, _("Ograniczenie jest zakończone. Portal działa znowu w całości."))
    return redirect("my_data")
