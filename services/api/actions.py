"""Keys of the API: made for a finance system by the local administrator, shown once, revoked at once."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import InvalidInput, NotFound
from services.accounts.access import require
from services.api.models import ApiClient
from services.api.tokens import Token
from services.users.domain import API_SCOPES, Verb

NAME_LENGTH = 80


@transaction.atomic
def make_client(
    *, name: str, scopes: Collection[str], expires_on: date | None, actor: Actor
) -> tuple[ApiClient, str]:
    """Make a key with scopes (values of API_SCOPES); the second result is the token, which nobody can read again.

    `expires_on` is the last day on which it works. Raises Refused, InvalidInput("api_client.name"),
    InvalidInput("api_client.scopes") and InvalidInput("api_client.expires") with `field`.
    """
    actor = require(actor, Verb.MANAGE_API_CLIENTS)
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise InvalidInput("api_client.name", field="name")
    if not scopes or not set(scopes) <= {scope.value for scope in API_SCOPES}:
        raise InvalidInput("api_client.scopes", field="scopes")
    if expires_on and expires_on < timezone.localdate():
        raise InvalidInput("api_client.expires", field="expires_on")
    token = Token.new()
    client = ApiClient.objects.create(
        name=name,
        prefix=token.prefix,
        digest=token.digest,
        scopes=sorted(set(scopes)),
        expires_on=expires_on,
    )
    record("api_client.made", client, actor=actor, scopes=client.scopes, expires_on=expires_on)
    return client, token.text


@transaction.atomic
def revoke_client(client_id: UUID, *, actor: Actor) -> ApiClient:
    """Take a key away for good; the next call with it is refused. A second call is the same call.

    Raises Refused and NotFound("api_client.unknown").
    """
    actor = require(actor, Verb.MANAGE_API_CLIENTS)
    client = ApiClient.objects.select_for_update().filter(public_id=client_id).first()
    if client is None:
        raise NotFound("api_client.unknown")
    if client.revoked_at is None:
        client.revoked_at = timezone.now()
        client.save(update_fields=["revoked_at"])
        record("api_client.revoked", client, actor=actor)
    return client
