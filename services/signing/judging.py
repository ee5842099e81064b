"""A signed file is judged, and what it proves becomes a registration: by itself, by a clerk, or not at all."""

from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from integrations.identity.base import IdentityError
from integrations.identity.signatures.outcome import SignedRegistration
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import SkarbnikError
from services.accounts.actions import add_registration
from services.accounts.proofs import ProvenIdentity
from services.signing import evidence
from services.signing.attempts import close
from services.signing.documents import application_of
from services.signing.domain import OPEN, WAITS, AttemptEvent, AttemptState, FileState, next_state
from services.signing.models import SignedFile, SigningAttempt
from services.signing.trust import verified

log = structlog.get_logger(__name__)
USED_BEFORE = "signing.used_before"


def judge(file_id: UUID, *, actor: Actor) -> SignedFile:
    """Verify a received file and carry out what follows; a file that was judged already stays as it is.

    The verification asks servers about revocation, so it runs outside of the transaction; the form's row is locked for what
    follows, so two at once make one registration. Never raises for what is wrong with the file.
    """
    file = SignedFile.objects.select_related("attempt", "document__attempt").get(public_id=file_id)
    if file.state != FileState.RECEIVED:
        return file
    try:
        found = verified(file)
    except IdentityError as error:
        return _not_proven(
            file_id, error.code, is_waiting=not error.permanent or error.code in WAITS, actor=actor
        )
    return _settle(file_id, found, actor)


@transaction.atomic(durable=True)
def _not_proven(file_id: UUID, reason: str, *, is_waiting: bool, actor: Actor) -> SignedFile:
    attempt, file = _locked(file_id)
    if file.state != FileState.RECEIVED:
        return file
    file.reason, file.judged_at = reason, timezone.now()
    if is_waiting:
        file.save()
        log.warning("signing.waits", reason=reason)
        return file
    return _refuse(attempt, file, reason, actor)


@transaction.atomic(durable=True)
def _settle(file_id: UUID, found: SignedRegistration, actor: Actor) -> SignedFile:
    attempt, file = _locked(file_id)
    if file.state != FileState.RECEIVED or attempt.state not in OPEN:
        return file
    evidence.write(file, found)
    file.state = FileState.REVIEW if found.review else FileState.PROVEN
    file.reason, file.judged_at = str(found.review or ""), timezone.now()
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:
        # The digest of a signature that has proven another registration.
        file.refresh_from_db()
        return _refuse(attempt, file, USED_BEFORE, actor)
    try:
        with transaction.atomic():
            _register(attempt, file, found, actor)
    except SkarbnikError as error:
        attempt.refresh_from_db()
        close(attempt, error.code)
        record("signing.came_to_nothing", attempt, actor=actor, outcome="refused", reason=error.code)
    return file


def _register(attempt: SigningAttempt, file: SignedFile, found: SignedRegistration, actor: Actor) -> None:
    resident = add_registration(
        application_of(attempt), actor=actor, proof=_proof(file, found), is_signed=True
    )
    attempt.state = next_state(AttemptState(attempt.state), AttemptEvent.REGISTERED)
    attempt.registration_id = resident.public_id if resident else None
    attempt.page_url = ""
    attempt.save()
    record("signing.registered", attempt, actor=actor, kind=found.kind.value, review=str(found.review or ""))


def _proof(file: SignedFile, found: SignedRegistration) -> ProvenIdentity | None:
    """What the signature proves; None when a clerk has to look at who signed."""
    identity = found.identity
    if identity is None:
        return None
    return ProvenIdentity(
        method=identity.method,
        pesel=identity.pesel,
        first_name=identity.given_names,
        last_name=identity.family_name,
        born_on=identity.born_on,
        evidence_ref=str(file.public_id),
    )


def _refuse(attempt: SigningAttempt, file: SignedFile, reason: str, actor: Actor) -> SignedFile:
    """The form may be signed again: nothing of it was registered."""
    file.state, file.reason, file.judged_at = FileState.REFUSED, reason, timezone.now()
    file.save()
    if attempt.state == AttemptState.RECEIVED:
        attempt.state = next_state(AttemptState.RECEIVED, AttemptEvent.FILE_REFUSED)
        attempt.save()
    record("signing.file_refused", attempt, actor=actor, outcome="refused", reason=reason, way=file.way)
    return file


def _locked(file_id: UUID) -> tuple[SigningAttempt, SignedFile]:
    """Both rows, the form's first: whoever changes a file holds its form."""
    attempt = SigningAttempt.objects.select_for_update().get(files__public_id=file_id)
    return attempt, SignedFile.objects.select_related("document__attempt").get(public_id=file_id)
