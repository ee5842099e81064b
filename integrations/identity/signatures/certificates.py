"""Whether a signer's certificate is to be believed: its path to the trusted list, its kind, its use, its revocation.

All is judged as of the moment when we received the file. The time in a signature is the signer's own claim, so it could
lie before a revocation.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.validation.qualified.assess import QualificationAssessor
from pyhanko.sign.validation.qualified.q_status import QualificationResult
from pyhanko.sign.validation.qualified.tsp import QcCertType
from pyhanko_certvalidator import CertificateValidator, ValidationContext, errors
from pyhanko_certvalidator.path import ValidationPath

from integrations.identity.base import Rejected
from integrations.identity.signatures.outcome import RevocationAnswer, SignatureKind
from integrations.identity.signatures.policy import VerificationPolicy
from integrations.identity.signatures.reasons import Reason

MOST_CERTIFICATES = 20
_T = TypeVar("_T")
_REASONS: tuple[tuple[type[Exception], Reason], ...] = (
    (errors.RevokedError, Reason.CERTIFICATE_REVOKED),
    (errors.ExpiredError, Reason.CERTIFICATE_EXPIRED),
    (errors.NotYetValidError, Reason.CERTIFICATE_EARLY),
    (errors.InsufficientRevinfoError, Reason.REVOCATION_UNKNOWN),
    (errors.DisallowedAlgorithmError, Reason.SIGNATURE_ALGORITHM),
)


@dataclass(frozen=True)
class Believed:
    """A certificate that holds: what it may prove, the path in DER from it to the list, and the answers on revocation."""

    kind: SignatureKind
    service: str
    chain: tuple[bytes, ...]
    revocation: tuple[RevocationAnswer, ...]


def believe(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    policy: VerificationPolicy,
    *,
    moment: datetime,
) -> Believed:
    """The signer's certificate as of `moment`; Rejected with the first thing that is wrong with it.

    Servers are asked about revocation only when everything else is right, and only at addresses that certificates of
    the trusted path name.
    """
    policy.trusted_list.check_current(moment)
    path = _validated(leaf, others, policy, moment)
    qualification = _qualification(path, policy, moment)
    kind = _kind(leaf, qualification, policy)
    _check_usage(leaf, kind)
    certificates = [
        x509.load_der_x509_certificate(one.dump()) for one in reversed(list(path.iter_certs(True)))
    ]
    answers = tuple(
        answer
        for certificate, issuer in pairwise(certificates)
        for answer in policy.revocation.answers(certificate, issuer)
    )
    _validated(leaf, others, policy, moment, answers)
    service = qualification.service_definition
    return Believed(
        kind=kind,
        service=service.base_info.service_name if service else "",
        chain=tuple(one.public_bytes(Encoding.DER) for one in certificates),
        revocation=answers,
    )


def run(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine to its end in a thread of its own: the caller may or may not have a loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def context_of(
    policy: VerificationPolicy,
    moment: datetime,
    others: Sequence[x509.Certificate] = (),
    answers: Sequence[RevocationAnswer] | None = None,
) -> ValidationContext:
    """A context that trusts the services granted at that moment and fetches nothing. `answers` None: nobody was asked."""
    is_required = policy.revocation_required and answers is not None
    return ValidationContext(
        trust_roots=policy.trusted_list.anchors(moment),
        other_certs=[_asn1(one) for one in others[:MOST_CERTIFICATES]],
        moment=moment,
        allow_fetching=False,
        crls=[one.content for one in answers or () if one.kind == "crl"],
        ocsps=[one.content for one in answers or () if one.kind == "ocsp"],
        revocation_mode="require" if is_required else "soft-fail",
        # The answer was fetched after the file came: that a certificate is good now shows that it was good then.
        retroactive_revinfo=True,
    )


def _validated(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    policy: VerificationPolicy,
    moment: datetime,
    answers: Sequence[RevocationAnswer] | None = None,
) -> ValidationPath:
    try:
        validator = CertificateValidator(
            _asn1(leaf),
            [_asn1(one) for one in others[:MOST_CERTIFICATES]],
            validation_context=context_of(policy, moment, others, answers),
        )
        path = run(validator.async_validate_path())
    except Exception as error:  # whatever stops the library from saying yes is a no
        reason = next(
            (code for kind, code in _REASONS if isinstance(error, kind)), Reason.CERTIFICATE_UNTRUSTED
        )
        raise Rejected(type(error).__name__, code=reason) from None
    if path.pkix_len < 1:
        raise Rejected("a service of the list signs no forms", code=Reason.CERTIFICATE_UNTRUSTED)
    return path


def _qualification(path: ValidationPath, policy: VerificationPolicy, moment: datetime) -> QualificationResult:
    try:
        found = QualificationAssessor(policy.trusted_list.registry).check_entity_cert_qualified(path, moment)
    except Exception as error:
        raise Rejected(type(error).__name__, code=Reason.CERTIFICATE_NOT_QUALIFIED) from None
    # A signature is "qualified" only when its key lies in a certified device (Regulation 910/2014, article 3(12)).
    if not found.status.qualified or not found.status.qc_key_security.is_qscd:
        raise Rejected(code=Reason.CERTIFICATE_NOT_QUALIFIED)
    return found


def _kind(
    leaf: x509.Certificate, qualification: QualificationResult, policy: VerificationPolicy
) -> SignatureKind:
    if qualification.status.qc_type is QcCertType.QC_ESIGN:
        return SignatureKind.QUALIFIED
    if qualification.status.qc_type is QcCertType.QC_ESEAL:
        if any(seal.fits(leaf, leaf.fingerprint(SHA256()).hex()) for seal in policy.seals):
            return SignatureKind.TRUSTED_PROFILE
        raise Rejected(code=Reason.SEAL_UNKNOWN)
    raise Rejected(code=Reason.CERTIFICATE_NOT_QUALIFIED)


def _check_usage(leaf: x509.Certificate, kind: SignatureKind) -> None:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        raise Rejected("no key usage", code=Reason.CERTIFICATE_USAGE) from None
    if usage.content_commitment or (kind is SignatureKind.TRUSTED_PROFILE and usage.digital_signature):
        return
    raise Rejected(code=Reason.CERTIFICATE_USAGE)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
