"""A SOAP 1.1 request with WS-Security: the body is signed with the office's certificate, which the header carries.

Built by hand, because signxml's detached signer takes the digest of the body with the namespaces of its surroundings.
"""

import uuid
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from integrations.identity.soap import ENVELOPE
from integrations.identity.trusted_profile.service import SigningService

NAMESPACE = "http://signing.ws.comarch.gov"
DS = "http://www.w3.org/2000/09/xmldsig#"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
WSU = f"{_OASIS}wssecurity-utility-1.0.xsd"
_BASE64 = f"{_OASIS}soap-message-security-1.0#Base64Binary"
_X509 = f"{_OASIS}x509-token-profile-1.0#X509v3"
_C14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


def envelope(method: str, arguments: Mapping[str, str], service: SigningService) -> bytes:
    """The signed request, serialised once: send these very bytes. The arguments are unqualified children of the method."""
    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soapenv": ENVELOPE})
    header = etree.SubElement(root, f"{{{ENVELOPE}}}Header")
    body_id = f"id-{uuid.uuid4()}"
    body = etree.SubElement(root, f"{{{ENVELOPE}}}Body", nsmap={"wsu": WSU})
    body.set(f"{{{WSU}}}Id", body_id)
    call = etree.SubElement(body, f"{{{NAMESPACE}}}{method}", nsmap={"sig": NAMESPACE})
    for name, value in arguments.items():
        etree.SubElement(call, name).text = value
    security = etree.SubElement(header, f"{{{WSSE}}}Security", nsmap={"wsse": WSSE, "wsu": WSU, "ds": DS})
    security.set(f"{{{ENVELOPE}}}mustUnderstand", "1")
    token_id = f"X509-{uuid.uuid4()}"
    token = etree.SubElement(
        security, f"{{{WSSE}}}BinarySecurityToken", EncodingType=_BASE64, ValueType=_X509
    )
    token.set(f"{{{WSU}}}Id", token_id)
    token.text = b64encode(service.certificate.public_bytes(Encoding.DER)).decode()
    _sign(security, body, body_id, token_id, service)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _sign(
    security: etree._Element, body: etree._Element, body_id: str, token_id: str, service: SigningService
) -> None:
    signature = etree.SubElement(security, f"{{{DS}}}Signature")
    information = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(information, f"{{{DS}}}CanonicalizationMethod", Algorithm=_C14N)
    etree.SubElement(information, f"{{{DS}}}SignatureMethod", Algorithm=_RSA_SHA256)
    reference = etree.SubElement(information, f"{{{DS}}}Reference", URI=f"#{body_id}")
    transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
    etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=_C14N)
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=_SHA256)
    digest = sha256(_canonical(body)).digest()
    etree.SubElement(reference, f"{{{DS}}}DigestValue").text = b64encode(digest).decode()
    value = service.private_key.sign(_canonical(information), padding.PKCS1v15(), hashes.SHA256())
    etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = b64encode(value).decode()
    key_info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
    pointer = etree.SubElement(key_info, f"{{{WSSE}}}SecurityTokenReference")
    etree.SubElement(pointer, f"{{{WSSE}}}Reference", URI=f"#{token_id}", ValueType=_X509)


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
