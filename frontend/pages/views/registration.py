"""Registration of a resident: form, neutral answer, confirmation of the address."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.guards import Request, public
from frontend.messages import show_on
from frontend.pages.forms import ProvenRegistrationForm, RegistrationForm
from frontend.pages.throttle import REGISTER_CLIENT, admits
from frontend.pages.views.login_gov import PROOF_KEY
from frontend.pages.ways import proof_of, takes_passwords, ways_context
from kernel.errors import NotFound, SkarbnikError
from services.accounts import actions
from services.accounts.proofs import ProvenIdentity
from services.accounts.queries_rights import asked_at_registration
from services.identity.attempts import use_proof
from services.signing.queries import is_signed, takes_signatures, takes_unsigned
from services.users.actions import password_token
from tenants.configuration.queries import current_regulation, office
from tenants.metering import flags


@public
def register(request: Request) -> HttpResponse:
    """The form (S48-S59, D23-D27). Whether the person is known already shows in no answer (S8)."""
    if not flags.SELF_REGISTRATION.is_on():
        return render(request, "pages/registration_closed.html", {"is_switched_off": True})
    try:
        regulation = current_regulation(timezone.localdate())
    except NotFound:
        return render(request, "pages/registration_closed.html")
    proof = proof_of(request)
    if proof is None and not takes_passwords():
        return _by_proof(request)
    sent = request.POST if request.method == "POST" else None
    kind = ProvenRegistrationForm if proof else RegistrationForm
    form = kind(sent, initial={"regulation_id": regulation.public_id}, consent=asked_at_registration())
    if request.method == "POST" and _submit(request, form, proof):
        return redirect("check_mail")
    form.ask_for(regulation.public_id)
    context = {
        "form": form,
        "regulation": regulation,
        "row": office(),
        "proof": proof,
        "takes_signatures": takes_signatures(),
        **ways_context(),
    }
    return render(request, "pages/register.html", context, status=422 if form.errors else 200)


def _by_proof(request: Request) -> HttpResponse:
    """Only a proven person may have an account here (D28, D33): the ways to prove it."""
    context = {"takes_signatures": takes_signatures(), **ways_context()}
    if context["takes_signatures"] and not context["ways"]["is_node_ready"]:
        return redirect("sign_registration")
    status = 403 if request.method == "POST" else 200
    return render(request, "pages/register_by_proof.html", context, status=status)


def _submit(request: Request, form: RegistrationForm, proof: ProvenIdentity | None) -> bool:
    if not form.is_valid():
        return False
    if not admits((REGISTER_CLIENT, request.actor.address)):
        form.add_error(None, _("Z tego miejsca wysłano zbyt wiele formularzy. Spróbuj ponownie za godzinę."))
        return False
    try:
        if proof is not None and isinstance(form, ProvenRegistrationForm):
            actions.register(form.application_of(proof), actor=request.actor, proof=proof)
            use_proof(UUID(request.session.pop(PROOF_KEY)), now=timezone.now())
        else:
            actions.register(form.application(), actor=request.actor)
    except SkarbnikError as error:
        show_on(form, error)
        return False
    return True


@public
def check_mail(request: Request) -> HttpResponse:
    """The same page for a new person, a known person and a known address."""
    return render(request, "pages/check_mail.html", {"row": office()})


@public
def confirm_address(request: Request, token: str) -> HttpResponse:
    """The link from the letter. Mail programs open links by themselves, so only the button confirms."""
    if request.method != "POST":
        return render(request, "pages/confirm_address.html")
    try:
        resident = actions.confirm_address(token, actor=request.actor)
    except NotFound:
        return render(request, "pages/link_dead.html", {"purpose": "confirmation"}, status=404)
    user = resident.user
    if takes_unsigned() and not user.has_usable_password() and is_signed(resident.public_id):
        # Who signed the form has no password yet; the link proves the mailbox as a letter for a new one would.
        messages.success(request, _("Adres e-mail jest potwierdzony. Wymyśl teraz hasło do portalu."))
        return redirect("set_password", user.public_id, password_token(user))
    messages.success(request, _("Adres e-mail jest potwierdzony. Zaloguj się, żeby zobaczyć, co dalej."))
    return redirect("sign_in")
