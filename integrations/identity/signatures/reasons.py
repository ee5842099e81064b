"""Why a signed file proves nobody: one stable code for each fault. Logs and counters hold codes, never values."""

from enum import StrEnum


class Reason(StrEnum):
    """A reason code, in the order in which a file is examined (identity.md, section 2.3)."""

    # the file
    FILE_SIZE = "signatures.file.size"
    XML_MALFORMED = "signatures.xml.malformed"
    XML_DOCTYPE = "signatures.xml.doctype"
    XML_COMMENT = "signatures.xml.comment"
    XML_INSTRUCTION = "signatures.xml.instruction"
    XML_CDATA = "signatures.xml.cdata"
    XML_DUPLICATE_ID = "signatures.xml.duplicate_id"
    PDF_MALFORMED = "signatures.pdf.malformed"
    PDF_TOO_LARGE_INSIDE = "signatures.pdf.too_large_inside"
    # its signature
    SIGNATURE_MISSING = "signatures.signature.missing"
    SIGNATURE_COUNT = "signatures.signature.count"
    SIGNATURE_PLACE = "signatures.signature.place"
    SIGNATURE_SHAPE = "signatures.signature.shape"
    SIGNATURE_REFERENCE = "signatures.signature.reference"
    SIGNATURE_ALGORITHM = "signatures.signature.algorithm"
    SIGNATURE_INVALID = "signatures.signature.invalid"
    # what was signed
    CONTENT = "signatures.content"
    CHANGED_AFTERWARDS = "signatures.changed_afterwards"
    SIGNING_TIME = "signatures.signing_time"
    # whose certificate it is
    CERTIFICATE_UNNAMED = "signatures.certificate.unnamed"
    CERTIFICATE_SUBSTITUTED = "signatures.certificate.substituted"
    CERTIFICATE_MALFORMED = "signatures.certificate.malformed"
    CERTIFICATE_UNTRUSTED = "signatures.certificate.untrusted"
    CERTIFICATE_EXPIRED = "signatures.certificate.expired"
    CERTIFICATE_EARLY = "signatures.certificate.early"
    CERTIFICATE_REVOKED = "signatures.certificate.revoked"
    CERTIFICATE_USAGE = "signatures.certificate.usage"
    CERTIFICATE_NOT_QUALIFIED = "signatures.certificate.not_qualified"
    REVOCATION_UNKNOWN = "signatures.revocation.unknown"
    SEAL_UNKNOWN = "signatures.seal.unknown"
    # the person
    CLAIM_MISSING = "signatures.claim.missing"
    CLAIM_SHAPE = "signatures.claim.shape"
    CLAIM_WITHOUT_SEAL = "signatures.claim.without_seal"
    PERSON_PESEL = "signatures.person.pesel"
    PERSON_NAME = "signatures.person.name"
    # the trusted list, ours to mend
    LIST_INVALID = "signatures.list.invalid"
    LIST_STALE = "signatures.list.stale"
    LIST_OLDER = "signatures.list.older"


class Review(StrEnum):
    """Why a clerk has to look although the signature is right: it does not name a person by PESEL."""

    NO_PESEL = "signatures.review.no_pesel"
    """The certificate names its owner by another number (NIP, a foreign number, a passport) or by none."""
    UNUSUAL_PESEL = "signatures.review.unusual_pesel"
    """A PESEL whose check digit or birth date is wrong; some real old ones are."""
    PDF_OF_TRUSTED_PROFILE = "signatures.review.pdf_of_trusted_profile"
    """A PDF under the minister's seal names the person in free text only."""
