"""Reading a request to TpSigning5: SOAP with the office's WS-Security signature over the body. Strict, like the real one."""

import re
from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACE = "http://signing.ws.comarch.gov"
METHODS = ("addDocumentToSigning", "getSignedDocument", "verifySignedDocument")
_DS = "http://www.w3.org/2000/09/xmldsig#"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
_WSSE = f"{_OASIS}wssecurity-secext-1.0.xsd"
_WSU_ID = f"{{{_OASIS}wssecurity-utility-1.0.xsd}}Id"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_ALGORITHMS = {
    "CanonicalizationMethod": _EXCLUSIVE,
    "SignatureMethod": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "Transform": _EXCLUSIVE,
    "DigestMethod": "http://www.w3.org/2001/04/xmlenc#sha256",
}


class BadRequest(Exception):
    """The request is answered with a fault; the text goes into it."""


@dataclass(frozen=True)
class Call:
    """A method with its arguments, in the name of an office."""

    method: str
    arguments: dict[str, str]
    office: str


def read(content: bytes, action: str, offices: dict[bytes, str]) -> Call:
    """The call in an envelope. `offices` are names by certificate in DER. BadRequest when anything is wrong."""
    if b"<!" in content:
        raise BadRequest("a document type")
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise BadRequest("no XML") from error
    body = _only(root, f"{{{SOAP}}}Body")
    token = _only(root, f"{{{SOAP}}}Header/{{{_WSSE}}}Security/{{{_WSSE}}}BinarySecurityToken")
    signature = _only(root, f"{{{SOAP}}}Header/{{{_WSSE}}}Security/{{{_DS}}}Signature")
    der = b64decode(token.text or "")
    if der not in offices:
        raise BadRequest("an unknown office")
    _check_signature(signature, body, token, x509.load_der_x509_certificate(der))
    if len(body) != 1 or etree.QName(body[0]).namespace != NAMESPACE:
        raise BadRequest("no method")
    method = etree.QName(body[0]).localname
    if method not in METHODS or action.strip('"') != method:
        raise BadRequest("another method")
    # Children are unqualified, as the service's description says.
    arguments = {str(child.tag): child.text or "" for child in body[0]}
    return Call(method, arguments, offices[der])


def der_of(certificate_pem: bytes) -> bytes:
    """A certificate in PEM as the key under which its office is known."""
    return x509.load_pem_x509_certificate(certificate_pem).public_bytes(serialization.Encoding.DER)


def _check_signature(
    signature: etree._Element, body: etree._Element, token: etree._Element, certificate: x509.Certificate
) -> None:
    for name, expected in _ALGORITHMS.items():
        if [element.get("Algorithm") for element in signature.iter(f"{{{_DS}}}{name}")] != [expected]:
            raise BadRequest(f"algorithm of {name}")
    reference = _only(signature, f"{{{_DS}}}SignedInfo/{{{_DS}}}Reference")
    if reference.get("URI") != f"#{body.get(_WSU_ID)}":
        raise BadRequest("the body is not signed")
    pointer = _only(signature, f"{{{_DS}}}KeyInfo/{{{_WSSE}}}SecurityTokenReference/{{{_WSSE}}}Reference")
    if pointer.get("URI") != f"#{token.get(_WSU_ID)}":
        raise BadRequest("another token")
    digest = _only(reference, f"{{{_DS}}}DigestValue")
    if b64decode(digest.text or "") != sha256(_canonical(body)).digest():
        raise BadRequest("the body was changed")
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadRequest("no RSA key")
    information = _only(signature, f"{{{_DS}}}SignedInfo")
    value = re.sub(r"\s", "", _only(signature, f"{{{_DS}}}SignatureValue").text or "")
    try:
        key.verify(b64decode(value), _canonical(information), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as error:
        raise BadRequest("a wrong signature") from error


def _only(element: etree._Element, path: str) -> etree._Element:
    found = element.findall(path)
    if len(found) != 1:
        raise BadRequest(f"{len(found)} × {path.rpartition('}')[2]}")
    return found[0]


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
