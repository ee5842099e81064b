"""What the pages show of forms on their way to a signature, and what the office and the person may see of evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.utils import timezone

from integrations.identity.trusted_profile.environments import STAND_IN
from kernel.errors import NotFound
from services.signing.attempts import one
from services.signing.certificates import ENDS_SOON, fingerprint_of, owner_of
from services.signing.domain import AttemptState, DocumentKind, FileState, Way
from services.signing.evidence import chain_of
from services.signing.models import SignedFile, SigningAccess, SigningAttempt
from tenants.configuration.domain import WayIn
from tenants.configuration.queries import ways_in


@dataclass(frozen=True)
class Standing:
    """Where a form stands, for the person who filled it in. `reason` is the code of the last refusal or of the end."""

    attempt_id: UUID
    state: AttemptState
    made_at: datetime
    ends_at: datetime
    is_over: bool
    is_proven: bool
    reason: str
    full_name: str = field(repr=False)
    pesel: str = field(repr=False)
    email: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True)
class SignatureSummary:
    """Dowód podpisu in words: what a clerk reads, and what the person gets with her or his own data."""

    file_id: UUID
    document: DocumentKind
    way: Way
    state: FileState
    reason: str
    received_at: datetime
    judged_at: datetime | None
    signature_kind: str
    signer_name: str = field(repr=False)
    certificate_owner: str = field(repr=False)
    certificate_issuer: str
    certificate_valid_until: datetime | None
    certificate_sha256: str
    claimed_at: datetime | None
    service: str
    list_number: int | None
    list_sha256: str
    revocation: tuple[str, ...]
    file_sha256: str


@dataclass(frozen=True)
class KeptSignature:
    """A signature with its files: the document that was given and the signed one."""

    summary: SignatureSummary
    given_name: str
    given: bytes = field(repr=False)
    signed_name: str = ""
    signed: bytes = field(default=b"", repr=False)


def standing(attempt_id: UUID) -> Standing:
    """Raises NotFound("signing.unknown")."""
    attempt = one(attempt_id)
    last = attempt.files.last()
    values = attempt.form
    is_open = attempt.state in (AttemptState.DRAFT, AttemptState.SENT)
    return Standing(
        attempt_id=attempt.public_id,
        state=AttemptState(attempt.state),
        made_at=attempt.made_at,
        ends_at=attempt.ends_at,
        is_over=is_open and attempt.ends_at < timezone.now(),
        is_proven=last is not None and last.state == FileState.PROVEN,
        reason=attempt.closed_reason or (last.reason if last else ""),
        full_name=f"{values['first_name']} {values['last_name']}",
        pesel=values["pesel"],
        email=values["email"],
        address=values["address"],
        phone=values["phone"],
    )


def takes_signatures() -> bool:
    """Whether the gmina lets residents register with a signed form."""
    return WayIn.SIGNED_REGISTRATION in ways_in()


def takes_unsigned() -> bool:
    """Whether a form without a signature is enough: only where people may come in with a password of the portal (D28)."""
    return WayIn.LOCAL_ACCOUNT in ways_in()


def is_signed(registration_id: UUID) -> bool:
    """Whether a registration came with a signed form."""
    return SigningAttempt.objects.filter(registration_id=registration_id).exists()


def has_service() -> bool:
    """Whether the office has an access to the signing service; without one files can be signed elsewhere all the same."""
    return SigningAccess.objects.exists()


@dataclass(frozen=True)
class AccessState:
    """The office's access as its administrator sees it: whose certificate, until when; never the key."""

    public_id: UUID
    environment: str
    owner: str
    fingerprint: str
    valid_until: datetime
    installed_at: datetime
    version: int
    days_left: int

    @property
    def is_ending(self) -> bool:
        """Whether it is time to apply for the next certificate."""
        return self.days_left < ENDS_SOON.days


def access_state(now: datetime) -> AccessState | None:
    """How the access to the signing service stands, None before there is one."""
    row = SigningAccess.objects.first()
    if row is None:
        return None
    return AccessState(
        public_id=row.public_id,
        environment=row.environment,
        owner=owner_of(row),
        fingerprint=fingerprint_of(row),
        valid_until=row.valid_until,
        installed_at=row.installed_at,
        version=row.version,
        days_left=(row.valid_until - now).days,
    )


def page_origins() -> tuple[str, ...]:
    """Where the person's browser is sent to sign: sources for a page's content security policy."""
    access = SigningAccess.objects.first()
    if access is None:
        return ()
    return (access.base_url,) if access.environment == STAND_IN else ("https://*.gov.pl",)


def signatures_of(registration_id: UUID) -> tuple[SignatureSummary, ...]:
    """Signatures with which a registration came, oldest first; empty for one that was not signed."""
    return tuple(_summary(file) for file in _files(registration_id))


def kept_signatures_of(registration_id: UUID) -> tuple[KeptSignature, ...]:
    """The same with all files, for the export of a resident's own data (RODO art. 15, art. 20)."""
    return tuple(_kept(file) for file in _files(registration_id))


def kept_signature(file_id: UUID, registration_id: UUID) -> KeptSignature:
    """One signature of a registration with its files. Raises NotFound("signing.unknown")."""
    for file in _files(registration_id):
        if file.public_id == file_id:
            return _kept(file)
    raise NotFound("signing.unknown")


def _files(registration_id: UUID) -> Sequence[SignedFile]:
    return list(
        SignedFile.objects.filter(
            attempt__registration_id=registration_id, state__in=[FileState.PROVEN, FileState.REVIEW]
        ).select_related("document")
    )


def _kept(file: SignedFile) -> KeptSignature:
    kind = file.document.kind
    return KeptSignature(
        summary=_summary(file),
        given_name=f"wniosek.{kind}",
        given=file.document.content,
        signed_name=f"wniosek-podpisany.{kind}",
        signed=file.content,
    )


def _summary(file: SignedFile) -> SignatureSummary:
    chain = chain_of(file)
    leaf = x509.load_der_x509_certificate(chain[0])
    values = file.evidence
    return SignatureSummary(
        file_id=file.public_id,
        document=DocumentKind(file.document.kind),
        way=Way(file.way),
        state=FileState(file.state),
        reason=file.reason,
        received_at=file.received_at,
        judged_at=file.judged_at,
        signature_kind=file.signature_kind,
        signer_name=f"{file.signer['given_names']} {file.signer['family_name']}".strip(),
        certificate_owner=_name(leaf.subject),
        certificate_issuer=_name(leaf.issuer),
        certificate_valid_until=leaf.not_valid_after_utc,
        certificate_sha256=file.leaf_sha256,
        claimed_at=datetime.fromisoformat(values["claimed_at"]),
        service=values["service"],
        list_number=file.list_number,
        list_sha256=file.list_sha256,
        revocation=tuple(sorted({one["kind"] for one in values["revocation"]})),
        file_sha256=file.sha256,
    )


def _name(name: x509.Name) -> str:
    """The name that people know: of the person or the seal, with the organisation."""
    parts = [
        str(attribute.value)
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        for attribute in name.get_attributes_for_oid(oid)
    ]
    return ", ".join(dict.fromkeys(parts))
