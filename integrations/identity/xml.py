"""Reading XML from outside: UTF-8 only, no DTD, entity, comment, instruction or CDATA, unique ids, limited size.

One parser reads everything, what is verified as well as what is believed: two that disagree are how signatures are got
around. What a kind of document calls its faults, and how large it may be, comes as `Rules`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from integrations.identity.base import Rejected

_DECLARATION = re.compile(r"\A\ufeff?<\?xml\s[^?<>]*\?>")


@dataclass(frozen=True)
class Rules:
    """The most bytes and elements that a document may have, and the reason code of each fault."""

    most_bytes: int
    most_elements: int
    size: str
    malformed: str
    doctype: str
    comment: str
    instruction: str
    cdata: str
    duplicate_id: str


def parse(document: bytes, rules: Rules) -> etree._Element:
    """The root element. Rejected for all that an honest document does not need and an attacker does."""
    if len(document) > rules.most_bytes:
        raise Rejected(code=rules.size)
    try:
        text = _DECLARATION.sub("", document.decode("utf-8"), count=1)
    except UnicodeDecodeError:
        raise Rejected("not UTF-8", code=rules.malformed) from None
    # In well-formed XML "<!" and "<?" begin nothing else, so these are found before any parser acts on them.
    forbidden = (
        ("<!--", rules.comment),
        ("<![CDATA[", rules.cdata),
        ("<!", rules.doctype),
        ("<?", rules.instruction),
    )
    for mark, reason in forbidden:
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
        raise Rejected(type(error).__name__, code=rules.malformed) from None
    _check_nodes(root, rules)
    return root


def _check_nodes(root: etree._Element, rules: Rules) -> None:
    seen: set[str] = set()
    for number, node in enumerate(root.iter()):
        if number >= rules.most_elements:
            raise Rejected("too many elements", code=rules.size)
        if not isinstance(node.tag, str):
            # Cannot be after the search above; nothing below may depend on that.
            raise Rejected("not an element", code=rules.malformed)
        for name, value in node.attrib.items():
            if etree.QName(name).localname.lower() == "id":
                if str(value) in seen:
                    raise Rejected(code=rules.duplicate_id)
                seen.add(str(value))


def children(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Direct children of that name, never deeper ones."""
    return (child for child in element if child.tag == tag)


def only_child(element: etree._Element, tag: str, reason: str) -> etree._Element:
    """The one direct child of that name; Rejected with the reason when there is none or a second one."""
    found = list(children(element, tag))
    if len(found) != 1:
        raise Rejected(f"{len(found)} × {etree.QName(tag).localname}", code=reason)
    return found[0]


def text_of(element: etree._Element, reason: str) -> str:
    """The text of an element that has nothing but text, as it stands; Rejected with the reason otherwise."""
    if len(element) or not element.text:
        raise Rejected(f"no plain text in {etree.QName(element).localname}", code=reason)
    return element.text
