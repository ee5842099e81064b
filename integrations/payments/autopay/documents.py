"""Reading Autopay's XML without trusting it: no document type, no entities, no depth (payments.md section 6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from integrations.payments.errors import AnswerLost
from integrations.payments.http import Answer

_MAX_DEPTH = 8
_MAX_NODES = 5000


@dataclass
class Node:
    """An element: either `text` or `children`, never both. Attributes are unsigned and not kept."""

    name: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def value(self, name: str) -> str:
        """The text of a child without children, "" when it is absent; ValueError when there are several."""
        child = self.child(name)
        if child is not None and child.children:
            raise ValueError(f"{name} is not a text")
        return child.text if child else ""

    def child(self, name: str) -> "Node | None":
        """The child of this name, None when it is absent; ValueError when there are several."""
        found = [child for child in self.children if child.name == name]
        if len(found) > 1:
            raise ValueError(f"{name} appears twice")  # which one is signed would be a guess
        return found[0] if found else None

    def texts(self) -> Iterator[str]:
        """All texts below, in the order of the document."""
        if not self.children:
            yield self.text
        for child in self.children:
            yield from child.texts()


def read(body: bytes) -> Node:
    """The root of an XML document in UTF-8; ValueError for anything that is not plain elements with texts."""
    try:
        # A text: the encoding is not the document's to declare.
        root = ElementTree.fromstring(body.decode(), forbid_dtd=True)
    except ElementTree.ParseError:
        raise ValueError("not XML") from None
    if sum(1 for _ in root.iter()) > _MAX_NODES:
        raise ValueError("too long")
    return _node(root, 1)


def answered(answer: Answer) -> Node:
    """The XML document of an answer; AnswerLost when it is none."""
    try:
        return read(answer.body)
    except ValueError:
        raise AnswerLost(f"HTTP {answer.status} without XML", code="operator.bad_answer") from None


def _node(element: Element, depth: int) -> Node:
    if depth > _MAX_DEPTH:
        raise ValueError("too deep")
    children = [_node(child, depth + 1) for child in element]
    text = "".join([element.text or "", *(child.tail or "" for child in element)])
    # Autopay's own examples are printed with line breaks around a value; a value of one line is left as it is.
    if children or "\n" in text:
        text = text.strip()
    if children and text:
        raise ValueError(f"{element.tag} has text between its elements")
    return Node(element.tag, text, children)
