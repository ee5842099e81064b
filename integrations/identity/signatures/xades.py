"""XAdES of our XML: the signature is right, and it is over the very document that we gave."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509
from lxml import etree
from signxml.algorithms import CanonicalizationMethod
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESVerifier

from integrations.identity.base import Rejected
from integrations.identity.signatures.algorithms import DIGESTS, SIGNATURES, check_key
from integrations.identity.signatures.parsing import canonical, parse, text_of
from integrations.identity.signatures.reasons import Reason
from integrations.identity.signatures.xades_form import (
    ENVELOPED,
    XADES,
    SignedForm,
    is_without_signature,
    shaped,
)
from integrations.identity.xml import only_child


@dataclass(frozen=True)
class VerifiedXml:
    """A right signature over our document. `properties` were signed with it: read the claim and the time only from there."""

    leaf: x509.Certificate = field(repr=False)
    others: tuple[x509.Certificate, ...] = field(repr=False)
    claimed_at: datetime
    properties: etree._Element = field(repr=False)
    value_sha256: str


def verified_xml(document: bytes, given: bytes) -> VerifiedXml:
    """The signature in `document`, which must be `given` plus that signature and nothing else.

    Says nothing about whose certificate it is and whether it holds. Rejected with the first thing that is wrong.
    """
    form = shaped(parse(document))
    check_key(form.leaf)
    results = _results(form)
    signed_document = results[form.document_at].signed_xml
    properties = results[form.properties_at].signed_xml
    if signed_document is None or properties is None or properties.tag != f"{{{XADES}}}SignedProperties":
        raise Rejected("what was signed is no XML", code=Reason.SIGNATURE_REFERENCE)
    if canonical(signed_document) != canonical(parse(given)):
        raise Rejected(code=Reason.CONTENT)
    return VerifiedXml(form.leaf, form.others, _claimed_at(properties), properties, form.value_sha256)


class _Verifier(XAdESVerifier):
    """signxml leaves XPath transforms out without a word; the only one that we let pass means the same as "enveloped"."""

    def _apply_transforms(self, payload: Any, *, transforms_node: Any, signature: Any) -> Any:
        for transform in transforms_node if transforms_node is not None else ():
            if is_without_signature(transform):
                transform.set("Algorithm", ENVELOPED)
        return super()._apply_transforms(payload, transforms_node=transforms_node, signature=signature)


def _results(form: SignedForm) -> list[Any]:
    expected = XAdESSignatureConfiguration(
        location="./",
        expect_references=form.references,
        signature_methods=SIGNATURES,
        digest_algorithms=DIGESTS,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
        # Whether the certificate is in force is judged with its path, as of the moment of receipt.
        verification_time=form.leaf.not_valid_before_utc,
    )
    try:
        results = _Verifier().verify(
            form.root,
            x509_cert=form.leaf,
            id_attribute="Id",
            expect_config=expected,
            # Its schema refuses InclusiveNamespaces, which the standard allows; our own check of the form is narrower.
            validate_schema=False,
        )
    except Exception as error:  # whatever stops the library from saying yes is a no, also an error of its own
        raise Rejected(type(error).__name__, code=Reason.SIGNATURE_INVALID) from None
    if len(results) != form.references:
        raise Rejected("references", code=Reason.SIGNATURE_REFERENCE)
    return list(results)


def _claimed_at(properties: etree._Element) -> datetime:
    signature_properties = only_child(
        properties, f"{{{XADES}}}SignedSignatureProperties", Reason.SIGNATURE_SHAPE
    )
    element = only_child(signature_properties, f"{{{XADES}}}SigningTime", Reason.SIGNING_TIME)
    try:
        claimed_at = datetime.fromisoformat(text_of(element, Reason.SIGNING_TIME))
    except ValueError:
        raise Rejected("not a time", code=Reason.SIGNING_TIME) from None
    if claimed_at.utcoffset() is None:
        raise Rejected("a time without a zone", code=Reason.SIGNING_TIME)
    return claimed_at
