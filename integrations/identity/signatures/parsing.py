"""Reading signed files: the one hardened parser, with this profile's limits and reason codes."""

from dataclasses import replace

from lxml import etree

from integrations.identity import xml
from integrations.identity.base import Rejected
from integrations.identity.signatures.reasons import Reason

MOST_BYTES = 4 * 1024 * 1024
"""Our form has a few kilobytes; certificates, timestamps and revocation lists that software puts beside may take more."""
RULES = xml.Rules(
    most_bytes=MOST_BYTES,
    most_elements=20_000,
    size=Reason.FILE_SIZE,
    malformed=Reason.XML_MALFORMED,
    doctype=Reason.XML_DOCTYPE,
    comment=Reason.XML_COMMENT,
    instruction=Reason.XML_INSTRUCTION,
    cdata=Reason.XML_CDATA,
    duplicate_id=Reason.XML_DUPLICATE_ID,
)


def parse(document: bytes, *, most_bytes: int = MOST_BYTES) -> etree._Element:
    """The root element. Rejected for all that a signed form does not need and an attacker does."""
    return xml.parse(document, replace(RULES, most_bytes=most_bytes))


def text_of(element: etree._Element, reason: Reason) -> str:
    """The text of an element that has nothing but text, without blanks around it; Rejected with the reason otherwise."""
    text = xml.text_of(element, reason).strip()
    if not text:
        raise Rejected(f"no plain text in {etree.QName(element).localname}", code=reason)
    return text


def canonical(element: etree._Element) -> bytes:
    """Exclusive canonical XML without comments: equal bytes mean equal content, whatever the prefixes declared around it."""
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
