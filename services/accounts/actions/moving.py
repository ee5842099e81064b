"""What every act on an account shares: the locked row at the version that was shown, and the step to another state."""

from uuid import UUID

from django.utils import timezone

from kernel.actors import Actor
from kernel.errors import Conflict, NotFound
from services.accounts.domain import ResidentState
from services.accounts.models import Resident
from services.accounts.queries_rights import refuse_restricted
from services.notices.actions import write_message
from services.users.models import User
from tenants.configuration.queries import office


def locked(registration_id: UUID, version: int) -> Resident:
    """The account, locked. Raises NotFound("registration.unknown"), Conflict("registration.stale") for another version."""
    resident = Resident.objects.select_for_update().filter(public_id=registration_id).first()
    if resident is None:
        raise NotFound("registration.unknown")
    if resident.version != version:
        raise Conflict("registration.stale")
    return resident


def locked_for_office(registration_id: UUID, version: int) -> Resident:
    """The same for an act of the office. Raises as `locked` does, and Refused("data.restricted") while the person's data
    must
    rest (art. 18 RODO)."""
    resident = locked(registration_id, version)
    refuse_restricted(resident)
    return resident


def advance(resident: Resident, state: ResidentState, actor: Actor) -> None:
    """Bring the account into the state; the first time that it becomes active its holder is written to (D31)."""
    is_first = state == ResidentState.ACTIVE and resident.activated_at is None
    resident.state = state
    resident.version += 1
    if is_first:
        resident.activated_at, resident.activated_by = timezone.now(), actor.ref
    resident.save()
    if is_first:
        write_message(
            kind="account_active",
            recipient=resident.user.email,
            context={"portal": office().portal_name},
            related_ref=str(resident.public_id),
        )


def tell_verified(resident: Resident) -> None:
    """The clerk's step is done, the administrator's is to come: the person is told that it goes on."""
    write_message(
        kind="registration_verified",
        recipient=resident.user.email,
        context={"portal": office().portal_name},
        related_ref=str(resident.public_id),
    )


def release_address(user: User) -> None:
    """A closed account cannot sign in, and its address is free for a new registration."""
    user.is_active = False
    user.email_index = b"rejected:" + user.public_id.bytes
    user.save()
