"""A registration form on its way to a signature: begun, handed in, come back, sent as a file, dropped."""

import hashlib
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from integrations.identity.base import IssuerRefused, IssuerUnavailable
from integrations.identity.trusted_profile.client import NOT_SIGNED, add_document, signed_document
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput, Refused, Unavailable
from services.accounts.actions import Application
from services.signing.attempts import close, locked, one
from services.signing.documents import document_of, form_values, given, make
from services.signing.domain import (
    ATTEMPT_LASTS,
    MOST_FILES,
    SCHEMA_VERSION,
    AttemptEvent,
    AttemptState,
    DocumentKind,
    FileState,
    Way,
    next_state,
)
from services.signing.judging import judge
from services.signing.models import RegistrationDocument, SignedFile, SigningAttempt
from services.signing.trust import signing_service
from tenants.configuration.domain import WayIn
from tenants.configuration.queries import current_regulation, ways_in
from tenants.metering import flags

MOST_BYTES = 5 * 1024 * 1024
"""Of an uploaded file."""


@transaction.atomic(durable=True)
def begin(application: Application, *, actor: Actor) -> SigningAttempt:
    """Keep a filled-in form until it is signed (D27-D29). Nobody is registered and nobody is looked up yet (S8).

    Raises Refused("registration.switched_off"), Refused("signing.not_taken") where the gmina takes no signatures,
    Conflict("regulation.changed"), InvalidInput("pesel.invalid") or ("signing.form").
    """
    if not flags.SELF_REGISTRATION.is_on():
        raise Refused("registration.switched_off")
    if WayIn.SIGNED_REGISTRATION not in ways_in():
        raise Refused("signing.not_taken")
    regulation = current_regulation(timezone.localdate())
    if regulation.public_id != application.regulation_id:
        raise Conflict("regulation.changed")
    now = timezone.now()
    attempt = SigningAttempt(
        state=AttemptState.DRAFT,
        schema_version=SCHEMA_VERSION,
        form=form_values(application, regulation.number),
        made_at=now,
        ends_at=now + ATTEMPT_LASTS,
    )
    make(attempt, DocumentKind.XML)
    attempt.save()
    record("signing.begun", attempt, actor=actor, schema=SCHEMA_VERSION)
    return attempt


@transaction.atomic(durable=True)
def document(*, attempt_id: UUID, kind: DocumentKind) -> RegistrationDocument:
    """The document to sign, made when it is first asked for. Raises as `locked` does."""
    return document_of(locked(attempt_id), kind)


def hand_in(*, attempt_id: UUID, success_url: str, failure_url: str, actor: Actor) -> str:
    """Give our XML to the signing service; the address of the page to which the person is sent, and nobody else.

    While the document waits there, the same page is given again. Raises NotFound and Refused as `locked` does,
    NotFound("signing.no_access"), Conflict("signing.state"), Unavailable("signing.service_away").
    """
    service = signing_service()
    with transaction.atomic(durable=True):
        attempt = locked(attempt_id)
        if attempt.state == AttemptState.SENT and attempt.page_url:
            return str(attempt.page_url)
        next_state(AttemptState(attempt.state), AttemptEvent.HANDED_IN)
        content = given(document_of(attempt, DocumentKind.XML))
        info = f"Rejestracja w portalu: {attempt.form['portal']}"
    try:
        page = add_document(service, content, success_url=success_url, failure_url=failure_url, info=info)
    except (IssuerRefused, IssuerUnavailable) as error:
        raise Unavailable("signing.service_away", reason=error.code) from None
    with transaction.atomic(durable=True):
        attempt = locked(attempt_id)
        if attempt.state == AttemptState.SENT and attempt.page_url:
            return str(attempt.page_url)  # somebody was faster: both are led to the one page that is kept
        attempt.state = next_state(AttemptState(attempt.state), AttemptEvent.HANDED_IN)
        attempt.page_url, attempt.sent_at = page, timezone.now()
        attempt.save()
        record("signing.handed_in", attempt, actor=actor)
    return page


