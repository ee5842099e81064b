"""Pages for what is not there and for our own failures. They ask the database nothing."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from kernel import tenancy


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or not for this person; both look the same."""
    return HttpResponse(render_to_string("pages/404.html", _gmina()), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own failure."""
    return HttpResponse(render_to_string("pages/500.html", _gmina()), status=500)


def _gmina() -> dict[str, str]:
    scope = tenancy.current_or_none()
    return {"gmina": "" if scope is None or scope.is_public else scope.name}
