"""What a gmina answers while its portal is not open to everybody."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tenants.directory.addresses import FILE_PATH, token_shown_at
from tenants.directory.domain_states import OPEN, READ_ONLY, State
from tenants.directory.queries import Served

ALWAYS = ("/webhooks/", "/static/")
"""Money on its way must arrive, and a page must have its looks."""

OFFICE = "/urzad/"
LOOKS = ("/marka.css", "/herb.svg")
SIGNING_IN = "/urzad/logowanie/"
READING_POSTS = ("/urzad/wyloguj/", "/urzad/naleznosci/")
"""Posts that write nothing of the gmina's: signing in and out, and the search whose words name a person."""

TRY_AGAIN_S = 30
"""After so long a browser, an operator or a finance system may try a gmina that is being moved."""

SAFE = ("GET", "HEAD", "OPTIONS")


def answer_when_closed(request: HttpRequest, served: Served | None, host: str) -> HttpResponse | None:
    """The answer in the place of the portal, or None when the request may go on. Call it on the public schema."""
    if served is None:
        if request.path == FILE_PATH:
            return _token(host)
        if request.path.startswith("/api/"):
            return envelope(404, "tenant.unknown", _("Pod tym adresem nie ma gminy."))
        return render(request, "pages/unknown_host.html", status=404)
    if served.is_moving:
        return None if request.path.startswith("/static/") else moving(request, served.scope.name)
    if served.state in OPEN:
        return None
    if request.path.startswith("/api/"):
        message = _("%(gmina)s: portal jest teraz nieczynny.") % {"gmina": served.scope.name}
        return envelope(503, f"tenant.{served.state}", f"{message} {served.suspended_reason}".strip())
    gmina: dict[str, object] = {"gmina": served.scope.name, "reason": served.suspended_reason}
    if served.state == State.PROVISIONING:
        return render(request, "pages/provisioning.html", gmina, status=503)
    if served.state == State.CLOSED:
        return render(request, "pages/closed.html", gmina, status=410)
    if request.path.startswith(ALWAYS) or (served.state in READ_ONLY and _is_reading_office(request)):
        return None
    if request.path.startswith(OFFICE):
        return render(request, "pages/read_only.html", gmina, status=403)
    gmina["is_leaving"] = served.state == State.OFFBOARDING
    return render(request, "pages/suspended.html", gmina, status=503)


def moving(request: HttpRequest, gmina: str) -> HttpResponse:
    """Nobody may use the gmina's data for a moment. Operators send a notification again when they are told so."""
    if request.path.startswith("/api/"):
        message = _("%(gmina)s: przenosimy dane. Prosimy spróbować ponownie za minutę.") % {"gmina": gmina}
        response: HttpResponse = envelope(503, "tenant.moving", message)
    elif request.path.startswith("/webhooks/"):
        response = HttpResponse(status=503)
    else:
        context = {"gmina": gmina, "is_safe": request.method in SAFE}
        response = render(request, "pages/moving.html", context, status=503)
    response.headers["Retry-After"] = str(TRY_AGAIN_S)
    return response


def _is_reading_office(request: HttpRequest) -> bool:
    if request.method in SAFE:
        return request.path.startswith(OFFICE) or request.path in LOOKS
    return request.path in READING_POSTS or request.path.startswith(SIGNING_IN)


def _token(host: str) -> HttpResponse:
    """The proof that an address which nobody is served under yet leads here."""
    token = token_shown_at(host)
    return HttpResponse(token or "", content_type="text/plain; charset=utf-8", status=200 if token else 404)


def envelope(status: int, code: str, message: str) -> HttpResponse:
    """The API's envelope: a finance system cannot read a page."""
    error: dict[str, object] = {"code": code, "message": message, "field": None, "details": []}
    # As readable in a log as the API's own answers: letters are not escaped.
    return JsonResponse({"error": error}, status=status, json_dumps_params={"ensure_ascii": False})
