"""Sign-in through login.gov.pl: to the node, back with its answer, and what becomes of it (docs/login-gov.md).

The answer comes by a cross-site POST, with which the browser sends no session cookie. So the view that takes it touches no
session and answers 303; only the page behind that sees whether this browser began.
"""

import secrets
from uuid import UUID

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend.entering import enter
from frontend.guards import Request, public
from frontend.pages import node_outcomes
from frontend.pages.node_outcomes import Outcome
from frontend.pages.throttle import NODE_ANSWER_CLIENT, NODE_FINISH_CLIENT, NODE_START_CLIENT, admits
from integrations.identity.base import IdentityError
from integrations.identity.login_gov import login
from kernel.errors import Refused, Unavailable
from services.accounts.domain import ResidentState
from services.identity import attempts
from services.identity.queries import acs_url, node_origin, provider_metadata
from services.users.entrance import Method

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
    if not acs_url().startswith(f"{request.scheme}://{request.get_host()}/"):
        # The node answers to the one address of the application, and this session would not be there.
        return redirect(acs_url().partition("/wk/")[0] + "/logowanie/")
    if not admits((NODE_START_CLIENT, _address(request))):
        return _page(request, Outcome.TOO_MANY)
    nonce = secrets.token_urlsafe(32)
    try:
        begun = attempts.begin(nonce=nonce, next_path=own_path(request), now=timezone.now())
        origin = node_origin()
    except Unavailable as error:
        log.error("login_gov.not_ready", code=error.code)
        return _page(request, Outcome.NOT_READY)
    kept = list(request.session.get(NONCES_KEY, {}).items())[1 - MOST_NONCES :]
    request.session[NONCES_KEY] = {**dict(kept), str(begun.attempt_id): nonce}
    response = render(request, "pages/login_gov_leave.html", {"form": begun.form})
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
    try:
        done = attempts.finish(attempt_id, nonce=nonce, now=timezone.now())
    except (IdentityError, Unavailable) as error:
        outcome = node_outcomes.of(error.code, is_permanent=error.permanent)
        level = log.error if outcome in node_outcomes.FOR_THE_OPERATOR else log.warning
        level("login_gov.refused", code=error.code)
        return _page(request, outcome)
    request.session[NONCES_KEY] = {key: value for key, value in nonces.items() if key != str(attempt_id)}
    if done.resident is not None:
        return _enter(request, done)
    if done.proof_id is not None:
        request.session[PROOF_KEY] = str(done.proof_id)
        return redirect("register")
    return _page(request, Outcome.NO_PESEL)


def _enter(request: Request, done: attempts.Finished) -> HttpResponse:
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


def _page(request: Request, outcome: Outcome) -> HttpResponse:
    shown = node_outcomes.PAGES[outcome]
    return render(request, "pages/login_gov_outcome.html", {"page": shown}, status=shown.status)


def _address(request: HttpRequest) -> str:
    """The client's address without asking who it is: that would open the session."""
    return str(request.META.get("REMOTE_ADDR", ""))
