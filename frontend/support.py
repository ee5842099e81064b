"""Support access in a browser: what its session holds, and what every page says about it."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from services.safeguards.queries import running_access

ACCESS_KEY: Final = "support_access"
"""Session key: the public id of the support access on which the session stands."""


def support_bar(request: HttpRequest) -> dict[str, Any] | None:
    """For the layouts: over every page of a session of support."""
    access = getattr(request, "support_access", None)
    if access is None:
        return None
    return {
        "text": _(
            "Dostęp wsparcia platformy: tylko czytanie, bez danych osobowych. Kończy się sam o %(until)s."
        )
        % {"until": f"{timezone.localtime(access.ends_at):%H:%M}"},
        "leave_url": reverse("desk:leave_support"),
    }


def support_sentence(request: HttpRequest) -> str:
    """For the office's own people: somebody of the platform is looking now; empty when nobody is."""
    if getattr(request, "support_access", None) is not None:
        return ""
    access = running_access(timezone.now())
    if access is None:
        return ""
    return _("Operator platformy ogląda teraz panel za zgodą urzędu, najdłużej do %(until)s.") % {
        "until": f"{timezone.localtime(access.ends_at):%H:%M}"
    }
