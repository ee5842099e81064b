"""The files of a signature, given to the office: each look is in the audit log."""

from uuid import UUID

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.access import require
from services.signing.models import SigningAttempt
from services.signing.queries import KeptSignature, kept_signature
from services.users.domain import Verb


@transaction.atomic(durable=True)
def hand_out(*, registration_id: UUID, file_id: UUID, actor: Actor) -> KeptSignature:
    """A signature with its files, for who verifies registrations. They hold the whole PESEL, so the look is kept.

    Raises Refused without the role, NotFound("signing.unknown").
    """
    actor = require(actor, Verb.VERIFY_REGISTRATION)
    found = kept_signature(file_id, registration_id)
    attempt = SigningAttempt.objects.get(registration_id=registration_id)
    record("signing.file_shown", attempt, actor=actor, file=str(file_id))
    return found


@transaction.atomic
def erase_signatures(registration_id: UUID, *, actor: Actor) -> int:
    """Forget the forms, documents and evidence of an account whose retention has ended; how many forms there were."""
    attempts = SigningAttempt.objects.select_for_update().filter(registration_id=registration_id)
    count = 0
    for attempt in attempts:
        record("signing.erased", attempt, actor=actor)
        attempt.delete()
        count += 1
    return count