def come_back(*, attempt_id: UUID, declined: bool, actor: Actor) -> SigningAttempt:
    """The person is back from the signing service. The address on which they came proves nothing: what was signed is
    fetched by the address that we kept, and judged. Twice, and twice at once, is the same as once.

    Raises NotFound as `locked` does, Unavailable("signing.service_away").
    """
    attempt = one(attempt_id)
    if attempt.state != AttemptState.SENT:
        return attempt
    try:
        content = signed_document(signing_service(), attempt.page_url)
    except IssuerRefused as error:
        if error.code != NOT_SIGNED:
            raise Unavailable("signing.service_away", reason=error.code) from None
        return _decline(attempt_id, actor) if declined else attempt
    except IssuerUnavailable as error:
        raise Unavailable("signing.service_away", reason=error.code) from None
    return receive(
        attempt_id=attempt_id, content=content, kind=DocumentKind.XML, way=Way.SERVICE, actor=actor
    )


def upload(*, attempt_id: UUID, content: bytes, actor: Actor) -> SigningAttempt:
    """A file that the person signed elsewhere: PAdES of our PDF or XAdES of our XML (D28, D29).

    Raises InvalidInput("signing.file_empty"), ("signing.file_size"), ("signing.file_kind"), ("signing.file_unsigned") and as
    `receive` does.
    """
    if not content:
        raise InvalidInput("signing.file_empty", field="file")
    if len(content) > MOST_BYTES:
        raise InvalidInput("signing.file_size", field="file")
    kind = _kind(content)
    unsigned = RegistrationDocument.objects.filter(attempt__public_id=attempt_id, sha256=_digest(content))
    if unsigned.exists():
        raise InvalidInput("signing.file_unsigned", field="file")
    return receive(attempt_id=attempt_id, content=content, kind=kind, way=Way.UPLOAD, actor=actor)


def receive(
    *, attempt_id: UUID, content: bytes, kind: DocumentKind, way: Way, actor: Actor
) -> SigningAttempt:
    """Keep the file with the moment of its receipt, then judge it. A file that cannot be judged now waits for the sweep.

    Raises NotFound and Refused as `locked` does, Refused("signing.too_many_files"), Conflict("signing.state").
    """
    judge(_kept(attempt_id, content, kind, way, actor), actor=actor)
    return one(attempt_id)


@transaction.atomic(durable=True)
def drop(*, attempt_id: UUID, actor: Actor) -> None:
    """The person begins anew with other data. Raises NotFound, Refused and Conflict as the others do."""
    attempt = locked(attempt_id)
    close(attempt, "signing.dropped")
    record("signing.dropped", attempt, actor=actor)


@transaction.atomic(durable=True)
def _kept(attempt_id: UUID, content: bytes, kind: DocumentKind, way: Way, actor: Actor) -> UUID:
    attempt = locked(attempt_id)
    digest = _digest(content)
    known = attempt.files.filter(sha256=digest).first()
    if known is not None:
        return known.public_id
    if attempt.files.count() >= MOST_FILES:
        raise Refused("signing.too_many_files")
    attempt.state = next_state(AttemptState(attempt.state), AttemptEvent.FILE_CAME)
    attempt.save()
    file = SignedFile.objects.create(
        attempt=attempt,
        document=document_of(attempt, kind),
        way=way,
        content=content,
        sha256=digest,
        received_at=timezone.now(),
        state=FileState.RECEIVED,
    )
    record("signing.file_came", attempt, actor=actor, way=way.value, document=kind.value, sha256=digest)
    return file.public_id


@transaction.atomic(durable=True)
def _decline(attempt_id: UUID, actor: Actor) -> SigningAttempt:
    attempt = locked(attempt_id)
    if attempt.state == AttemptState.SENT:
        attempt.state = next_state(AttemptState.SENT, AttemptEvent.DECLINED)
        attempt.save()
        record("signing.declined", attempt, actor=actor)
    return attempt


def _kind(content: bytes) -> DocumentKind:
    start = content[:1024].lstrip()
    if start.startswith(b"%PDF-"):
        return DocumentKind.PDF
    if start.removeprefix(b"\xef\xbb\xbf").startswith(b"<"):
        return DocumentKind.XML
    raise InvalidInput("signing.file_kind", field="file")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
