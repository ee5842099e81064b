"""Reading Autopay's XML without trusting it: no document type, no entities, no depth (payments.md section 6)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

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
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    try:
        parser.Parse(body.decode(), True)  # a text: the encoding is not the document's to declare
    except expat.ExpatError as error:
        raise ValueError(f"not XML: {expat.errors.messages[error.code]}") from None
    return reader.root.children[0]


def answered(answer: Answer) -> Node:
    """The XML document of an answer; AnswerLost when it is none."""
    try:
        return read(answer.body)
    except ValueError:
        raise AnswerLost(f"HTTP {answer.status} without XML", code="operator.bad_answer") from None


def _refuse_doctype(*declared: object) -> None:
    # Entities can be declared only here: without it there is nothing to expand and nothing to fetch.
    raise ValueError("a document type is not allowed")


class _Reader:
    def __init__(self) -> None:
        self.root = Node("")
        self._open = [self.root]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        node = Node(name)
        self._count += 1
        if len(self._open) > _MAX_DEPTH or self._count > _MAX_NODES:
            raise ValueError("too deep or too long")
        self._open[-1].children.append(node)
        self._open.append(node)

    def data(self, text: str) -> None:
        self._open[-1].text += text

    def end(self, name: str) -> None:
        node = self._open.pop()
        # Autopay's own examples are printed with line breaks around a value; a value of one line is left as it is.
        if node.children or "\n" in node.text:
            node.text = node.text.strip()
        if node.children and node.text:
            raise ValueError(f"{name} has text between its elements")
