"""Registration with a signed form: fill in, sign at the signing service or on one's own computer, learn what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from frontend.guards import Request, public
from frontend.messages import SENTENCES, UNKNOWN, sentence, show_on
from frontend.pages.forms import SignedFileForm, SignedRegistrationForm
from frontend.pages.throttle import REGISTER_CLIENT, SIGN_CLIENT, admits
from kernel.errors import NotFound, SkarbnikError
from kernel.identifiers import masked_pesel
from services.accounts.queries_rights import asked_at_registration
from services.signing import actions, queries
from services.signing.domain import AttemptState, DocumentKind
from tenants.configuration.queries import current_regulation, office
from tenants.metering import flags

KEY = "signed_registrations"
"""Session key: the forms that this browser has begun. Nobody else may see or finish them."""
MOST_KEPT = 5
TYPES = {DocumentKind.PDF: "application/pdf", DocumentKind.XML: "application/xml"}


@public
def sign_registration(request: Request) -> HttpResponse:
    """The form that is to be signed (D27-D29). It asks for no password and is kept until it is signed."""
    if not flags.SELF_REGISTRATION.is_on():
        return render(request, "pages/registration_closed.html", {"is_switched_off": True})
    if not queries.takes_signatures():
        return redirect("register")
    try:
        regulation = current_regulation(timezone.localdate())
    except NotFound:
        return render(request, "pages/registration_closed.html")
    sent = request.POST if request.method == "POST" else None
    form = SignedRegistrationForm(
        sent, initial={"regulation_id": regulation.public_id}, consent=asked_at_registration()
    )
    if request.method == "POST" and (attempt_id := _begin(request, form)):
        return redirect("signing", attempt_id)
    form.ask_for(regulation.public_id)
    context = {
        "form": form,
        "regulation": regulation,
        "row": office(),
        "takes_unsigned": queries.takes_unsigned(),
        "steps": _steps(0),
    }
    return render(request, "pages/sign_registration.html", context, status=422 if form.errors else 200)


@public
@require_safe
def progress(request: Request, attempt_id: UUID) -> HttpResponse:
    """Where the form stands and what the person does next."""
    _own(request, attempt_id)
    return _page(request, attempt_id)


@public
@require_POST
def hand_in(request: Request, attempt_id: UUID) -> HttpResponse:
    """To the signing service. Its page is known to the server alone, until this redirect."""
    _own(request, attempt_id)
    if not _admitted(request):
        return redirect("signing", attempt_id)
    try:
        page = actions.hand_in(
            attempt_id=attempt_id,
            success_url=request.build_absolute_uri(reverse("signing_back", args=[attempt_id])),
            failure_url=request.build_absolute_uri(reverse("signing_declined", args=[attempt_id])),
            actor=request.actor,
        )
    except SkarbnikError as error:
        messages.error(request, sentence(error))
        return redirect("signing", attempt_id)
    return redirect(page)


@public
@require_safe
def come_back(request: Request, attempt_id: UUID, declined: bool = False) -> HttpResponse:
    """Back from the signing service. That somebody came here proves nothing: the signed form is fetched and judged."""
    _own(request, attempt_id)
    try:
        found = actions.come_back(attempt_id=attempt_id, declined=declined, actor=request.actor)
    except SkarbnikError as error:
        messages.error(request, sentence(error))
        return redirect("signing", attempt_id)
    if found.state in (AttemptState.DRAFT, AttemptState.SENT) and not found.files.exists():
        messages.info(
            request, _("Formularz nie jest jeszcze podpisany. Możesz podpisać go teraz albo później.")
        )
    return redirect("signing", attempt_id)


@public
def upload(request: Request, attempt_id: UUID) -> HttpResponse:
    """Sign on one's own computer: take our document, sign it, send the signed file."""
    _own(request, attempt_id)
    form = SignedFileForm(request.POST, request.FILES) if request.method == "POST" else SignedFileForm()
    if request.method == "POST" and form.is_valid() and _admitted(request):
        file = form.cleaned_data["file"]
        try:
            # One byte more than may be taken says enough of a longer one.
            content = file.read(actions.MOST_BYTES + 1)
            actions.upload(attempt_id=attempt_id, content=content, actor=request.actor)
            return redirect("signing", attempt_id)
        except SkarbnikError as error:
            show_on(form, error)
    found = queries.standing(attempt_id)
    if found.is_over or found.state not in (AttemptState.DRAFT, AttemptState.SENT):
        return redirect("signing", attempt_id)
    context = {"form": form, "standing": found, "steps": _steps(1)}
    return render(request, "pages/signing_file.html", context, status=422 if form.errors else 200)


