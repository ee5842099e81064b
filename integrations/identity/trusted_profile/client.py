"""The three methods of TpSigning5.

The way of a document: `add_document` gives the address of a page, which is kept on the server; the person's browser goes
there and comes back to one of our addresses, which carries nothing to be believed; `signed_document` fetches by the kept
address; `signatures.verify.verify_xml` decides.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass

from lxml import etree

from integrations.identity import soap
from integrations.identity.base import IssuerRefused, IssuerUnavailable, Rejected
from integrations.identity.signatures.form import Document
from integrations.identity.signatures.parsing import MOST_BYTES, parse
from integrations.identity.trusted_profile.envelope import NAMESPACE, envelope
from integrations.identity.trusted_profile.service import SigningService

NOT_SIGNED = "trusted_profile.not_signed"
MOST_INFO_LETTERS = 250
LIMITS = soap.Limits(read=20.0, total=40.0, most_bytes=8 * 1024 * 1024)
"""A signed form in base64, with everything that may stand beside it."""


@dataclass(frozen=True)
class Opinion:
    """What the service itself thinks of a signed document. A second opinion for staff: no condition and no proof."""

    is_valid: bool
    is_qualified: bool


def add_document(
    service: SigningService, document: Document, *, success_url: str, failure_url: str, info: str
) -> str:
    """Hand in our XML; the address of the page on which the person signs. Keep it secret: it also fetches the document.

    `info` is shown to the person. IssuerRefused when the service will not take it, IssuerUnavailable when it gives no
    usable answer, or names a page that is not its own.
    """
    answer = _ask(
        service,
        "addDocumentToSigning",
        {
            "doc": b64encode(document.content).decode(),
            "successURL": success_url,
            "failureURL": failure_url,
            "additionalInfo": info[:MOST_INFO_LETTERS],
        },
    )
    try:
        service.check_page(answer)
    except ValueError:
        raise IssuerUnavailable("a page of somebody else", code="trusted_profile.page") from None
    return answer


def signed_document(service: SigningService, page_url: str) -> bytes:
    """The signed file, unverified, by the address that `add_document` gave.

    IssuerRefused with the code NOT_SIGNED while nobody has signed: the person refused, gave up or is still reading.
    """
    answer = _ask(service, "getSignedDocument", {"id": page_url}, fault=NOT_SIGNED)
    content = _decoded(answer)
    if len(content) > MOST_BYTES:
        raise IssuerUnavailable("the document is too long", code="trusted_profile.too_long")
    return content


def second_opinion(service: SigningService, signed: bytes) -> Opinion:
    """What the service says of a signed file; errors as for `add_document`."""
    answer = _ask(service, "verifySignedDocument", {"document": b64encode(signed).decode()})
    try:
        result = parse(answer.encode())
    except Rejected:
        raise IssuerUnavailable("no VerifyResult", code="trusted_profile.answer") from None
    usages = [element for element in result.iter() if _name(element) == "VerifySignerCertUsage"]
    return Opinion(
        is_valid=_texts(result, "ValidDocumentSignature") == ["true"],
        is_qualified=any(element.get("kwalifikowany") == "true" for element in usages),
    )


def _ask(
    service: SigningService,
    method: str,
    arguments: dict[str, str],
    *,
    fault: str = "trusted_profile.refused",
) -> str:
    request = envelope(method, arguments, service)
    # Unlike the node's, its faults come with HTTP 500 and are read.
    answer = soap.call(
        service.url,
        request,
        is_loopback=service.is_stand_in,
        action=method,
        limits=LIMITS,
        statuses=(200, 500),
        codes="trusted_profile",
    )
    try:
        root = parse(answer.body, most_bytes=LIMITS.most_bytes)
    except Rejected as error:
        raise IssuerUnavailable(error.code, code="trusted_profile.answer") from None
    body = root.find(f"{{{soap.ENVELOPE}}}Body")
    if root.tag != f"{{{soap.ENVELOPE}}}Envelope" or body is None or len(body) != 1:
        raise IssuerUnavailable("no SOAP", code="trusted_profile.answer")
    if body[0].tag == f"{{{soap.ENVELOPE}}}Fault":
        # The words of a fault may repeat what we sent, so only its code is kept.
        raise IssuerRefused((body[0].findtext("faultcode") or "")[:60], code=fault)
    found = body[0].findtext(f"{method}Return")
    if answer.status != 200 or body[0].tag != f"{{{NAMESPACE}}}{method}Response" or not found:
        raise IssuerUnavailable("no value", code="trusted_profile.answer")
    return found.strip()


def _decoded(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise IssuerUnavailable("not base64", code="trusted_profile.answer") from None


def _texts(root: etree._Element, name: str) -> list[str]:
    return [(element.text or "").strip() for element in root.iter() if _name(element) == name]


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
