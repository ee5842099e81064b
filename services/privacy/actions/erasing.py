"""Taking out what the office need not keep of a person, and closing the account."""

import os

from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.actions.moving import advance, release_address
from services.accounts.domain import CLOSED_STATES, ResidentState
from services.accounts.models import Resident
from services.notices.models import Message, MessageState
from services.payments.models import Payment

GONE = ""


def erase_person(resident: Resident, *, actor: Actor) -> None:
    """Close the account and erase phone, address, e-mail and letters; with no payments and no dues also the name and PESEL.

    Inside the caller's transaction. What stays and why says `domain.requests.kept_after_erasure` (art. 17 ust. 3 lit. b).
    """
    if ResidentState(resident.state) not in CLOSED_STATES:
        resident.closed_at = timezone.now()
        advance(resident, ResidentState.DEACTIVATED, actor)
    erase_contact(resident)
    letters = erase_letters(resident)
    is_whole = not must_keep_identity(resident)
    if is_whole:
        erase_identity(resident)
    record("person.erased", resident, actor=actor, letters=letters, whole=is_whole)


def must_keep_identity(resident: Resident) -> bool:
    """Whether tax or accounting law wants the name and number kept: there are payments."""
    return Payment.objects.filter(resident=resident).exists()


def erase_contact(resident: Resident) -> None:
    """Phone, address and e-mail go; open sessions end with the password, and the address is free for a new account."""
    resident.phone = resident.address = GONE
    resident.save()
    user = resident.user
    user.email = GONE
    user.set_unusable_password()
    release_address(user)


def erase_identity(resident: Resident) -> None:
    """Name and number go; a random index stands where the person's was, so nobody is found by it."""
    resident.first_name = resident.last_name = resident.pesel = GONE
    resident.person_index = os.urandom(16)
    resident.decision_reason = GONE
    resident.save()
    resident.user.full_name = GONE
    resident.user.save()
    resident.representations.all().delete()


def erase_letters(resident: Resident) -> int:
    """Letters that have left; how many. What still waits is sent first and goes with its time."""
    payments = Payment.objects.filter(resident=resident).values_list("public_id", flat=True)
    requests = resident.data_requests.values_list("public_id", flat=True)
    refs = {str(ref) for ref in (resident.public_id, resident.user.public_id, *payments, *requests)}
    gone, _ = Message.objects.filter(related_ref__in=refs).exclude(state=MessageState.WAITING).delete()
    return gone
