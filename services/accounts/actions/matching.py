"""Whose file of the finance system a resident is: linked by itself where it is clean, by a clerk otherwise."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor, system
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.actions.moving import locked_for_office
from services.accounts.domain import ResidentState
from services.accounts.domain.matching import Fit
from services.accounts.domain.representation import Level
from services.accounts.models import NotThisPayer, Payer, Representation, Resident
from services.accounts.queries import is_taken, match_of, own_file_of, unmatched
from services.accounts.queries_rights import restricted_ids
from services.users.domain import Verb

MOST_AT_ONCE: Final = 500
LINKABLE: Final = (ResidentState.VERIFIED, ResidentState.ACTIVE, ResidentState.BLOCKED)


def link_own_file(resident: Resident, payer: Payer) -> None:
    """Make the payer the resident's own file, from today and without an end, whole in every respect."""
    Representation.objects.update_or_create(
        resident=resident,
        payer=payer,
        defaults={
            "is_self": True,
            "level": Level.FULL,
            "is_limited": False,
            "valid_from": timezone.localdate(),
            "valid_to": None,
            "revoked_at": None,
            "revoke_reason": None,
        },
    )


def match_own_file(resident: Resident, *, actor: Actor) -> Payer | None:
    """Link the one payer that fits beyond doubt; anything else is left to a clerk (`queries.match_of`)."""
    if own_file_of(resident) is not None:
        return None
    match = match_of(resident)
    if match.fit != Fit.CLEAN:
        return None
    link_own_file(resident, match.payers[0])
    record("resident.matched", resident, actor=actor, payer=str(match.payers[0].public_id))
    return match.payers[0]


@transaction.atomic
def match_waiting() -> int:
    """Link those residents whose file has come with a later import and fits beyond doubt; how many there were.

    May run at any time and any number of times; what is in doubt stays for a clerk.
    """
    actor = system("accounts.match_waiting")
    found = 0
    waiting = unmatched().exclude(pk__in=restricted_ids(timezone.now()))
    for resident in waiting.select_for_update(of=("self",), skip_locked=True)[:MOST_AT_ONCE]:
        found += match_own_file(resident, actor=actor) is not None
    return found


@transaction.atomic(durable=True)
def link_payer(*, resident_id: UUID, payer_id: UUID, version: int, actor: Actor) -> Resident:
    """A clerk says whose file it is: several payers, other names, a number that the finance system lacks.

    Raises Refused, NotFound("registration.unknown"), NotFound("payer.unknown"), Conflict("registration.stale"),
    Conflict("registration.state") for an account that is not open, Conflict("payer.taken") for a file that is another
    person's: that one has to be unlinked first.
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    resident = locked_for_office(resident_id, version)
    if resident.state not in LINKABLE:
        raise Conflict("registration.state", state=resident.state, event="linked")
    payer = Payer.objects.select_for_update(no_key=True).filter(public_id=payer_id).first()
    if payer is None:
        raise NotFound("payer.unknown")
    if is_taken(payer, resident):
        raise Conflict("payer.taken")
    NotThisPayer.objects.filter(resident=resident, payer=payer).delete()
    link_own_file(resident, payer)
    _touch(resident)
    record("resident.linked", resident, actor=actor, payer=str(payer.public_id))
    return resident


@transaction.atomic(durable=True)
def unlink_payer(*, resident_id: UUID, payer_id: UUID, reason: str, version: int, actor: Actor) -> Resident:
    """Take a wrongly linked own file away, at once; it is not linked by itself again. Raises as `link_payer` does,
    InvalidInput("reason.missing").
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    resident = locked_for_office(resident_id, version)
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    row = Representation.objects.filter(
        resident=resident, payer__public_id=payer_id, is_self=True, revoked_at__isnull=True
    ).first()
    if row is None:
        raise NotFound("payer.unknown")
    row.revoked_at, row.revoke_reason = timezone.now(), reason.strip()
    row.save()
    rule_out(resident, [row.payer], actor)
    _touch(resident)
    record("resident.unlinked", resident, actor=actor, payer=str(payer_id))
    return resident


@transaction.atomic(durable=True)
def settle_match(*, resident_id: UUID, version: int, actor: Actor) -> Resident:
    """A clerk has looked: none of the payers with this number is the resident. They are not shown again; others may be.

    Raises as `link_payer` does.
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    resident = locked_for_office(resident_id, version)
    payers = match_of(resident).payers
    rule_out(resident, payers, actor)
    _touch(resident)
    record("resident.match_settled", resident, actor=actor, payers=[str(payer.public_id) for payer in payers])
    return resident


def rule_out(resident: Resident, payers: Iterable[Payer], actor: Actor) -> None:
    """Note that these payers are not the resident."""
    now = timezone.now()
    NotThisPayer.objects.bulk_create(
        [NotThisPayer(resident=resident, payer=payer, said_at=now, said_by=actor.ref) for payer in payers],
        ignore_conflicts=True,
    )


def _touch(resident: Resident) -> None:
    resident.version += 1
    resident.save()
