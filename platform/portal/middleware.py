"""Middleware: health, the gmina of the host, security headers, and who acts."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from kernel import actors, tenancy
from kernel.actors import Actor, ActorKind
from kernel.postgresql.refusals import is_role_gone
from portal.closed import answer_when_closed, envelope, moving
from tenants.directory.domain_states import State
from tenants.directory.queries import tenant_for_host

type_of_next = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """`/healthz` (the process lives) and `/readyz` (it reaches its database), on any host, before everything else."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass on."""
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            return self._ready()
        return self.get_response(request)

    def _ready(self) -> HttpResponse:
        try:
            with tenancy.public(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM directory_tenant LIMIT 1")
        except DatabaseError:
            return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
        return JsonResponse({"status": "ok"})


class TenantMiddleware:
    """Opens the gmina (or the console) that the host names, for the length of the request. An unknown host gets a 404."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request inside its scope; the scope before it comes back whatever happens."""
        host = request.get_host().rsplit(":", 1)[0].lower().rstrip(".")
        if host == settings.CONSOLE_HOST:
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            with tenancy.public():
                return self.get_response(request)
        served = tenant_for_host(host)
        if served is None and host == settings.SKARBNIK_DOMAIN:
            return HttpResponsePermanentRedirect(f"//{settings.CONSOLE_HOST}{_port(request)}/")
        with tenancy.public():
            closed = answer_when_closed(request, served, host)
        if closed is not None or served is None:
            return closed or HttpResponse(status=404)
        request.served = served  # type: ignore[attr-defined]
        with tenancy.enter(served.scope):
            response = self.get_response(request)
        if served.state == State.TRIAL:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A request that came just before its gmina's data went on their way could not write: it may come again."""
        scope = tenancy.current_or_none()
        if scope is None or scope.is_public or not is_role_gone(exception):
            return None
        with tenancy.public():
            return moving(request, scope.name)


def _port(request: HttpRequest) -> str:
    _, separator, port = request.get_host().partition(":")
    return separator + port


class SecurityHeadersMiddleware:
    """Content security policy everywhere; pages of people are never cached."""

    POLICY = (
        "default-src 'self'; img-src 'self' data:{images}; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'{targets}"
    )

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that a view has not set itself. `form_action_origins` on the response admits the operator's
        host (browsers apply form-action to the redirect after the post), `image_origins` the pictures of its banks."""
        response = self.get_response(request)
        targets = "".join(f" {origin}" for origin in getattr(response, "form_action_origins", ()))
        images = "".join(f" {origin}" for origin in getattr(response, "image_origins", ()))
        policy = self.POLICY.format(targets=targets, images=images)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class ActorMiddleware:
    """Puts `request.actor` beside `request.user`: the value that every action takes."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the actor lazily: a public page that never asks costs no query."""
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request, from its session."""
    address = client_address(request)
    user = request.user
    if not user.is_authenticated:
        return Actor(kind=ActorKind.ANONYMOUS, ref=actors.ANONYMOUS.ref, address=address)
    return Actor(kind=ActorKind(user.kind), ref=str(user.public_id), user_id=user.pk, address=address)


def client_address(request: HttpRequest) -> str:
    """The client's IP address, as ProxyMiddleware has found it."""
    return str(request.META.get("REMOTE_ADDR", ""))


class PlainHttpMiddleware:
    """Programs that come without encryption are refused, not led on to https: a token that went in the clear must be noticed
    (ASVS V4.1.2). People are redirected by Django's SecurityMiddleware."""

    FOR_PROGRAMS = ("/api/", "/webhooks/")

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse, or pass on."""
        is_plain = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if is_plain and request.path.startswith(self.FOR_PROGRAMS):
            message = _(
                "Wywołaj ten adres przez https. Jeśli wysłano token, uznaj go za ujawniony i wydaj nowy."
            )
            return envelope(403, "https.only", message)
        return self.get_response(request)


class ProxyMiddleware:
    """Believes X-Forwarded-For and X-Forwarded-Proto only when a trusted proxy sent them, and of the addresses only the
    last hop: everything before it may be written by the client."""

    def __init__(self, get_response: type_of_next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the client's address and scheme in place of the proxy's."""
        if self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            hops = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", 1)
            client = hops[-1].strip()
            if _is_address(client):
                request.META["REMOTE_ADDR"] = client
            request.META["skarbnik.forwarded_proto"] = request.META.get("HTTP_X_FORWARDED_PROTO", "")
        return self.get_response(request)

    def _is_trusted(self, address: str) -> bool:
        return _is_address(address) and any(
            ip_address(address) in network for network in settings.TRUSTED_PROXIES
        )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
