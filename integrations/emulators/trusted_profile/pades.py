"""PAdES as programs for qualified signatures write it, by pyHanko's signer (the product uses its verifier)."""

from collections.abc import Sequence
from io import BytesIO

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from integrations.emulators.trusted_profile.authority import Keys


def signed(
    document: bytes,
    keys: Keys,
    *,
    reason: str = "",
    field: str = "Podpis1",
    box: tuple[int, int, int, int] | None = None,
    subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES,
    digest: str = "sha256",
    others: Sequence[bytes] = (),
) -> bytes:
    """The document with one more signature; `box` makes it visible on the first page, `others` are further certificates."""
    writer = IncrementalPdfFileWriter(BytesIO(document))
    signer = signers.SimpleSigner(
        signing_cert=_certificate(keys.certificate_der),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            keys.private.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        ),
        cert_registry=SimpleCertificateStore.from_certs([_certificate(one) for one in others]),
    )
    output = signers.sign_pdf(
        writer,
        signers.PdfSignatureMetadata(
            field_name=field, reason=reason or None, subfilter=subfilter, md_algorithm=digest
        ),
        signer=signer,
        new_field_spec=SigFieldSpec(field, box=box) if box else None,
    )
    content: bytes = output.getvalue()
    return content


def _certificate(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)
