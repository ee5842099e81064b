"""The record of who came in, who tried, and in which way."""

from django.db import transaction

from kernel.actors import Actor, ActorKind
from kernel.audit.recording import record
from services.users.models import User

ACTIONS = {"resident": "resident.signed_in", "staff": "staff.signed_in", "platform": "operator.signed_in"}
"""Kind of account -> the entry of the audit log."""


def own_actor(user: User, address: str) -> Actor:
    """The account's holder, before there is a session."""
    return Actor(kind=ActorKind(user.kind), ref=str(user.public_id), user_id=user.pk, address=address)


@transaction.atomic
def note_entry(user: User, *, method: str, address: str) -> None:
    """Keep that somebody came in: whose account, when, from where and in which way (D36, ASVS V16.3.1)."""
    record(ACTIONS[user.kind], user, actor=own_actor(user, address), method=method)


@transaction.atomic
def note_refusal(kind: str, *, method: str, address: str, user: User | None = None) -> None:
    """Keep that a try was refused. `user` is named only when the first factor was right: what a stranger types may be
    anything, also a password in the wrong field, so nothing of it is kept."""
    actor = own_actor(user, address) if user else Actor(kind=ActorKind.ANONYMOUS, address=address)
    record(ACTIONS[kind], user, actor=actor, outcome="refused", method=method)
