"""The layers around an assertion: the SOAP envelope and the two signed messages in it."""

from lxml import etree

from integrations.identity.base import Declined, IssuerRefused, IssuerUnavailable, Rejected
from integrations.identity.login_gov import names
from integrations.identity.login_gov.provider import Node, ServiceProvider
from integrations.identity.login_gov.reasons import Reason
from integrations.identity.xml import children, only_child, text_of

_ANSWERS_OF_A_PERSON = {
    "AuthnFailed": Reason.DECLINED,
    "RequestDenied": Reason.CANCELLED,
    "UnknownPrincipal": Reason.UNKNOWN_PERSON,
}


def message_in(envelope: etree._Element, tag: str) -> etree._Element:
    """The one child of the one Body, which has to be the message wanted, with no signature but its own and its response's.

    IssuerUnavailable for a SOAP fault, Rejected for any other shape.
    """
    if envelope.tag != names.SOAP_ENVELOPE:
        raise Rejected("no SOAP envelope", code=Reason.SOAP_SHAPE)
    body = only_child(envelope, names.SOAP_BODY, Reason.SOAP_SHAPE)
    if len(body) != 1:
        raise Rejected(f"{len(body)} children of Body", code=Reason.SOAP_SHAPE)
    if body[0].tag == names.SOAP_FAULT:
        raise IssuerUnavailable(code=Reason.SOAP_FAULT)
    message = body[0]
    if message.tag != tag:
        raise Rejected("another message", code=Reason.SOAP_SHAPE)
    signers = [message, *children(message, names.RESPONSE)]
    for signature in envelope.iter(names.SIGNATURE):
        if not any(signature.getparent() is signer for signer in signers):
            raise Rejected("a signature elsewhere", code=Reason.SIGNATURE_COUNT)
    return message


def check_message(message: etree._Element, node: Node, *, in_response_to: str) -> None:
    """Issuer, the request that it answers, and the status: Declined when the person said no, IssuerRefused when the node.

    The status is read before anything is decrypted, for the node sends an assertion along with a refusal.
    """
    check_origin(message, node, in_response_to=in_response_to)
    codes = status_codes(message)
    if codes == ["Success"]:
        return
    for code in codes:
        if code in _ANSWERS_OF_A_PERSON:
            raise Declined(code=_ANSWERS_OF_A_PERSON[code])
    raise refusal(codes)


def check_origin(message: etree._Element, node: Node, *, in_response_to: str) -> None:
    """The issuer is the node, and the message answers this request of ours."""
    issuer = only_child(message, names.ISSUER, Reason.MESSAGE_ISSUER)
    if text_of(issuer, Reason.MESSAGE_ISSUER) != node.entity_id:
        raise Rejected(code=Reason.MESSAGE_ISSUER)
    if message.get("InResponseTo") != in_response_to:
        raise Rejected(code=Reason.MESSAGE_IN_RESPONSE_TO)


def status_codes(message: etree._Element) -> list[str]:
    """Short names of the status codes, the top one first. The node gives its refusals at the top, SAML below it."""
    status = only_child(message, names.STATUS, Reason.MESSAGE_SHAPE)
    top = only_child(status, names.STATUS_CODE, Reason.MESSAGE_SHAPE)
    return [code.get("Value", "").removeprefix(names.STATUS_PREFIX) for code in top.iter(names.STATUS_CODE)]


def refusal(codes: list[str]) -> IssuerRefused:
    """The error for these status codes; what is no word is not repeated."""
    words = [code if code.isalnum() and len(code) < 40 else "?" for code in codes]
    return IssuerRefused(", ".join(words), code=Reason.STATUS)


def check_destination(message: etree._Element, provider: ServiceProvider) -> None:
    """The node names no destination; where there is one, it has to be ours."""
    if message.get("Destination", provider.acs_url) != provider.acs_url:
        raise Rejected(code=Reason.MESSAGE_DESTINATION)


def encrypted_assertion(response: etree._Element) -> etree._Element:
    """The one encrypted assertion; Rejected when there is another, or one that is not encrypted, anywhere."""
    if next(response.iter(names.ASSERTION), None) is not None:
        raise Rejected(code=Reason.ASSERTION_PLAINTEXT)
    if len(list(response.iter(names.ENCRYPTED_ASSERTION))) != 1:
        raise Rejected(code=Reason.ASSERTION_COUNT)
    return only_child(response, names.ENCRYPTED_ASSERTION, Reason.ASSERTION_COUNT)
