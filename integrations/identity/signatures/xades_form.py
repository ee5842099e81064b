"""The shape of a signed form: our document with exactly one enveloped XAdES signature as a child of its root.

Everything that a signature of that shape does not need is refused before any of it is computed: other references,
transforms, objects and algorithms. What is read here is not yet verified.
"""

import hashlib
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureConstructionMethod

from integrations.identity.base import Rejected
from integrations.identity.signatures.algorithms import CANONICALISATIONS, DIGESTS, SIGNATURES
from integrations.identity.signatures.certificates import MOST_CERTIFICATES
from integrations.identity.signatures.reasons import Reason
from integrations.identity.xml import children, only_child

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
ENVELOPED = SignatureConstructionMethod.enveloped.value
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XPATH_TEXT = "not(ancestor-or-self::ds:Signature)"
"""Profil Zaufany leaves the signature out by this expression; with one signature it means the same as ENVELOPED."""
_PARTS = [f"{{{DS}}}{name}" for name in ("SignedInfo", "SignatureValue", "KeyInfo", "Object")]
_INFORMATION = [f"{{{DS}}}{name}" for name in ("CanonicalizationMethod", "SignatureMethod")]
_INCLUSIVE = "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces"
_C14N = frozenset(method.value for method in CANONICALISATIONS)
_CERTIFICATE_DIGESTS: dict[str, type[HashAlgorithm]] = {
    DigestAlgorithm.SHA256.value: hashes.SHA256,
    DigestAlgorithm.SHA384.value: hashes.SHA384,
    DigestAlgorithm.SHA512.value: hashes.SHA512,
}


@dataclass(frozen=True)
class SignedForm:
    """A file of the right shape: its root, the signature in it, and the certificate that the signature names as its own."""

    root: etree._Element = field(repr=False)
    references: int
    document_at: int
    """Which reference is to the document, counted from 0."""
    properties_at: int
    leaf: x509.Certificate = field(repr=False)
    others: tuple[x509.Certificate, ...] = field(repr=False)
    value_sha256: str


def shaped(root: etree._Element) -> SignedForm:
    """The signature of a parsed file; Rejected when there is not exactly one of the one shape that we believe in."""
    signature = _signature(root)
    information, value, key_info, container = signature
    signed_properties = _signed_properties(signature, container)
    references = _references(information)
    places = [_place(reference, signed_properties, key_info) for reference in references]
    if sorted(places) not in (["document", "properties"], ["document", "key", "properties"]):
        raise Rejected("references", code=Reason.SIGNATURE_REFERENCE)
    certificates = _certificates(key_info)
    leaf = _named_certificate(signed_properties, certificates)
    return SignedForm(
        root=root,
        references=len(references),
        document_at=places.index("document"),
        properties_at=places.index("properties"),
        leaf=leaf,
        others=tuple(one for one in certificates if one != leaf),
        value_sha256=hashlib.sha256(_decoded(value)).hexdigest(),
    )


def _signature(root: etree._Element) -> etree._Element:
    found = list(root.iter(f"{{{DS}}}Signature"))
    if not found:
        raise Rejected(code=Reason.SIGNATURE_MISSING)
    if len(found) > 1:
        raise Rejected(f"{len(found)} signatures", code=Reason.SIGNATURE_COUNT)
    signature = found[0]
    if signature.getparent() is not root:
        raise Rejected(code=Reason.SIGNATURE_PLACE)
    if [child.tag for child in signature] != _PARTS:
        raise Rejected("parts of the signature", code=Reason.SIGNATURE_SHAPE)
    return signature


def _signed_properties(signature: etree._Element, container: etree._Element) -> etree._Element:
    if [child.tag for child in container] != [f"{{{XADES}}}QualifyingProperties"]:
        raise Rejected("a second content", code=Reason.SIGNATURE_SHAPE)
    qualifying = container[0]
    own_id = signature.get("Id")
    if not own_id or qualifying.get("Target") != f"#{own_id}":
        raise Rejected("properties of another signature", code=Reason.SIGNATURE_SHAPE)
    return only_child(qualifying, f"{{{XADES}}}SignedProperties", Reason.SIGNATURE_SHAPE)


def _references(information: etree._Element) -> list[etree._Element]:
    if [child.tag for child in information][:2] != _INFORMATION or any(
        child.tag != f"{{{DS}}}Reference" for child in information[2:]
    ):
        raise Rejected("parts of SignedInfo", code=Reason.SIGNATURE_SHAPE)
    if information[0].get("Algorithm") not in _C14N or any(
        child.tag != _INCLUSIVE for child in information[0]
    ):
        raise Rejected("canonicalisation", code=Reason.SIGNATURE_ALGORITHM)
    if information[1].get("Algorithm") not in {method.value for method in SIGNATURES}:
        raise Rejected("method", code=Reason.SIGNATURE_ALGORITHM)
    return list(information[2:])


