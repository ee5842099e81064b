"""Reading XML from outside: UTF-8 only, no DTD, entity, comment, instruction or CDATA, unique ids, limited size.

One parser reads everything, what is verified as well as what is believed: two that disagree are how signatures are got
around.
"""

import re
from collections.abc import Iterator

from lxml import etree

from integrations.identity.base import Rejected
from integrations.identity.login_gov.reasons import Reason

MOST_BYTES = 256 * 1024
MOST_ELEMENTS = 2000
_DECLARATION = re.compile(r"\A\ufeff?<\?xml\s[^?<>]*\?>")
_FORBIDDEN = (
    ("<!--", Reason.XML_COMMENT),
    ("<![CDATA[", Reason.XML_CDATA),
    ("<!", Reason.XML_DOCTYPE),
    ("<?", Reason.XML_INSTRUCTION),
)


def parse(document: bytes) -> etree._Element:
    """The root element. Rejected for all that a SAML message does not need and an attacker does."""
    if len(document) > MOST_BYTES:
        raise Rejected(code=Reason.XML_SIZE)
    try:
        text = _DECLARATION.sub("", document.decode("utf-8"), count=1)
    except UnicodeDecodeError:
        raise Rejected("not UTF-8", code=Reason.XML_MALFORMED) from None
    # In well-formed XML "<!" and "<?" begin nothing else, so these are found before any parser acts on them.
    for mark, reason in _FORBIDDEN:
        if mark in text:
            raise Rejected(code=reason)
    # The declaration is gone and the encoding is ours: a declared one cannot make the parser see another text.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Rejected(type(error).__name__, code=Reason.XML_MALFORMED) from None
    _check_nodes(root)
    return root


def _check_nodes(root: etree._Element) -> None:
    seen: set[str] = set()
    for number, node in enumerate(root.iter()):
        if number >= MOST_ELEMENTS:
            raise Rejected("too many elements", code=Reason.XML_SIZE)
        if not isinstance(
            node.tag, str
        ):  # cannot be after the search above; nothing below may depend on that
            raise Rejected("not an element", code=Reason.XML_MALFORMED)
        for name, value in node.attrib.items():
            if etree.QName(name).localname.lower() == "id":
                if str(value) in seen:
                    raise Rejected(code=Reason.XML_DUPLICATE_ID)
                seen.add(str(value))


def children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Direct children of that name, never deeper ones."""
    return (child for child in element if child.tag == tag)


def only_child(element: etree._Element, tag: str, reason: Reason) -> etree._Element:
    """The one direct child of that name; Rejected with the reason when there is none or a second one."""
    found = list(children(element, tag))
    if len(found) != 1:
        raise Rejected(f"{len(found)} × {etree.QName(tag).localname}", code=reason)
    return found[0]


def text_of(element: etree._Element, reason: Reason) -> str:
    """The text of an element that has nothing but text; Rejected with the reason otherwise."""
    if len(element) or not element.text:
        raise Rejected(f"no plain text in {etree.QName(element).localname}", code=reason)
    return element.text
