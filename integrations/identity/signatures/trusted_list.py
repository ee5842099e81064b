"""The trusted list of a member state (ETSI TS 119 612): who may issue qualified certificates, since when and until when.

A list is believed only through the signature of its issuer, whose certificates come from the European list of lists or
from configuration. Whoever keeps copies keeps each version with its number and days; verification reads a copy only and
never fetches one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.qualified.eutl_parse import (
    trust_list_to_registry_unsafe,
    validate_and_parse_lotl,
)
from pyhanko.sign.validation.qualified.tsp import TSPRegistry
from pyhanko_certvalidator.authority import AuthorityWithCert
from signxml.exceptions import SignXMLException
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from integrations.identity.base import IssuerUnavailable, Rejected
from integrations.identity.signatures.algorithms import DIGESTS, SIGNATURES
from integrations.identity.signatures.outcome import ListVersion
from integrations.identity.signatures.reasons import Reason

MOST_BYTES = 30 * 1024 * 1024
TSL = "http://uri.etsi.org/02231/v2#"
_LIST = f"{{{TSL}}}TrustServiceStatusList"


class StaleList(IssuerUnavailable):
    """Our copy of the list is out of date: a matter for whoever runs the portal, not for the person."""

    default_code = Reason.LIST_STALE.value


@dataclass(frozen=True)
class TrustedList:
    """A list whose signature was checked. Read it once and keep it: reading takes up to a second."""

    version: ListVersion
    registry: TSPRegistry = field(repr=False, compare=False)
    unreadable_services: int
    """Services of the list that could not be understood and are therefore not believed."""

    @classmethod
    def read(cls, document: bytes, issuers: Sequence[x509.Certificate], *, now: datetime) -> "TrustedList":
        """The list in `document`, signed by one of `issuers` whose certificate is in force `now`.

        Only what was signed is read. Rejected (`signatures.list.invalid`) for anything else.
        """
        signed = _signed_part(document, issuers, now)
        try:
            root = etree.fromstring(signed)
            version = _version(root, document)
            registry, problems = trust_list_to_registry_unsafe(signed.decode())
        except Rejected:
            raise
        except Exception as error:  # whatever the library stumbles over is no list for us
            raise Rejected(type(error).__name__, code=Reason.LIST_INVALID) from None
        return cls(version, registry, len(problems))

    def anchors(self, moment: datetime) -> list[asn1_x509.Certificate]:
        """Certificates of the services that were granted at that moment to issue qualified certificates."""
        return [
            authority.certificate
            for authority in self.registry.known_certificate_authorities
            if isinstance(authority, AuthorityWithCert)
            and any(True for _ in self.registry.applicable_service_definitions(authority, moment))
        ]

    def check_current(self, now: datetime) -> None:
        """StaleList after the day on which the next version was due (TS 119 612, 5.3.15)."""
        if now > self.version.next_update_at:
            raise StaleList(f"list {self.version.sequence_number} of {self.version.territory}")

    def check_succeeds(self, kept: ListVersion) -> None:
        """Rejected when this list is of another state or older than the kept one: no withdrawn service comes back."""
        if (self.version.territory, self.version.sequence_number, self.version.issued_at) < (
            kept.territory,
            kept.sequence_number,
            kept.issued_at,
        ) or self.version.territory != kept.territory:
            raise Rejected(f"number {self.version.sequence_number}", code=Reason.LIST_OLDER)


@dataclass(frozen=True)
class ListPointer:
    """Where a state's list is, and the certificates that may sign it."""

    url: str
    issuers: tuple[x509.Certificate, ...]


def pointer_to_list(
    list_of_lists: bytes,
    territory: str,
    *,
    now: datetime,
    issuers: Sequence[x509.Certificate] = (),
) -> ListPointer:
    """What the European list of lists says of a state ("PL"), after its signature was checked.

    Without `issuers` the certificates that the Official Journal published and pyHanko carries are believed. Rejected
    (`signatures.list.invalid`) when the signature is wrong or the state is not there.
    """
    _check_size(list_of_lists)
    try:
        found = validate_and_parse_lotl(
            list_of_lists.decode("utf-8-sig"),
            [asn1_x509.Certificate.load(_der(one)) for one in issuers] or None,
            validation_time=now,
        )
    except Exception as error:
        raise Rejected(type(error).__name__, code=Reason.LIST_INVALID) from None
    for reference in found.references:
        if reference.territory == territory:
            certificates = [x509.load_der_x509_certificate(one.dump()) for one in reference.tlso_certs]
            return ListPointer(reference.location_uri, tuple(certificates))
    raise Rejected(f"no list of {territory}", code=Reason.LIST_INVALID)


def _signed_part(document: bytes, issuers: Sequence[x509.Certificate], now: datetime) -> bytes:
    _check_size(document)
    expected = XAdESSignatureConfiguration(
        location="./",
        expect_references=True,
        signature_methods=SIGNATURES,
        digest_algorithms=DIGESTS,
        verification_time=now,
    )
    for issuer in issuers:
        try:
            results = XAdESVerifier().verify(document, x509_cert=issuer, expect_config=expected)
        except (SignXMLException, SignatureValidationError, etree.LxmlError, ValueError, TypeError, KeyError):
            continue
        for result in results:
            if result.signed_xml is not None and result.signed_xml.tag == _LIST:
                return result.signed_data
    raise Rejected("no issuer signed it", code=Reason.LIST_INVALID)


def _check_size(document: bytes) -> None:
    if len(document) > MOST_BYTES or b"<!DOCTYPE" in document:
        raise Rejected("size or document type", code=Reason.LIST_INVALID)


def _version(root: etree._Element, document: bytes) -> ListVersion:
    def text(path: str) -> str:
        found = root.findtext("/".join(f"{{{TSL}}}{name}" for name in f"SchemeInformation/{path}".split("/")))
        if not found:
            raise Rejected(path, code=Reason.LIST_INVALID)
        return found.strip()

    return ListVersion(
        territory=text("SchemeTerritory"),
        sequence_number=int(text("TSLSequenceNumber")),
        issued_at=datetime.fromisoformat(text("ListIssueDateTime")),
        next_update_at=datetime.fromisoformat(text("NextUpdate/dateTime")),
        sha256=hashlib.sha256(document).hexdigest(),
    )


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