def _place(reference: etree._Element, signed_properties: etree._Element, key_info: etree._Element) -> str:
    """What a reference is to: "document", "properties" or "key"; Rejected for anything else and for other transforms."""
    digest = only_child(reference, f"{{{DS}}}DigestMethod", Reason.SIGNATURE_REFERENCE)
    if digest.get("Algorithm") not in {algorithm.value for algorithm in DIGESTS}:
        raise Rejected("digest", code=Reason.SIGNATURE_ALGORITHM)
    removals, canonicalisations = _transforms(reference)
    if canonicalisations > 1:
        raise Rejected("transforms", code=Reason.SIGNATURE_ALGORITHM)
    uri = reference.get("URI")
    if uri == "" and removals:
        return "document"
    if uri and not removals:
        if _is_to(uri, signed_properties) and reference.get("Type") == SIGNED_PROPERTIES_TYPE:
            return "properties"
        if _is_to(uri, key_info):
            return "key"
    raise Rejected("a reference to something else", code=Reason.SIGNATURE_REFERENCE)


def _is_to(uri: str, element: etree._Element) -> bool:
    own_id = element.get("Id")
    return bool(own_id) and uri == f"#{own_id}"


def _transforms(reference: etree._Element) -> tuple[int, int]:
    """How many transforms take the signature out, and how many canonicalise; Rejected for one that does anything else."""
    removals = canonicalisations = 0
    for transforms in children(reference, f"{{{DS}}}Transforms"):
        for transform in transforms:
            algorithm = transform.get("Algorithm")
            if algorithm in _C14N and all(child.tag == _INCLUSIVE for child in transform):
                canonicalisations += 1
            elif (algorithm == ENVELOPED and len(transform) == 0) or is_without_signature(transform):
                removals += 1
            else:
                raise Rejected("transform", code=Reason.SIGNATURE_ALGORITHM)
    return removals, canonicalisations


def is_without_signature(transform: etree._Element) -> bool:
    """Whether an XPath transform is the one expression of Profil Zaufany, to the letter."""
    if transform.get("Algorithm") != XPATH or [child.tag for child in transform] != [f"{{{DS}}}XPath"]:
        return False
    expression = transform[0]
    return (
        len(expression) == 0
        and (expression.text or "").strip() == XPATH_TEXT
        and expression.nsmap.get("ds") == DS
    )


def _certificates(key_info: etree._Element) -> list[x509.Certificate]:
    def encoded() -> Iterator[etree._Element]:
        for data in children(key_info, f"{{{DS}}}X509Data"):
            yield from children(data, f"{{{DS}}}X509Certificate")

    found: list[x509.Certificate] = []
    for one in encoded():
        if len(found) == MOST_CERTIFICATES:
            raise Rejected("too many certificates", code=Reason.CERTIFICATE_MALFORMED)
        try:
            found.append(x509.load_der_x509_certificate(_decoded(one)))
        except ValueError as error:
            raise Rejected(type(error).__name__, code=Reason.CERTIFICATE_MALFORMED) from None
    return found


def _named_certificate(
    signed_properties: etree._Element, certificates: list[x509.Certificate]
) -> x509.Certificate:
    """The certificate whose digest is among the signed properties; any other in the file could have been put there later."""
    properties = only_child(
        signed_properties, f"{{{XADES}}}SignedSignatureProperties", Reason.SIGNATURE_SHAPE
    )
    naming = [
        element
        for name in ("SigningCertificate", "SigningCertificateV2")
        for element in children(properties, f"{{{XADES}}}{name}")
    ]
    if len(naming) != 1 or len(naming[0]) == 0:
        raise Rejected(code=Reason.CERTIFICATE_UNNAMED)
    digest = only_child(naming[0][0], f"{{{XADES}}}CertDigest", Reason.SIGNATURE_SHAPE)
    method = only_child(digest, f"{{{DS}}}DigestMethod", Reason.SIGNATURE_SHAPE).get("Algorithm", "")
    if method not in _CERTIFICATE_DIGESTS:
        raise Rejected("digest of the certificate", code=Reason.SIGNATURE_ALGORITHM)
    expected = _decoded(only_child(digest, f"{{{DS}}}DigestValue", Reason.SIGNATURE_SHAPE))
    for certificate in certificates:
        if certificate.fingerprint(_CERTIFICATE_DIGESTS[method]()) == expected:
            return certificate
    raise Rejected(code=Reason.CERTIFICATE_SUBSTITUTED)


def _decoded(element: etree._Element) -> bytes:
    try:
        return b64decode("".join((element.text or "").split()), validate=True)
    except ValueError:
        raise Rejected("not base64", code=Reason.SIGNATURE_SHAPE) from None
