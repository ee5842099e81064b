"""What a verification believes in: the trusted list, the minister's seals, and how revocation is asked for."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.x509.oid import NameOID

from integrations.identity.signatures.outcome import RevocationAnswer
from integrations.identity.signatures.trusted_list import TrustedList


@dataclass(frozen=True)
class Seal:
    """A seal under which a claimed PESEL counts: the minister's, as its certificate names it.

    Both names must be equal to the letter. `fingerprints` (SHA-256, hexadecimal) narrow it to those certificates; left
    empty, a renewed certificate of the same organisation and name is believed without a change of configuration.
    """

    organization_identifier: str
    common_name: str
    fingerprints: frozenset[str] = frozenset()

    def fits(self, certificate: x509.Certificate, fingerprint: str) -> bool:
        """Whether the certificate is of this seal. Says nothing about its issuer: the path and the list do."""
        return (
            _names(certificate, NameOID.ORGANIZATION_IDENTIFIER) == [self.organization_identifier]
            and _names(certificate, NameOID.COMMON_NAME) == [unicodedata.normalize("NFC", self.common_name)]
            and (not self.fingerprints or fingerprint in self.fingerprints)
        )


MINISTER = Seal("VATPL-5252955037", "Minister do spraw informatyzacji - pieczęć podpisu zaufanego")
"""The seal of Profil Zaufany as it was seen in use (identity.md, section 2.2)."""


class RevocationSource(Protocol):
    """Asks whether certificates were revoked."""

    def answers(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Sequence[RevocationAnswer]:
        """What is known about the certificate now; empty when nobody answers. Never raises for a silent server."""


@dataclass(frozen=True)
class VerificationPolicy:
    """All that decides besides the file. `revocation_required` is False only where no answer can be had: in development.

    The list must have been read with the certificates of its issuer (TrustedList.read).
    """

    trusted_list: TrustedList
    revocation: RevocationSource
    seals: tuple[Seal, ...] = (MINISTER,)
    revocation_required: bool = True


def _names(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> list[str]:
    return [
        unicodedata.normalize("NFC", str(attribute.value))
        for attribute in certificate.subject.get_attributes_for_oid(oid)
    ]
