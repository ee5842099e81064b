"""Middleware: a session that stands on a support access reads, sees nothing encrypted, and is logged page by page."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from frontend.support import ACCESS_KEY
from kernel import tenancy, veil
from kernel.audit.attempts import note_denied
from portal.audited import SAFE
from portal.middleware import actor_of
from services.safeguards.models import SupportAccess
from services.safeguards.support import current_access, note_page


class SupportMiddleware:
    """Stands after AuditMiddleware, so that what it refuses is logged; without a support access it does nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request behind the veil, or end a session whose access is over."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or tenancy.current().is_public:
            return self.get_response(request)
        access_id = request.session.get(ACCESS_KEY)
        if access_id is None:
            return self.get_response(request)
        access = current_access(access_id, timezone.now())
        if access is None:
            logout(request)
            return redirect("desk:support_over")
        request.support_access = access  # type: ignore[attr-defined]
        request.actor = replace(actor_of(request), support=access.operator_ref)  # type: ignore[attr-defined]
        if request.path == reverse("desk:leave_support"):
            return self.get_response(request)
        return self._read(request, access)

    def _read(self, request: Any, access: SupportAccess) -> HttpResponse:
        if request.method not in SAFE or request.path.startswith(self._own_pages()):
            note_denied(request.actor, "support.read_only")
            return self._refused(request)
        with veil.drawn():
            response = self.get_response(request)
            if response.streaming:  # it would be written when the veil is gone
                note_denied(request.actor, "support.read_only")
                return self._refused(request)
        if request.resolver_match is not None and not request.path.startswith("/static/"):
            note_page(access, request.resolver_match.view_name, actor=request.actor)
        return response

    @staticmethod
    def _own_pages() -> str:
        """Password, factors and sessions are the account holder's own affair."""
        return reverse("desk:start") + "konto/"

    def _refused(self, request: HttpRequest) -> HttpResponse:
        with veil.drawn():
            return render(request, "desk/support_read_only.html", status=403)
