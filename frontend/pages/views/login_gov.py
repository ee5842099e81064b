"""Sign-in through login.gov.pl: to the node, back with its answer, and what becomes of it (docs/login-gov.md).

The answer comes by a cross-site POST, with which the browser sends no session cookie. So the view that takes it touches no
session and answers 303; only the page behind that sees whether this browser began.
"""

import secrets
from urllib.parse import urlencode
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend.entering import enter, prove_again
from frontend.guards import Request, guarded, public
from frontend.messages import sentence
from frontend.pages import node_outcomes
from frontend.pages.node_outcomes import Outcome
from frontend.pages.throttle import NODE_ANSWER_CLIENT, NODE_FINISH_CLIENT, NODE_START_CLIENT, admits
from integrations.identity.base import IdentityError
from integrations.identity.login_gov import login
from kernel.actors import ActorKind
from kernel.audit.attempts import note_failed
from kernel.errors import Refused, SkarbnikError, Unavailable
from services.accounts.actions import prove_identity
from services.accounts.domain import ResidentState
from services.identity import attempts
from services.identity.attempts import Finished, use_proof
from services.identity.domain import Purpose
from services.identity.queries import (
    BegunFor,
    acs_url,
    begun_for,
    node_origin,
    proven_person,
    provider_metadata,
)
from services.users.domain import Verb
from services.users.entrance import Method
from services.users.queries import own_account
from services.users.signing_in import note_refusal

log = structlog.get_logger(__name__)

NONCES_KEY = "login_gov"
"""Session key: public id of an attempt -> the nonce of this browser. Several, for several tabs."""
PROOF_KEY = "login_gov_proof"
"""Session key: public id of the proof of somebody who has no account yet."""
UNCONFIRMED_KEY = "unconfirmed_user"
"""Session key of the page that offers the letter again: whose address is not proven yet."""
MOST_NONCES = 5


@public
@require_POST
def leave(request: Request) -> HttpResponse:
    """Begin: the page whose form goes to the node, by itself or by its button."""
    return _leave(request, Purpose.ENTER, back=reverse("sign_in"))


@guarded(Verb.OWN_ACCOUNT)
def again(request: Request) -> HttpResponse:
    """Who is signed in shows once more who it is, before a sensitive change: the node asks anew (ForceAuthn)."""
    if request.method != "POST":  # signed in again in the middle of it
        return redirect("account")
    return _leave(request, Purpose.AGAIN, back=reverse("account"))


@guarded(Verb.OWN_ACCOUNT)
def prove(request: Request) -> HttpResponse:
    """Who is signed in with a password proves the identity of the account."""
    if request.method != "POST":
        return redirect("prove_identity")
    return _leave(request, Purpose.PROVE, back=reverse("prove_identity"))


def _leave(request: Request, purpose: Purpose, *, back: str) -> HttpResponse:
    if not acs_url().startswith(f"{request.scheme}://{request.get_host()}/"):
        # The node answers to the one address of the application, and this session would not be there.
        return redirect(acs_url().partition("/wk/")[0] + "/logowanie/")
    if not admits((NODE_START_CLIENT, _address(request))):
        return _page(request, Outcome.TOO_MANY)
    nonce = secrets.token_urlsafe(32)
    try:
        begun = attempts.begin(
            nonce=nonce,
            next_path=own_path(request),
            now=timezone.now(),
            purpose=purpose,
            account_ref=None if purpose is Purpose.ENTER else _account(request),
        )
        origin = node_origin()
    except Unavailable as error:
        log.error("login_gov.not_ready", code=error.code)
        return _page(request, Outcome.NOT_READY)
    kept = list(request.session.get(NONCES_KEY, {}).items())[1 - MOST_NONCES :]
    request.session[NONCES_KEY] = {**dict(kept), str(begun.attempt_id): nonce}
    response = render(request, "pages/login_gov_leave.html", {"form": begun.form, "back_url": back})
    response.form_action_origins = (origin,)  # type: ignore[attr-defined]
    return response


def own_path(request: HttpRequest) -> str:
    """The path of this portal that the visitor wanted, "" for anything that could lead elsewhere."""
    wanted = request.POST.get("next", "")
    if len(wanted) > 500 or not wanted.startswith("/") or not wanted.isprintable():
        return ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else ""


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """The node's answer: the artifact is kept with the attempt that it is for. No session here, and no page: only 303."""
    if not admits((NODE_ANSWER_CLIENT, _address(request))):
        return _see_other("login_gov_failed", Outcome.TOO_MANY)
    try:
        delivery = login.take_delivery(request.POST if request.method == "POST" else request.GET)
        attempt_id = attempts.deliver(delivery, now=timezone.now())
    except IdentityError as error:
        log.warning("login_gov.refused", code=error.code)
        return _see_other("login_gov_failed", node_outcomes.of(error.code))
    return _see_other("login_gov_finish", attempt_id)


