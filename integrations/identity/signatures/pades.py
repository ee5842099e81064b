"""PAdES of our PDF: our bytes first, then one signature, and nothing that changes what a reader sees."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from cryptography import x509
from pyhanko.pdf_utils.misc import PdfDecodeLimitError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from integrations.identity.base import Rejected
from integrations.identity.signatures.algorithms import PDF_DIGESTS, check_key
from integrations.identity.signatures.certificates import MOST_CERTIFICATES, context_of, run
from integrations.identity.signatures.pdf_changes import check_only_signed
from integrations.identity.signatures.policy import VerificationPolicy
from integrations.identity.signatures.reasons import Reason

MOST_ADDED_BYTES = 4 * 1024 * 1024
"""A signature with its picture, certificates and revocation lists; our own part of the file is known."""
_MARK = b"%PDF-"


@dataclass(frozen=True)
class VerifiedPdf:
    """A right signature over our document. Says nothing about whose certificate it is and whether it holds."""

    leaf: x509.Certificate = field(repr=False)
    others: tuple[x509.Certificate, ...] = field(repr=False)
    claimed_at: datetime
    value_sha256: str


def verified_pdf(
    document: bytes, given: bytes, policy: VerificationPolicy, *, moment: datetime
) -> VerifiedPdf:
    """The signature in `document`, which must begin with the bytes of `given`; Rejected with the first wrong thing."""
    if len(document) > len(given) + MOST_ADDED_BYTES:
        raise Rejected(code=Reason.FILE_SIZE)
    if not document.startswith(_MARK):
        raise Rejected("not a PDF", code=Reason.PDF_MALFORMED)
    if not document.startswith(given):
        raise Rejected("it does not begin with our file", code=Reason.CONTENT)
    try:
        # The reader's own limits stop streams that unpack to far more than they are.
        reader = PdfFileReader(BytesIO(document))
        signatures = list(reader.embedded_signatures)
    except PdfDecodeLimitError:
        raise Rejected(code=Reason.PDF_TOO_LARGE_INSIDE) from None
    except Exception as error:  # the library meets a hostile file with errors of many kinds
        raise Rejected(type(error).__name__, code=Reason.PDF_MALFORMED) from None
    if not signatures:
        raise Rejected(code=Reason.SIGNATURE_MISSING)
    if len(signatures) > 1:
        raise Rejected(f"{len(signatures)} signatures", code=Reason.SIGNATURE_COUNT)
    leaf, others = _certificates(signatures[0])
    check_key(leaf)
    _check_attributes(signatures[0])
    status = _status(signatures[0], policy, moment)
    _check_nothing_follows(status)
    check_only_signed(reader, given)
    claimed_at = status.signer_reported_dt
    if claimed_at is None or claimed_at.utcoffset() is None:
        raise Rejected("no time with its zone", code=Reason.SIGNING_TIME)
    value: bytes = signatures[0].signer_info["signature"].native
    return VerifiedPdf(leaf, others, claimed_at, hashlib.sha256(value).hexdigest())


def _certificates(signature: EmbeddedPdfSignature) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    try:
        leaf = x509.load_der_x509_certificate(signature.signer_cert.dump())
        others = [x509.load_der_x509_certificate(one.dump()) for one in signature.other_embedded_certs]
    except Exception as error:
        raise Rejected(type(error).__name__, code=Reason.CERTIFICATE_MALFORMED) from None
    if len(others) > MOST_CERTIFICATES:
        raise Rejected("too many certificates", code=Reason.CERTIFICATE_MALFORMED)
    return leaf, tuple(others)


def _check_attributes(signature: EmbeddedPdfSignature) -> None:
    """The signature names its certificate itself (EN 319 122-1, 5.2.2), and its digest is one that we believe in."""
    try:
        names = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
        digest = signature.signer_info["digest_algorithm"]["algorithm"].native
    except Exception as error:
        raise Rejected(type(error).__name__, code=Reason.SIGNATURE_SHAPE) from None
    if "signing_certificate_v2" not in names:
        raise Rejected(code=Reason.CERTIFICATE_UNNAMED)
    if digest not in PDF_DIGESTS:
        raise Rejected("digest", code=Reason.SIGNATURE_ALGORITHM)


def _status(
    signature: EmbeddedPdfSignature, policy: VerificationPolicy, moment: datetime
) -> PdfSignatureStatus:
    try:
        status = run(
            async_validate_pdf_signature(
                signature,
                signer_validation_context=context_of(policy, moment),
                # Which use is right depends on the kind of certificate, which is judged with its path.
                key_usage_settings=KeyUsageConstraints(
                    {"digital_signature", "non_repudiation"}, match_all_key_usages=False
                ),
            )
        )
    except Exception as error:  # whatever stops the library from saying yes is a no
        raise Rejected(type(error).__name__, code=Reason.SIGNATURE_INVALID) from None
    if not (status.intact and status.valid):
        raise Rejected(code=Reason.SIGNATURE_INVALID)
    return status


def _check_nothing_follows(status: PdfSignatureStatus) -> None:
    if (
        status.coverage is not SignatureCoverageLevel.ENTIRE_FILE
        or status.modification_level is not ModificationLevel.NONE
    ):
        raise Rejected("after the signature", code=Reason.CHANGED_AFTERWARDS)
