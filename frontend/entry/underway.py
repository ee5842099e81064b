"""A sign-in that is under way: the password was right and a second factor is still to come. Nobody is signed in meanwhile.

What is known stands in the visitor's session, on the server's side and for ten minutes at most (ASVS V6.5.5).
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from kernel.actors import ActorKind
from services.users.queries import account_for_entry

UNDERWAY_KEY: Final = "entry_underway"
CHALLENGE_KEY: Final = "entry_challenge"
LASTS: Final = timedelta(minutes=10)
CHALLENGE_LASTS: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Underway:
    """Whose password was right, when, and where the person was going. `hash` changes with the password."""

    user_id: int
    kind: str
    hash: str
    at: float
    next: str


def begin(request: HttpRequest, user: Any, target: str) -> None:
    """Remember that the password of this account was right, under a new session key."""
    request.session.cycle_key()
    request.session[UNDERWAY_KEY] = asdict(
        Underway(user.pk, user.kind, user.get_session_auth_hash(), timezone.now().timestamp(), target)
    )


def account_underway(request: HttpRequest, kind: ActorKind) -> tuple[Any, Underway] | None:
    """The account whose second factor is awaited on this surface, or None when there is none or it took too long."""
    kept = request.session.get(UNDERWAY_KEY)
    if not kept:
        return None
    underway = Underway(**kept)
    is_late = timezone.now().timestamp() - underway.at > LASTS.total_seconds()
    user = None if is_late or underway.kind != kind else account_for_entry(underway.user_id, kind)
    if user is None or user.get_session_auth_hash() != underway.hash:
        forget(request)
        return None
    return user, underway


def forget(request: HttpRequest) -> None:
    """Nothing is under way any more."""
    for key in (UNDERWAY_KEY, CHALLENGE_KEY):
        request.session.pop(key, None)


def keep_challenge(request: HttpRequest, purpose: str, state: dict[str, Any]) -> None:
    """Remember what a device was asked to sign, and what for."""
    request.session[CHALLENGE_KEY] = {"purpose": purpose, "state": state, "at": timezone.now().timestamp()}


def take_challenge(request: HttpRequest, purpose: str) -> dict[str, Any] | None:
    """What was asked for this purpose, once: the answer to it is tried a single time."""
    kept = request.session.pop(CHALLENGE_KEY, None)
    if not kept or kept["purpose"] != purpose:
        return None
    if timezone.now().timestamp() - kept["at"] > CHALLENGE_LASTS.total_seconds():
        return None
    state: dict[str, Any] = kept["state"]
    return state
