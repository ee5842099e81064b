"""Who calls: the bearer of a token of this gmina, and whether the token's scopes allow the call."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, MethodNotAllowed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from kernel.actors import Actor, ActorKind
from services.accounts.access import require
from services.api.models import ApiClient
from services.api.queries import client_by_token, has_expired

if TYPE_CHECKING:
    from rest_framework.views import APIView

log = structlog.get_logger(__name__)

KEYWORD = "Bearer"
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer skb_<prefix>_<secret>`. A token of another gmina is no token here: its row is not found."""

    def authenticate(self, request: Request) -> tuple[Actor, ApiClient] | None:
        """The actor and its key. Raises AuthenticationFailed with codes token.invalid, token.revoked, token.expired."""
        keyword, _, token = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() != KEYWORD.lower():
            return None
        client = client_by_token(token.strip())
        if client is None:
            raise _refusal("token.invalid", "")
        if client.revoked_at is not None:
            raise _refusal("token.revoked", client.prefix)
        if has_expired(client, timezone.localdate()):
            raise _refusal("token.expired", client.prefix)
        _note_use(client)
        address = request._request.actor.address  # type: ignore[attr-defined]
        actor = Actor(
            kind=ActorKind.API, ref=str(client.public_id), address=address, scopes=frozenset(client.scopes)
        )
        return actor, client

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing or wrong token a 401."""
        return KEYWORD


def _refusal(code: str, prefix: str) -> AuthenticationFailed:
    log.warning("api.refused", code=code, prefix=prefix)
    return AuthenticationFailed(code, code=code)


def _note_use(client: ApiClient) -> None:
    """Remember when the key was used, at most once a minute: not a write for every read."""
    now = timezone.now()
    if client.last_used_at is None or client.last_used_at < now - USE_IS_NOTED_EVERY:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
        ApiClient.objects.filter(stale, pk=client.pk).update(last_used_at=now)


class HasScope(BasePermission):
    """The one door for API calls: the view says per method which verb it is, the token's scopes must hold it."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Raises NotAuthenticated without a token, MethodNotAllowed for a method without a verb, Refused without scope."""
        if not isinstance(request.auth, ApiClient):
            raise NotAuthenticated
        verbs: dict[str, Any] = getattr(view, "verbs", {})
        verb = verbs.get("GET" if request.method == "HEAD" else request.method or "")
        if verb is None:
            raise MethodNotAllowed(request.method or "")
        require(actor_of(request), verb)
        return True


def actor_of(request: Request) -> Actor:
    """The actor of an authenticated call."""
    actor = request.user
    assert isinstance(actor, Actor)
    return actor
