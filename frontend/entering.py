"""The one door through which a session begins, on every surface and for every way in, and what a session remembers of it.

enter(request, user, method=Method.LOGIN_GOV)      # the only place that calls Django's `login`

@guarded(Verb.OWN_ACCOUNT)
@recently_entered                                  # below the guard: it asks for the password and second factor again
def change_email(request): ...
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from kernel.actors import ActorKind
from kernel.errors import Refused
from services.users.entrance import DEVICE_LENGTH, ENTERED_KEY, RECENT, is_enough
from services.users.signing_in import note_entry

View = Callable[..., HttpResponse]

BACKEND = "services.users.authentication.EmailBackend"
CONFIRM_AGAIN = {
    ActorKind.RESIDENT: "confirm_again",
    ActorKind.STAFF: "desk:confirm_again",
    ActorKind.PLATFORM: "console:confirm_again",
}


def enter(request: HttpRequest, user: Any, *, method: str) -> None:
    """Sign the account in: a new session key, the way and the moment in the session, an entry in the audit log.

    Every check of who it is comes before. Raises Refused("entry.not_enough") for an account that needs two factors and a
    way that proves one, and Refused("entry.closed") for an account that is not active; nobody is signed in then.
    """
    if not user.is_active:
        raise Refused("entry.closed")
    if not is_enough(user.kind, method):
        raise Refused("entry.not_enough")
    login(request, user, backend=BACKEND)
    now, address = timezone.now().timestamp(), request.META.get("REMOTE_ADDR", "")
    request.session[ENTERED_KEY] = {
        "kind": user.kind,
        "method": str(method),
        "at": now,
        "proven_at": now,
        "device": request.headers.get("User-Agent", "")[:DEVICE_LENGTH],
        "address": address,
    }
    note_entry(user, method=str(method), address=address)


def is_entered_well(request: HttpRequest) -> bool:
    """Whether this session was begun by `enter` in a way that is enough for its kind of account."""
    entered = request.session.get(ENTERED_KEY) or {}
    kind = getattr(request.user, "kind", "")
    return entered.get("kind") == kind and is_enough(kind, entered.get("method", ""))


def prove_again(request: HttpRequest) -> None:
    """Note that the person has just shown password and second factor once more."""
    entered = request.session.get(ENTERED_KEY) or {}
    request.session[ENTERED_KEY] = {**entered, "proven_at": timezone.now().timestamp()}


def is_recent(request: HttpRequest, within: timedelta = RECENT) -> bool:
    """Whether the person proved who she is less than `within` ago."""
    proven_at = (request.session.get(ENTERED_KEY) or {}).get("proven_at")
    return proven_at is not None and timezone.now().timestamp() - proven_at < within.total_seconds()


def recently_entered(view: View) -> View:
    """Ask for the proof again before a sensitive page, when the last one is older than RECENT (T-25, ASVS V7.5.1).

    Stands below `guarded`. A form that was sent too late leads to the proof and back to the empty form.
    """

    @wraps(view)
    def inner(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_recent(request):
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path(), reverse(CONFIRM_AGAIN[request.actor.kind]))

    return inner
