"""Middleware: counts visits of the portal's pages by residents and guests, never of the desk."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kernel import tenancy
from services.privacy.visits import note_visit
from tenants.directory.domain_states import OPEN

log = structlog.get_logger(__name__)


class VisitMiddleware:
    """After a page was shown, notes the visit. A failure is logged and never spoils the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve, then count."""
        response = self.get_response(request)
        if settings.COUNT_VISITS and self._is_page(request, response):
            try:
                note_visit(
                    address=str(request.META.get("REMOTE_ADDR", "")),
                    user_agent=request.headers.get("User-Agent", "")[:300],
                    day=timezone.localdate(),
                )
            except DatabaseError:
                log.exception("visit.not_counted")
        return response

    @staticmethod
    def _is_page(request: HttpRequest, response: HttpResponse) -> bool:
        match, served = request.resolver_match, getattr(request, "served", None)
        if match is None or served is None or served.state not in OPEN or tenancy.current().is_public:
            return False
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        return request.method == "GET" and response.status_code == 200 and is_html and not match.namespaces
