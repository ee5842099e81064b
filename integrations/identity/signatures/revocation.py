"""Asking the issuer whether a certificate was revoked: OCSP first, then the list (CRL) where OCSP is silent.

Answers are not judged here: pyHanko checks their signatures, their days and whose certificate they speak of.
"""

import time
from collections.abc import Iterator, Sequence
from threading import Lock

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from integrations.identity.base import IssuerUnavailable
from integrations.identity.signatures.download import fetch
from integrations.identity.signatures.outcome import RevocationAnswer

MOST_OCSP_BYTES = 128 * 1024
MOST_CRL_BYTES = 20 * 1024 * 1024
MOST_ADDRESSES = 3
CRL_KEPT_SECONDS = 600.0


class FetchedRevocation:
    """Asks the addresses in the certificates. Keep one for the process: it remembers CRLs for ten minutes."""

    def __init__(self, *, allow_loopback: bool = False) -> None:
        self._allow_loopback = allow_loopback
        self._kept: dict[str, tuple[float, bytes]] = {}
        self._lock = Lock()

    def answers(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Sequence[RevocationAnswer]:
        """The first usable answer, with the certificates' addresses in their order; empty when every server is silent."""
        for url in ocsp_addresses(certificate):
            try:
                content = fetch(
                    url,
                    most_bytes=MOST_OCSP_BYTES,
                    question=_question(certificate, issuer),
                    content_type="application/ocsp-request",
                    allow_loopback=self._allow_loopback,
                )
                if ocsp.load_der_ocsp_response(content).response_status is ocsp.OCSPResponseStatus.SUCCESSFUL:
                    return [RevocationAnswer("ocsp", url, content)]
            except (IssuerUnavailable, ValueError):
                continue
        for url in crl_addresses(certificate):
            try:
                content = self._crl(url)
                x509.load_der_x509_crl(content)
                return [RevocationAnswer("crl", url, content)]
            except (IssuerUnavailable, ValueError):
                continue
        return []

    def _crl(self, url: str) -> bytes:
        with self._lock:
            until, content = self._kept.get(url, (0.0, b""))
        if time.monotonic() < until:
            return content
        content = fetch(url, most_bytes=MOST_CRL_BYTES, allow_loopback=self._allow_loopback)
        with self._lock:
            # An address or two for each issuer of the list, so nothing has to be thrown out.
            self._kept[url] = (time.monotonic() + CRL_KEPT_SECONDS, content)
        return content


class SuppliedRevocation:
    """Answers that were kept: to examine evidence again years later, offline."""

    def __init__(self, answers: Sequence[RevocationAnswer]) -> None:
        self._answers = tuple(answers)

    def answers(self, certificate: x509.Certificate, issuer: x509.Certificate) -> Sequence[RevocationAnswer]:
        """All kept answers; those that speak of another certificate do no harm."""
        return self._answers


def ocsp_addresses(certificate: x509.Certificate) -> list[str]:
    """Where the certificate says that its OCSP responder is."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return _web_addresses(
        one.access_location for one in access if one.access_method == AuthorityInformationAccessOID.OCSP
    )


def crl_addresses(certificate: x509.Certificate) -> list[str]:
    """Where the certificate says that the list of revoked certificates is."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return _web_addresses(name for point in points for name in point.full_name or ())


def _web_addresses(names: Iterator[x509.GeneralName]) -> list[str]:
    found = [name.value for name in names if isinstance(name, x509.UniformResourceIdentifier)]
    return [url for url in found if url.startswith(("http://", "https://"))][:MOST_ADDRESSES]


def _question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    # SHA-1 only names the issuer here (RFC 5019, 2.1.1); it proves nothing.
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)
