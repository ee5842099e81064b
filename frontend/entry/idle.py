"""How long a session still lasts, for the pages: the limit is always told, and its end is warned of in time (WCAG 2.2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from frontend.entry.surfaces import BY_KIND
from services.users.entrance import ENTERED_KEY, SESSION_LIMITS, Method

WARNED: Mapping[str, timedelta] = {
    "resident": timedelta(minutes=5),
    "staff": timedelta(minutes=5),
    "platform": timedelta(minutes=3),
}
"""So long before the end the question comes; WCAG asks for 20 seconds at least."""


@dataclass(frozen=True)
class IdleLimit:
    """What a page says of its session's end, and what its script has to know. Times in seconds."""

    minutes: int
    """Without a request."""
    hours: int
    """In any case."""
    ends_in: int
    warned: int
    is_final: bool
    """The whole time is nearly over: nothing moves the end on."""
    stay_url: str
    sign_in_url: str


def idle_limit(request: HttpRequest) -> IdleLimit | None:
    """Of the account that is signed in in this browser; None for visitors, and for support, whose access has its own end."""
    session = getattr(
        request, "session", None
    )  # not there on pages that are drawn before anybody is asked for
    entered: Mapping[str, Any] = session.get(ENTERED_KEY) or {} if session is not None else {}
    kind = entered.get("kind", "")
    if kind not in BY_KIND or entered.get("method") == Method.SUPPORT or not request.user.is_authenticated:
        return None
    limits, surface = SESSION_LIMITS[kind], BY_KIND[kind]
    whole_end = entered["at"] + limits.whole.total_seconds()
    left = seconds_left(request) or int(limits.idle.total_seconds())  # begun by this very request
    here = urlencode({"next": request.get_full_path(), "koniec": "1"})
    return IdleLimit(
        minutes=limits.idle // timedelta(minutes=1),
        hours=limits.whole // timedelta(hours=1),
        ends_in=left,
        warned=int(WARNED[kind].total_seconds()),
        is_final=whole_end - timezone.now().timestamp() <= limits.idle.total_seconds(),
        stay_url=surface.url("stay"),
        sign_in_url=f"{surface.url('sign_in')}?{here}",
    )


def seconds_left(request: HttpRequest) -> int:
    """Whole seconds until this browser's session ends unless it is used again."""
    end = getattr(request.session, "end", None)
    return max(0, int((end - timezone.now()).total_seconds())) if end else 0
