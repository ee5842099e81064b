"""The one door: a signed file comes in, a verified registration or an error with a reason code comes out.

Offline but for revocation. The order is fixed: shape, signature, content, time, certificate, person; nobody is asked
about a certificate before everything that the file itself can show is right.
"""

import hashlib
from datetime import datetime, timedelta

from integrations.identity.base import Rejected
from integrations.identity.signatures.certificates import Believed, believe
from integrations.identity.signatures.form import Document
from integrations.identity.signatures.outcome import (
    SignatureEvidence,
    SignatureKind,
    SignedRegistration,
)
from integrations.identity.signatures.pades import verified_pdf
from integrations.identity.signatures.persons import (
    certified_signer,
    claimed_signer,
    compared,
    refuse_claim,
)
from integrations.identity.signatures.policy import VerificationPolicy
from integrations.identity.signatures.reasons import Reason, Review
from integrations.identity.signatures.xades import verified_xml

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far the clock of the person's computer may be away from ours."""


def verify_xml(
    document: bytes, given: Document, policy: VerificationPolicy, *, received_at: datetime
) -> SignedRegistration:
    """A file with XAdES: our XML as `form.as_xml` made it, signed by Profil Zaufany or a qualified signature.

    Rejected with a Reason as its code when it proves nothing; StaleList when our copy of the trusted list is out of
    date. `received_at` is when the file came, also when it is examined again years later from the evidence.
    """
    found = verified_xml(document, given.content)
    _check_time(found.claimed_at, given, received_at)
    believed = believe(found.leaf, found.others, policy, moment=received_at)
    if believed.kind is SignatureKind.TRUSTED_PROFILE:
        signer = claimed_signer(found.properties)
    else:
        refuse_claim(found.properties)
        signer = certified_signer(found.leaf)
    signer, review = compared(signer, given.form)
    evidence = _evidence(document, given, believed, policy, found.claimed_at, received_at, found.value_sha256)
    return SignedRegistration(believed.kind, signer, review, evidence)


def verify_pdf(
    document: bytes, given: Document, policy: VerificationPolicy, *, received_at: datetime
) -> SignedRegistration:
    """A file with PAdES: our PDF as `form.as_pdf` made it. Errors as for `verify_xml`.

    Under the minister's seal the PDF names the person only in free text, which proves nothing: a clerk has to look.
    """
    found = verified_pdf(document, given.content, policy, moment=received_at)
    _check_time(found.claimed_at, given, received_at)
    believed = believe(found.leaf, found.others, policy, moment=received_at)
    evidence = _evidence(document, given, believed, policy, found.claimed_at, received_at, found.value_sha256)
    review: Review | None
    if believed.kind is SignatureKind.TRUSTED_PROFILE:
        signer = certified_signer(found.leaf)
        review = Review.PDF_OF_TRUSTED_PROFILE
    else:
        signer, review = compared(certified_signer(found.leaf), given.form)
    return SignedRegistration(believed.kind, signer, review, evidence)


def _check_time(claimed_at: datetime, given: Document, received_at: datetime) -> None:
    """Nobody signs a form before it was made or after it was handed in."""
    if not given.form.made_at - CLOCKS_DIFFER <= claimed_at <= received_at + CLOCKS_DIFFER:
        raise Rejected(code=Reason.SIGNING_TIME)


def _evidence(
    document: bytes,
    given: Document,
    believed: Believed,
    policy: VerificationPolicy,
    claimed_at: datetime,
    received_at: datetime,
    value_sha256: str,
) -> SignatureEvidence:
    return SignatureEvidence(
        document=document,
        given_sha256=hashlib.sha256(given.content).hexdigest(),
        chain=believed.chain,
        revocation=believed.revocation,
        trusted_list=policy.trusted_list.version,
        service=believed.service,
        claimed_at=claimed_at,
        received_at=received_at,
        signature_sha256=value_sha256,
    )
