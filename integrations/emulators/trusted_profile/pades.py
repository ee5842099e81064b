"""PAdES as programs for qualified signatures write it, by pyHanko's signer (the product uses its verifier)."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.attributes import CMSAttributeProvider, SignedAttributeProviderSpec
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
    digest: str = "sha256",
    is_named: bool = True,
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
    if not is_named:
        signer.signed_attr_prov_spec = _NoAttributes()
    output = signers.sign_pdf(
        writer,
        signers.PdfSignatureMetadata(
            field_name=field, reason=reason or None, subfilter=SigSeedSubFilter.PADES, md_algorithm=digest
        ),
        signer=signer,
        new_field_spec=SigFieldSpec(field, box=box) if box else None,
    )
    content: bytes = output.getvalue()
    return content


class _NoAttributes(SignedAttributeProviderSpec):
    """Nothing is signed but the digest: neither the time nor which certificate it was."""

    def signed_attr_providers(self, *arguments: object, **named: object) -> Iterable[CMSAttributeProvider]:
        return ()


def _certificate(der: bytes) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(der)
