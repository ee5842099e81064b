"""The office's decisions about a registration: verification, authorisation, rejection."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, NotFound
from services.accounts.access import require
from services.accounts.actions.matching import link_own_file, rule_out
from services.accounts.actions.moving import advance, locked_for_office, release_address, tell_verified
from services.accounts.domain import ResidentEvent, ResidentState, next_state
from services.accounts.models import Payer, Representation, Resident
from services.accounts.queries import is_taken, matching_payers, same_person
from services.notices.actions import write_message
from services.users.domain import Verb
from tenants.configuration.queries import office


@transaction.atomic(durable=True)
def approve_registration(
    *, registration_id: UUID, payer_id: UUID | None, version: int, actor: Actor
) -> Resident:
    """The clerk has verified the person (S46, S55) and says which payer's file is hers or his, if there is one.

    Raises Refused without the role, Conflict("registration.stale") when somebody changed it meanwhile,
    Conflict("registration.address_unconfirmed"), Conflict("registration.duplicate"), NotFound("payer.unknown"),
    Conflict("payer.taken") for a file that is another person's own. Without a payer the files with the same number count as
    looked at: they are not linked by themselves later.
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    resident = locked_for_office(registration_id, version)
    if resident.state == ResidentState.DUPLICATE or same_person(resident):
        raise Conflict("registration.duplicate")
    if resident.user.email_confirmed_at is None:
        raise Conflict("registration.address_unconfirmed")
    state = next_state(ResidentState(resident.state), ResidentEvent.VERIFIED, office().registration_policy)
    resident.verified_at, resident.verified_by = timezone.now(), actor.ref
    if payer_id is not None:
        payer = Payer.objects.select_for_update(no_key=True).filter(public_id=payer_id).first()
        if payer is None:
            raise NotFound("payer.unknown")
        if is_taken(payer, resident):
            raise Conflict("payer.taken")
        link_own_file(resident, payer)
    else:
        rule_out(resident, matching_payers(resident), actor)
    advance(resident, state, actor)
    if state == ResidentState.VERIFIED:
        tell_verified(resident)
    record("registration.verified", resident, actor=actor, payer=str(payer_id or ""), state=state.value)
    return resident


@transaction.atomic(durable=True)
def authorise_registration(*, registration_id: UUID, version: int, actor: Actor) -> Resident:
    """The local administrator authorises a verified account (S53). Raises as `approve_registration` does."""
    actor = require(actor, Verb.AUTHORISE_REGISTRATION)
    resident = locked_for_office(registration_id, version)
    state = next_state(ResidentState(resident.state), ResidentEvent.AUTHORISED, office().registration_policy)
    advance(resident, state, actor)
    record("registration.authorised", resident, actor=actor, state=state.value)
    return resident


@transaction.atomic(durable=True)
def reject_registration(*, registration_id: UUID, reason: str, version: int, actor: Actor) -> Resident:
    """Refuse a registration with a reason that the person is told. The person may register anew.

    Raises InvalidInput("reason.missing"), Conflict and Refused as `approve_registration` does.
    """
    roles = (Verb.VERIFY_REGISTRATION, Verb.AUTHORISE_REGISTRATION)
    resident = locked_for_office(registration_id, version)
    actor = require(actor, roles[resident.state == ResidentState.VERIFIED])
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    resident.decision_reason, resident.closed_at = reason.strip(), timezone.now()
    state = next_state(ResidentState(resident.state), ResidentEvent.REJECTED, office().registration_policy)
    Representation.objects.filter(resident=resident).delete()
    advance(resident, state, actor)
    write_message(
        kind="registration_rejected",
        recipient=resident.user.email,
        context={"portal": office().portal_name, "reason": resident.decision_reason},
        related_ref=str(resident.public_id),
    )
    release_address(resident.user)
    record("registration.rejected", resident, actor=actor)
    return resident
