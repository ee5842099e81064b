"""Enveloped signatures of SAML messages: ours, and those of the node, of which only what was signed is given back.

The node signs with ECDSA on P-256 and SHA-256, exclusive canonicalisation, one reference to the element's own id. All
else is refused before signxml computes anything, so no transform runs and no address is fetched for a message's sake.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from integrations.identity.base import Rejected
from integrations.identity.login_gov.names import DS, ISSUER, SIGNATURE
from integrations.identity.login_gov.provider import KeyPair
from integrations.identity.login_gov.reasons import Reason
from integrations.identity.xml import children, only_child

logging.getLogger("signxml").setLevel(logging.INFO)
"""At DEBUG it logs every message that it signs or verifies, artifacts included."""

_C14N = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
_METHOD = SignatureMethod.ECDSA_SHA256
_DIGEST = DigestAlgorithm.SHA256
_ALGORITHMS = [
    SignatureConstructionMethod.enveloped.value,
    _C14N.value,
    _C14N.value,
    _METHOD.value,
    _DIGEST.value,
]
"""Of the two transforms, the canonicalisation, the signature and the digest: this and no other."""
_SIGNATURE = [f"{{{DS}}}{name}" for name in ("SignedInfo", "SignatureValue", "KeyInfo")]
_SIGNED_INFO = [f"{{{DS}}}{name}" for name in ("CanonicalizationMethod", "SignatureMethod", "Reference")]
_REFERENCE = [f"{{{DS}}}{name}" for name in ("Transforms", "DigestMethod", "DigestValue")]


def signed(message: etree._Element, keys: KeyPair) -> etree._Element:
    """The message with its signature right after Issuer, where SAML puts it. Serialise it once and send those bytes."""
    placeholder = etree.Element(SIGNATURE, Id="placeholder", nsmap={"ds": DS})
    issuer = message.find(ISSUER)
    if issuer is None:
        raise ValueError("a message is signed with its issuer in it")
    issuer.addnext(placeholder)
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=_METHOD,
        digest_algorithm=_DIGEST,
        c14n_algorithm=_C14N,
    )
    return signer.sign(message, key=keys.private_key, cert=[keys.certificate])


def verified(
    element: etree._Element, certificates: Sequence[x509.Certificate], *, now: datetime
) -> etree._Element:
    """What a pinned certificate signed of this element, parsed anew from the signed bytes: read nothing else afterwards.

    The certificate in the message is ignored. Rejected when there is not exactly one right signature over this whole
    element, or when no pinned certificate is in force.
    """
    if next(children(element, SIGNATURE), None) is None:
        raise Rejected(code=Reason.SIGNATURE_MISSING)
    _check_form(only_child(element, SIGNATURE, Reason.SIGNATURE_COUNT), element)
    in_force = [one for one in certificates if one.not_valid_before_utc <= now <= one.not_valid_after_utc]
    if not in_force:
        raise Rejected("no pinned certificate is in force", code=Reason.NODE_CERTIFICATE)
    for certificate in in_force:
        found = _signed_by(certificate, element, now)
        if found is not None:
            return found
    raise Rejected(code=Reason.SIGNATURE_INVALID)


def _check_form(signature: etree._Element, element: etree._Element) -> None:
    """Nothing but the node's form: one reference to the parent, two transforms, our algorithms, no Object."""
    if _names(signature) not in (_SIGNATURE, _SIGNATURE[:-1]) or _names(signature[0]) != _SIGNED_INFO:
        raise Rejected("parts of the signature", code=Reason.SIGNATURE_REFERENCE)
    canonicalisation, method, reference = signature[0]
    if _names(reference) != _REFERENCE:
        raise Rejected("parts of the reference", code=Reason.SIGNATURE_REFERENCE)
    own_id = element.get("ID")
    if not own_id or reference.get("URI") != f"#{own_id}":
        raise Rejected("the reference is to something else", code=Reason.SIGNATURE_REFERENCE)
    transforms, digest, _ = reference
    if [one.get("Algorithm") for one in (*transforms, canonicalisation, method, digest)] != _ALGORITHMS:
        raise Rejected(code=Reason.SIGNATURE_ALGORITHM)


def _names(element: etree._Element) -> list[str]:
    return [str(child.tag) for child in element]


def _signed_by(
    certificate: x509.Certificate, element: etree._Element, now: datetime
) -> etree._Element | None:
    expected = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=frozenset({_METHOD}),
        digest_algorithms=frozenset({_DIGEST}),
        verification_time=now,
    )
    try:
        result = XMLVerifier().verify(
            element,
            x509_cert=certificate,
            id_attribute="ID",
            validate_schema=False,  # ours above is stricter, and signxml's knows no InclusiveNamespaces
            expect_config=expected,
        )
    except Exception:  # whatever stops the library from saying yes is a no, also an error of its own
        return None
    if not isinstance(result, VerifyResult) or result.signed_xml is None:
        return None
    found = result.signed_xml
    return found if (found.tag, found.get("ID")) == (element.tag, element.get("ID")) else None
