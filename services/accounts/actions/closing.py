"""Blocking, unblocking and closing an account (eKasa § 7, § 13 pkt 7; Borki RK 3-4; D37, D38, D96, D107-D109)."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, Refused
from services.accounts.access import require
from services.accounts.actions.moving import advance, locked, locked_for_office, release_address
from services.accounts.domain import ResidentEvent, ResidentState, next_state
from services.accounts.models import EmailChange, Representation, RepresentationRequest, Resident
from services.accounts.queries import resident_of
from services.notices.actions import write_message
from services.users.domain import Verb
from services.users.own_sessions import end_sessions
from tenants.configuration.queries import office


@transaction.atomic(durable=True)
def block_account(*, resident_id: UUID, reason: str, version: int, actor: Actor) -> Resident:
    """Refuse the service to somebody who breaks the regulation or the law; the person is told why at the same moment, and
    is signed out everywhere.

    What is owed stays owed and can be paid at the counter. Raises Refused, InvalidInput("reason.missing"),
    NotFound("registration.unknown"), Conflict("registration.stale"), Conflict("registration.state").
    """
    actor = require(actor, Verb.AUTHORISE_REGISTRATION)
    resident = locked_for_office(resident_id, version)
    resident.block_reason = _given(reason)
    resident.blocked_at = timezone.now()
    advance(resident, _after(resident, ResidentEvent.BLOCKED), actor)
    end_sessions(resident.user, actor=actor)
    _tell(resident, "account_blocked", reason=resident.block_reason)
    record("account.blocked", resident, actor=actor)
    return resident


@transaction.atomic(durable=True)
def unblock_account(*, resident_id: UUID, reason: str, version: int, actor: Actor) -> Resident:
    """Open a blocked account again, with everything it had. Raises as `block_account` does."""
    actor = require(actor, Verb.AUTHORISE_REGISTRATION)
    resident = locked_for_office(resident_id, version)
    text = _given(reason)
    resident.block_reason, resident.blocked_at = None, None
    advance(resident, _after(resident, ResidentEvent.UNBLOCKED), actor)
    _tell(resident, "account_unblocked", reason=text)
    record("account.unblocked", resident, actor=actor)
    return resident


@transaction.atomic(durable=True)
def deactivate_account(*, resident_id: UUID, reason: str, version: int, actor: Actor) -> Resident:
    """The office closes an account for good; the person may register anew. Raises as `block_account` does."""
    actor = require(actor, Verb.AUTHORISE_REGISTRATION)
    resident = locked_for_office(resident_id, version)
    resident.decision_reason = _given(reason)
    _close(resident, actor, reason=resident.decision_reason)
    record("account.deactivated", resident, actor=actor)
    return resident


@transaction.atomic(durable=True)
def close_own_account(*, version: int, actor: Actor) -> Resident:
    """A resident gives the account up (D96). Payments, ledger and audit log stay as the law asks.

    A blocked person cannot: a new registration would end the block. Raises Refused("account.blocked"),
    Conflict("registration.stale"), Conflict("registration.state").
    """
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = locked(resident_of(actor).public_id, version)
    close_account(resident, actor)
    return resident


def close_account(resident: Resident, actor: Actor) -> None:
    """The same for a row that is locked already, inside the caller's transaction. Raises as `close_own_account` does."""
    if resident.state == ResidentState.BLOCKED:
        raise Refused("account.blocked")
    if resident.state == ResidentState.DUPLICATE:
        raise Conflict("registration.state", state=resident.state, event=ResidentEvent.DEACTIVATED.value)
    _close(resident, actor, reason="")
    record("account.given_up", resident, actor=actor)


def _close(resident: Resident, actor: Actor, *, reason: str) -> None:
    now = timezone.now()
    resident.closed_at = now
    advance(resident, _after(resident, ResidentEvent.DEACTIVATED), actor)
    Representation.objects.filter(resident=resident, revoked_at__isnull=True).update(revoked_at=now)
    RepresentationRequest.objects.filter(resident=resident, state="waiting").update(
        state="withdrawn", decided_at=now, decided_by=actor.ref
    )
    EmailChange.objects.filter(resident=resident, confirmed_at__isnull=True).delete()
    end_sessions(resident.user, actor=actor)
    _tell(resident, "account_closed", reason=reason)
    release_address(resident.user)


def _after(resident: Resident, event: ResidentEvent) -> ResidentState:
    return next_state(ResidentState(resident.state), event, office().registration_policy)


def _given(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    return reason.strip()


def _tell(resident: Resident, kind: str, *, reason: str) -> None:
    row = office()
    write_message(
        kind=kind,
        recipient=resident.user.email,
        context={"portal": row.portal_name, "reason": reason, "office": row},
        related_ref=str(resident.public_id),
    )
