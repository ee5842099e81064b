"""Others think the same: libxmlsec of our and the stand-in's XML, poppler of the PDF, signxml's signer of our verifier."""

import base64
import shutil
import subprocess

import pytest
import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.xades import XAdESSigner

from integrations.emulators.trusted_profile.forging import QUALIFIED
from integrations.identity.trusted_profile.envelope import envelope
from integrations.identity.trusted_profile.service import SigningService
from tests.integrations.identity.signatures.conftest import GESLA

DS = "{http://www.w3.org/2000/09/xmldsig#}"


def libxmlsec_believes(content: bytes, certificate_pem: bytes) -> bool:
    root = etree.fromstring(content)
    xmlsec.tree.add_ids(root, ["Id"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate_pem, xmlsec.constants.KeyDataFormatCertPem)
    try:
        context.verify(root.find(f".//{DS}Signature"))
    except xmlsec.Error:
        return False
    return True


@pytest.mark.parametrize(("means", "mode"), [("profile", ""), ("profile", "claim_b"), (QUALIFIED, "")])
def test_libxmlsec_believes_what_we_believe(means, mode, sign, verify):
    content = sign(means=means, mode=mode)
    leaf = verify(content).evidence.chain[0]
    pem = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(leaf) + b"-----END CERTIFICATE-----\n"

    assert libxmlsec_believes(content, pem)
    assert not libxmlsec_believes(content.replace(GESLA.identifier.encode(), b"75870300048"), pem)


def test_libxmlsec_also_believes_the_forged_claim_that_we_refuse(sign, profile):
    """Why the rule of the seal is ours to keep: no signature check finds this forgery."""
    content = sign(mode="forged_claim")
    encoded = etree.fromstring(content).findtext(f".//{DS}X509Certificate") or ""
    pem = f"-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n".encode()

    assert libxmlsec_believes(content, pem)


def test_libxmlsec_believes_our_ws_security(office):
    service = SigningService.at(
        "https://pz.gov.pl", private_key=office.private_pem, certificate=office.certificate_pem
    )
    request = envelope("addDocumentToSigning", {"doc": "xxx", "additionalInfo": "Żółć"}, service)

    assert libxmlsec_believes(request, office.certificate_pem)
    assert not libxmlsec_believes(request.replace(b"xxx", b"yyy"), office.certificate_pem)


def test_we_believe_what_another_library_signed(profile, xml, verify):
    """signxml's signer refers to KeyInfo too and names its certificate in the newer way (SigningCertificateV2)."""
    keys = profile.state.signers.person(GESLA)
    signer = XAdESSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    key = keys.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    signed = signer.sign(
        etree.fromstring(xml.content), key=key, cert=[keys.certificate], always_add_key_value=False
    )

    assert verify(etree.tostring(signed)).signer.pesel == GESLA.identifier


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not here")
def test_poppler_believes_the_pdf_that_we_believe(sign_pdf, verify_file, tmp_path):
    content = sign_pdf()
    path = tmp_path / "wniosek.pdf"
    path.write_bytes(content)

    said = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=True).stdout

    assert verify_file(content).signer.pesel == GESLA.identifier
    assert "Signature is Valid." in said
    assert "Total document signed" in said
