"""Taking out what the office need not keep of a person, and closing the account."""

import os

from django.db.models import QuerySet
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.actions.moving import advance, release_address
from services.accounts.domain import CLOSED_STATES, ResidentState
from services.accounts.models import (
    Consent,
    DataChange,
    DataField,
    EmailChange,
    NotThisPayer,
    RegulationAcceptance,
    RepresentationRequest,
    Resident,
    Restriction,
)
from services.complaints.actions import withdraw_open
from services.complaints.queries_own import complaint_refs
from services.identity.queries import proof_of
from services.notices.models import Message, MessageState
from services.payments.models import Payment
from services.signing.handing_out import erase_signatures
from services.users.models import AuthenticatorApp, Passkey, RecoveryCode
from services.users.own_sessions import end_sessions

GONE = ""
CONTACT_FIELDS = (DataField.ADDRESS, DataField.PHONE, DataField.EMAIL)


def erase_person(resident: Resident, *, actor: Actor) -> None:
    """Close the account and erase phone, address, e-mail and letters; with no payments also the name and PESEL, and the
    evidence of who it was.

    Inside the caller's transaction. What stays and why says `domain.requests.kept_after_erasure` (art. 17 ust. 3 lit. b).
    The person's own wish to be erased ends a restriction. Complaints that wait are closed, since nobody could be answered.
    """
    now = timezone.now()
    Restriction.objects.filter(resident=resident, ends_at__isnull=True).update(
        ends_at=now, ended_by=actor.ref
    )
    if ResidentState(resident.state) not in CLOSED_STATES:
        resident.closed_at = now
        advance(resident, ResidentState.DEACTIVATED, actor)
    withdraw_open(resident, actor=actor)
    erase_contact(resident, actor=actor)
    letters = erase_letters(resident)
    erase_conversations(resident)
    is_whole = not must_keep_identity(resident)
    if is_whole:
        erase_identity(resident, actor=actor)
    record("person.erased", resident, actor=actor, letters=letters, whole=is_whole)


def must_keep_identity(resident: Resident) -> bool:
    """Whether tax or accounting law wants the name and number kept: there are payments."""
    return Payment.objects.filter(resident=resident).exists()


def erase_contact(resident: Resident, *, actor: Actor) -> None:
    """Phone, address and e-mail go, former ones too; sessions and second factors end with the password, and the address is
    free for a new account."""
    resident.phone = resident.address = GONE
    resident.save()
    user = resident.user
    user.email = GONE
    user.set_unusable_password()
    release_address(user)
    end_sessions(user, actor=actor)
    for factor in (AuthenticatorApp, Passkey, RecoveryCode):
        factor.objects.filter(user=user).delete()
    DataChange.objects.filter(resident=resident, field__in=CONTACT_FIELDS).delete()
    EmailChange.objects.filter(resident=resident).delete()


def erase_identity(resident: Resident, *, actor: Actor) -> None:
    """Name and number go, and what proved them; a random index stands where the person's was, so nobody is found by it."""
    erase_evidence(resident, actor=actor)
    resident.first_name = resident.last_name = resident.pesel = GONE
    resident.person_index = os.urandom(16)
    resident.decision_reason = GONE
    resident.block_reason = None
    resident.save()
    resident.user.full_name = GONE
    resident.user.save()
    for rows in (
        resident.representations,
        RepresentationRequest.objects.filter(resident=resident),
        DataChange.objects.filter(resident=resident),
        NotThisPayer.objects.filter(resident=resident),
    ):
        rows.all().delete()
    Consent.objects.filter(user=resident.user).update(address=None)
    RegulationAcceptance.objects.filter(user=resident.user).update(address=None)


def erase_evidence(resident: Resident, *, actor: Actor) -> None:
    """The signed form with its evidence, and the national node's word."""
    erase_signatures(resident.public_id, actor=actor)
    proof = proof_of(resident.proof_ref)
    if proof is not None:
        proof.delete()
        resident.proof_ref = GONE


def letter_refs(residents: QuerySet[Resident]) -> set[str]:
    """Under which ids the outbox keeps letters to these people."""
    payments = Payment.objects.filter(resident__in=residents).values_list("public_id", flat=True)
    found = {str(ref) for ref in payments}
    for resident in residents.select_related("user"):
        found |= {str(resident.public_id), str(resident.user.public_id)}
        for rows in (
            resident.data_requests,
            resident.representation_requests,
            resident.representations,
            resident.due_threads,
        ):
            found |= {str(ref) for ref in rows.values_list("public_id", flat=True)}
        found |= set(complaint_refs(resident))
    return found


def erase_letters(resident: Resident) -> int:
    """Letters that have left; how many. What still waits is sent first and goes with its time."""
    found = letter_refs(Resident.objects.filter(pk=resident.pk))
    gone, _ = Message.objects.filter(related_ref__in=found).exclude(state=MessageState.WAITING).delete()
    return gone


def erase_conversations(resident: Resident) -> None:
    """What the person and the office wrote to each other about dues; the letters about it go with the letters."""
    resident.due_threads.all().delete()
