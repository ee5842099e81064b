"""What a verified signature says: who signed, whether a clerk must look, and all that shows it again years later."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from integrations.identity.base import AssuranceLevel, Evidence, Identity
from integrations.identity.signatures.reasons import Review
from kernel.identifiers import pesel_birth_date


class SignatureKind(StrEnum):
    """Which of the two signatures that the regulations name (Dąbrowa Górnicza § 4.1)."""

    TRUSTED_PROFILE = "trusted_profile"
    QUALIFIED = "qualified_signature"


@dataclass(frozen=True)
class RevocationAnswer:
    """One answer about one certificate: DER of an OCSP response or of a CRL, as it came."""

    kind: str
    """"ocsp" or "crl"."""
    url: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class ListVersion:
    """Which copy of a trusted list the decision rests on."""

    territory: str
    sequence_number: int
    issued_at: datetime
    next_update_at: datetime
    sha256: str


@dataclass(frozen=True)
class SignatureEvidence:
    """What to keep: with these values and nothing else the same decision can be made again.

    `document` is the signed file byte for byte, `chain` the certificates from the signer's to the one on the list, in
    DER. `claimed_at` is what the signer says; `received_at` is what we know, so all was judged as of that moment.
    """

    document: bytes = field(repr=False)
    given_sha256: str
    chain: tuple[bytes, ...] = field(repr=False)
    revocation: tuple[RevocationAnswer, ...]
    trusted_list: ListVersion
    service: str
    claimed_at: datetime
    received_at: datetime
    signature_sha256: str
    """Of the signature's value: the same signature never proves anything twice."""

    @property
    def document_sha256(self) -> str:
        return hashlib.sha256(self.document).hexdigest()

    @property
    def leaf_sha256(self) -> str:
        """The fingerprint of the signer's certificate."""
        return hashlib.sha256(self.chain[0]).hexdigest()


@dataclass(frozen=True)
class Signer:
    """The person as the signature names them. `pesel` is empty exactly when a clerk has to look."""

    given_names: str = field(repr=False)
    family_name: str = field(repr=False)
    pesel: str = field(default="", repr=False)


@dataclass(frozen=True)
class SignedRegistration:
    """The form was signed as we gave it. `review` is None when the signature itself proves who the person is."""

    kind: SignatureKind
    signer: Signer
    review: Review | None
    evidence: SignatureEvidence

    def __post_init__(self) -> None:
        if bool(self.signer.pesel) == bool(self.review):
            raise ValueError("a signature proves a PESEL or goes to a clerk")

    @property
    def identity(self) -> Identity | None:
        """The proven person, in the shape that all ways of proving share; None when a clerk has to look."""
        if self.review:
            return None
        return Identity(
            method=self.kind.value,
            level=AssuranceLevel.SUBSTANTIAL,
            given_names=self.signer.given_names,
            family_name=self.signer.family_name,
            born_on=pesel_birth_date(self.signer.pesel),
            pesel=self.signer.pesel,
            evidence=Evidence(
                issuer=self.evidence.service,
                message_id=self.evidence.signature_sha256,
                means=self.kind.value,
                authenticated_at=self.evidence.received_at,
            ),
        )