@public
@require_safe
def failed(request: Request, outcome: str) -> HttpResponse:
    """Why the answer was not even kept."""
    try:
        return _page(request, Outcome(outcome))
    except ValueError:
        raise Http404 from None


@public
@require_http_methods(["GET"])
def finish(request: Request, attempt_id: UUID) -> HttpResponse:
    """Whom the node has proven: signed in, sent on to the registration, or told why not."""
    if not admits((NODE_FINISH_CLIENT, _address(request))):
        return _page(request, Outcome.TOO_MANY)
    nonces = request.session.get(NONCES_KEY, {})
    nonce = nonces.get(str(attempt_id), "")
    begun = begun_for(attempt_id)
    try:
        done = attempts.finish(attempt_id, nonce=nonce, now=timezone.now(), account_ref=_account(request))
    except (IdentityError, Unavailable) as error:
        outcome = node_outcomes.of(error.code, is_permanent=error.permanent)
        level = log.error if outcome in node_outcomes.FOR_THE_OPERATOR else log.warning
        level("login_gov.refused", code=error.code)
        if error.code == attempts.OTHER_PERSON:
            user = own_account(request.actor)
            note_refusal(user.kind, method=Method.LOGIN_GOV, address=_address(request), user=user)
        return _page(request, outcome, begun)
    request.session[NONCES_KEY] = {key: value for key, value in nonces.items() if key != str(attempt_id)}
    if done.purpose is Purpose.AGAIN:
        prove_again(request)
        return redirect(done.next_path or "account")
    if done.purpose is Purpose.PROVE:
        return _prove(request, done)
    if done.resident is not None:
        return _enter(request, done)
    if done.proof_id is not None:
        request.session[PROOF_KEY] = str(done.proof_id)
        return redirect("register")
    return _page(request, Outcome.NO_PESEL)


def _enter(request: Request, done: Finished) -> HttpResponse:
    resident = done.resident
    if resident is None or resident.state == ResidentState.BLOCKED:
        return _page(request, Outcome.BLOCKED)
    if resident.user.email_confirmed_at is None:
        request.session[UNCONFIRMED_KEY] = resident.user.pk
        return redirect("confirm_first")
    try:
        enter(request, resident.user, method=Method.LOGIN_GOV)
    except Refused as error:
        log.warning("login_gov.refused", code=error.code)
        return _page(request, Outcome.BLOCKED)
    return redirect(done.next_path or "dues")


def _prove(request: Request, done: Finished) -> HttpResponse:
    """The account is a proven person's from now on; what the office still has to do, the account's page says."""
    proof = proven_person(done.proof_id, now=timezone.now()) if done.proof_id else None
    if proof is None:
        return _page(request, Outcome.OVER)
    try:
        prove_identity(proof, actor=request.actor)
    except SkarbnikError as error:
        note_failed(error)
        messages.error(request, sentence(error))
        return redirect("account")
    finally:
        use_proof(UUID(proof.evidence_ref), now=timezone.now())
    messages.success(request, _("Twoja tożsamość jest potwierdzona."))
    return redirect("account_state")


@public
@require_safe
def metadata(request: Request) -> HttpResponse:
    """The gmina's metadata, as an aid for its application. Raises a 404 before its keys have certificates."""
    try:
        document = provider_metadata()
    except Unavailable:
        return HttpResponse(status=404)
    return HttpResponse(document, content_type="application/samlmetadata+xml")


def _see_other(name: str, *arguments: object) -> HttpResponse:
    response = redirect(name, *arguments)
    response.status_code = 303
    return response


def _page(request: Request, outcome: Outcome, begun: BegunFor | None = None) -> HttpResponse:
    shown = node_outcomes.PAGES[outcome]
    is_inside = request.actor.kind == ActorKind.RESIDENT
    context = {
        "page": shown,
        "text": (is_inside and shown.text_inside) or shown.text,
        "again_url": _way_back(begun) if is_inside else reverse("sign_in"),
    }
    return render(request, "pages/login_gov_outcome.html", context, status=shown.status)


def _way_back(begun: BegunFor | None) -> str:
    """Where who is signed in tries once more."""
    if begun is None or begun.purpose is Purpose.ENTER:
        return reverse("account")
    if begun.purpose is Purpose.PROVE:
        return reverse("prove_identity")
    query = urlencode({"next": begun.next_path}) if begun.next_path else ""
    return reverse("confirm_again") + (f"?{query}" if query else "")


def _account(request: Request) -> UUID | None:
    """The resident's account that is signed in in this browser, None when there is none."""
    return UUID(request.actor.ref) if request.actor.kind == ActorKind.RESIDENT else None


def _address(request: HttpRequest) -> str:
    """The client's address without asking who it is: that would open the session."""
    return str(request.META.get("REMOTE_ADDR", ""))
