"""Accepting a new version of the regulation (D3, D102; Borki RK 4.3)."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict
from services.accounts.access import require
from services.accounts.models import RegulationAcceptance
from services.accounts.queries import resident_of
from services.users.domain import Verb
from tenants.configuration.queries import regulation_to_accept


@transaction.atomic(durable=True)
def accept_regulation(*, regulation_id: UUID, actor: Actor) -> RegulationAcceptance:
    """Accept the version that is in force, or one that is published and comes into force later. Twice is the same as once.

    Raises Conflict("regulation.changed") for an older version, a draft, or one of another gmina.
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = resident_of(actor)
    regulation = regulation_to_accept(regulation_id, timezone.localdate())
    if regulation is None:
        raise Conflict("regulation.changed")
    row, is_new = RegulationAcceptance.objects.get_or_create(
        user=resident.user,
        regulation=regulation,
        defaults={"accepted_at": timezone.now(), "address": actor.address or None},
    )
    if is_new:
        record("regulation.accepted", resident, actor=actor, regulation=regulation.number)
    return row
