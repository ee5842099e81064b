"""XML signatures by hand: made (also wrongly, on purpose) and checked. No library for them, so no mistake is shared."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from lxml import etree

from integrations.emulators.login_gov.keys import Keys

DS = "http://www.w3.org/2000/09/xmldsig#"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SIGNATURE = f"{{{DS}}}Signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS}enveloped-signature"
ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
HMAC = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
PREFIXES = "ds saml2 saml2p xenc"
"""The node names these for canonicalisation, whether used or not."""
_INCLUSIVE = f'<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="{PREFIXES}"/>'
_HALF = 32

_TEMPLATE = (
    f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}">'
    "{listed}</ds:CanonicalizationMethod>"
    '<ds:SignatureMethod Algorithm="{method}"/><ds:Reference URI="{uri}"><ds:Transforms>'
    f'<ds:Transform Algorithm="{ENVELOPED}"/>{{transform}}<ds:Transform Algorithm="{EXCLUSIVE}">'
    f"{_INCLUSIVE}</ds:Transform></ds:Transforms>"
    f'<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>{{digest}}</ds:DigestValue></ds:Reference>'
    "</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data>"
    "<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
)


@dataclass(frozen=True)
class Signing:
    """How to sign one message. The defaults are right; the rest is for faults."""

    keys: Keys
    times: int = 1
    """0 leaves the signature out."""
    uri: str | None = None
    """What the reference names instead of the element itself."""
    transform: str = ""
    lists_prefixes_twice: bool = True
    """For SignedInfo as well as for the transform; False as OpenSAML does it, for the transform only."""
    method: str = ECDSA
    """HMAC signs with the public key as the secret: what a verifier does that lets the message choose."""


def sign(document: bytes, signing: Signing) -> bytes:
    """The document (one element with ID and Issuer, all four prefixes declared) with its signature after Issuer."""
    root = etree.fromstring(document)
    digest = base64.b64encode(hashlib.sha256(_canonical(root, PREFIXES.split())).digest()).decode()
    parts = {
        "method": signing.method,
        "uri": f"#{root.get('ID')}" if signing.uri is None else signing.uri,
        "transform": signing.transform,
        "listed": _INCLUSIVE if signing.lists_prefixes_twice else "",
        "digest": digest,
        "certificate": base64.b64encode(
            signing.keys.certificate.public_bytes(serialization.Encoding.DER)
        ).decode(),
    }
    issuer = root.find(f"{{{SAML}}}Issuer")
    if issuer is None:
        raise ValueError("a message has an issuer")
    for _ in range(signing.times):
        signature = etree.fromstring(_TEMPLATE.format(**parts))
        issuer.addnext(signature)  # first in its place: the prefixes around it are canonicalised, too
        prefixes = PREFIXES.split() if signing.lists_prefixes_twice else None
        value = _sign(_canonical(signature[0], prefixes), signing)
        signature[1].text = base64.b64encode(value).decode()
    return etree.tostring(root)


def is_signed_by(document: bytes, certificate: x509.Certificate) -> bool:
    """Whether the root element carries one right signature over itself by the key of this certificate."""
    root = etree.fromstring(document, _parser())
    found = root.findall(SIGNATURE)
    if len(found) != 1 or len(list(root.iter(SIGNATURE))) != 1:
        return False
    signature = found[0]
    names = [child.get("Algorithm") for child in signature.iter(f"{{{DS}}}Transform")]
    reference = signature.find(f".//{{{DS}}}Reference")
    methods = [
        (signature.find(f".//{{{DS}}}{name}"), wanted)
        for name, wanted in (
            ("CanonicalizationMethod", EXCLUSIVE),
            ("SignatureMethod", ECDSA),
            ("DigestMethod", SHA256),
        )
    ]
    if (
        reference is None
        or reference.get("URI") != f"#{root.get('ID')}"
        or names != [ENVELOPED, EXCLUSIVE]
        or any(element is None or element.get("Algorithm") != wanted for element, wanted in methods)
    ):
        return False
    if not _is_whole(signature[0], signature.findtext(f"{{{DS}}}SignatureValue", ""), certificate):
        return False
    digest = signature.findtext(f".//{{{DS}}}DigestValue", "")
    root.remove(signature)  # our messages have no text after the signature, which would go with it
    return base64.b64decode(digest) == hashlib.sha256(_canonical(root)).digest()


def _is_whole(signed_info: etree._Element, value: str, certificate: x509.Certificate) -> bool:
    raw, key = base64.b64decode(value), certificate.public_key()
    if len(raw) != 2 * _HALF or not isinstance(key, ec.EllipticCurvePublicKey):
        return False
    encoded = encode_dss_signature(int.from_bytes(raw[:_HALF], "big"), int.from_bytes(raw[_HALF:], "big"))
    try:
        key.verify(encoded, _canonical(signed_info), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _sign(signed_info: bytes, signing: Signing) -> bytes:
    if signing.method == HMAC:
        return hmac.digest(signing.keys.certificate_pem, signed_info, "sha256")
    r, s = decode_dss_signature(signing.keys.private.sign(signed_info, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def _canonical(element: etree._Element, prefixes: list[str] | None = None) -> bytes:
    # Serialised and read again, for lxml canonicalises a part of a tree without the namespaces around it.
    alone = etree.fromstring(etree.tostring(element, with_tail=False), _parser())
    return etree.tostring(alone, method="c14n", exclusive=True, inclusive_ns_prefixes=prefixes)


def _parser() -> etree.XMLParser[etree._Element]:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