@public
@require_safe
def document(request: Request, attempt_id: UUID, kind: str) -> HttpResponse:
    """Our document to sign elsewhere."""
    _own(request, attempt_id)
    try:
        found = actions.document(attempt_id=attempt_id, kind=DocumentKind(kind))
    except SkarbnikError:
        return redirect("signing", attempt_id)
    headers = {
        "Content-Disposition": f'attachment; filename="wniosek.{kind}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(found.content, content_type=TYPES[DocumentKind(kind)], headers=headers)


@public
@require_POST
def drop(request: Request, attempt_id: UUID) -> HttpResponse:
    """The data are wrong: begin anew."""
    _own(request, attempt_id)
    try:
        actions.drop(attempt_id=attempt_id, actor=request.actor)
    except SkarbnikError as error:
        messages.error(request, sentence(error))
        return redirect("signing", attempt_id)
    return redirect("sign_registration")


def _begin(request: Request, form: SignedRegistrationForm) -> UUID | None:
    if not form.is_valid():
        return None
    if not admits((REGISTER_CLIENT, request.actor.address)):
        form.add_error(None, _("Z tego miejsca wysłano zbyt wiele formularzy. Spróbuj ponownie za godzinę."))
        return None
    try:
        attempt = actions.begin(form.application(), actor=request.actor)
    except SkarbnikError as error:
        show_on(form, error)
        return None
    kept = [*request.session.get(KEY, []), str(attempt.public_id)]
    request.session[KEY] = kept[-MOST_KEPT:]
    return attempt.public_id


def _own(request: Request, attempt_id: UUID) -> None:
    """404 for a form that another browser began."""
    if str(attempt_id) not in request.session.get(KEY, []):
        raise Http404


def _admitted(request: Request) -> bool:
    if admits((SIGN_CLIENT, request.actor.address)):
        return True
    messages.error(request, _("Z tego miejsca było zbyt wiele prób. Spróbuj ponownie za godzinę."))
    return False


def _page(request: Request, attempt_id: UUID) -> HttpResponse:
    try:
        found = queries.standing(attempt_id)
    except NotFound as error:
        raise Http404 from error
    context: dict[str, Any] = {
        "standing": found,
        "reason": SENTENCES.get(found.reason, UNKNOWN) if found.reason else "",
        "masked_pesel": masked_pesel(found.pesel),
        "has_service": queries.has_service(),
        "is_automatic": found.is_proven and office().registration_policy == "automatic",
        "takes_unsigned": queries.takes_unsigned(),
        "steps": _steps(_reached(found.state)),
    }
    response = render(request, "pages/signing.html", context)
    response.form_action_origins = queries.page_origins()  # type: ignore[attr-defined]
    return response


def _reached(state: AttemptState) -> int:
    return {AttemptState.RECEIVED: 2, AttemptState.REGISTERED: 3}.get(state, 1)


def _steps(current: int) -> list[dict[str, str]]:
    labels = (_("Formularz"), _("Podpis"), _("Sprawdzenie podpisu"), _("Potwierdzenie adresu e-mail"))
    states = ("done", "current", "todo")
    return [
        {"label": label, "state": states[1 + (place > current) - (place < current)]}
        for place, label in enumerate(labels)
    ]
