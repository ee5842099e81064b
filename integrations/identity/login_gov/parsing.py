"""Reading the node's messages: the one hardened parser, with this profile's limits and reason codes."""

from lxml import etree

from integrations.identity import xml
from integrations.identity.login_gov.reasons import Reason

RULES = xml.Rules(
    most_bytes=256 * 1024,
    most_elements=2000,
    size=Reason.XML_SIZE,
    malformed=Reason.XML_MALFORMED,
    doctype=Reason.XML_DOCTYPE,
    comment=Reason.XML_COMMENT,
    instruction=Reason.XML_INSTRUCTION,
    cdata=Reason.XML_CDATA,
    duplicate_id=Reason.XML_DUPLICATE_ID,
)


def parse(document: bytes) -> etree._Element:
    """The root element. Rejected for all that a SAML message does not need and an attacker does."""
    return xml.parse(document, RULES)
