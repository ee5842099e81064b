"""Middleware: what was refused or rolled back in a request stays in the audit log."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from kernel.actors import Actor
from kernel.audit import attempts
from tenants.metering import counters
from tenants.metering.counters import Wanted

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HOUR_S = 3600


def admit(person: str) -> bool:
    """Count a refusal of this person; False when so many were kept in this hour that no further one is."""
    wanted = Wanted("audit_refusals", attempts.MOST_IN_AN_HOUR, seconds=HOUR_S, subject=person)
    return counters.take(wanted)[0].is_admitted


attempts.limit_with(admit)


class AuditMiddleware:
    """Watches the view. It stands after ActorMiddleware and inside the gmina's scope, when no transaction is open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, then write what it left behind."""
        with attempts.watched(lambda: self._actor(request)) as watch:
            request.audit_watch = watch  # type: ignore[attr-defined]
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[object, ...], kwargs: dict[str, object]
    ) -> None:
        """Remember where the person is: the name of the page and the public id in its address, never its path."""
        watch = request.audit_watch  # type: ignore[attr-defined]
        watch.route = request.resolver_match.view_name if request.resolver_match else ""
        ids = [str(value) for value in kwargs.values() if isinstance(value, UUID)]
        watch.subject_ref = ids[0] if ids else ""

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        """An act that ended with an error which nobody foresaw, or that the view left to Django."""
        if request.method not in SAFE and not isinstance(error, Http404):
            attempts.note_failed(error)

    @staticmethod
    def _actor(request: HttpRequest) -> Actor:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return actor
