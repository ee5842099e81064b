"""Keys of the API for the desk's list, and finding one by its token."""

import hmac
from datetime import date

from django.db.models import QuerySet

from services.api.models import ApiClient
from services.api.tokens import Token

_NO_DIGEST = bytes(32)


def clients() -> QuerySet[ApiClient]:
    """All keys, those in use first; the list is for who may manage them."""
    return ApiClient.objects.order_by("revoked_at", "name")


def client_by_token(token: str) -> ApiClient | None:
    """The key behind a token, whatever its state. The secret is compared in constant time, known prefix or not."""
    given = Token.read(token)
    client = ApiClient.objects.filter(prefix=given.prefix).first()
    known = bytes(client.digest) if client else _NO_DIGEST
    return client if hmac.compare_digest(known, given.digest) else None


def has_expired(client: ApiClient, on: date) -> bool:
    """Whether the key's last day has passed."""
    return client.expires_on is not None and client.expires_on < on
