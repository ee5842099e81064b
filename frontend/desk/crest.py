"""A crest that an office uploads: an SVG drawing and nothing else.

An SVG file can carry scripts, event handlers, foreign pages and links. The portal shows the crest as an image, where
browsers run none of it, but its address can be opened by itself too. So a file with anything active is refused, and of the
rest only known drawing elements and attributes are written out again.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.parsers import expat

from django.utils.translation import gettext as _

MAX_BYTES = 200 * 1024
SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
DRAWING = frozenset(
    [
        "svg",
        "g",
        "defs",
        "symbol",
        "use",
        "title",
        "desc",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "clipPath",
        "mask",
        "pattern",
        "linearGradient",
        "radialGradient",
        "stop",
        "style",
        "switch",
        "filter",
        "feGaussianBlur",
        "feOffset",
        "feBlend",
        "feColorMatrix",
        "feComposite",
        "feFlood",
        "feMerge",
        "feMergeNode",
    ]
)
DROPPED = frozenset({"metadata"})
ATTRIBUTE = re.compile(r"[a-zA-Z][\w.-]*")
ACTIVE_VALUE = re.compile(r"javascript:|vbscript:|data:|expression\s*\(|@import|<|\\", re.IGNORECASE)
OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#|['\"]#)", re.IGNORECASE)


class CrestError(ValueError):
    """The file cannot be the crest; the text says why, in Polish."""


def checked_svg(content: bytes) -> str:
    """The drawing rewritten from its known parts. Raises CrestError for anything that is not a plain, passive SVG."""
    if len(content) > MAX_BYTES:
        raise CrestError(_("Plik ma więcej niż 200 kB. Uprość rysunek albo wybierz mniejszy."))
    _refuse_entities(content)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 entities are refused above
    except ElementTree.ParseError:
        raise CrestError(_("To nie jest poprawny plik SVG.")) from None
    if root.tag != f"{{{SVG}}}svg":
        raise CrestError(_("To nie jest plik SVG. Wybierz herb zapisany jako SVG."))
    ElementTree.register_namespace("", SVG)
    return ElementTree.tostring(_copy(root), encoding="unicode")


def _refuse_entities(content: bytes) -> None:
    """An entity can make a small file huge or read another one; no drawing needs it."""

    def refuse(*_args: object) -> None:
        raise CrestError(
            _("Plik SVG zawiera definicje, których nie przyjmujemy. Zapisz go jako „zwykły SVG”.")
        )

    parser = expat.ParserCreate()
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise CrestError(_("To nie jest poprawny plik SVG.")) from None


def _copy(element: ElementTree.Element) -> ElementTree.Element:
    namespace, _brace, name = element.tag.rpartition("}")
    if namespace.lstrip("{") != SVG or name not in DRAWING:
        raise CrestError(_("Plik SVG zawiera „%(name)s”, a herb może być tylko rysunkiem.") % {"name": name})
    if name == "style":
        _check(element.text or "")
    copied = ElementTree.Element(element.tag, _attributes(element))
    copied.text, copied.tail = element.text, element.tail
    for child in element:
        if isinstance(child.tag, str) and not _is_dropped(child.tag):
            copied.append(_copy(child))
    return copied


def _is_dropped(tag: str) -> bool:
    """Notes of drawing programs (Inkscape, Illustrator) and metadata are left out; they draw nothing."""
    namespace, _brace, name = tag.rpartition("}")
    return namespace.lstrip("{") != SVG or name in DROPPED


def _attributes(element: ElementTree.Element) -> dict[str, str]:
    kept: dict[str, str] = {}
    for name, value in element.attrib.items():
        if name in (XLINK, "href"):
            if not value.startswith("#"):
                raise CrestError(
                    _("Plik SVG sięga po inny plik albo stronę. Herb musi być w całości w tym pliku.")
                )
            kept["href"] = value
        elif name.lower().startswith("on"):
            raise CrestError(_("Plik SVG zawiera skrypt. Herb może być tylko rysunkiem."))
        elif ATTRIBUTE.fullmatch(name):
            _check(value)
            kept[name] = value
    return kept


def _check(value: str) -> None:
    if ACTIVE_VALUE.search(value) or OUTSIDE.search(value):
        raise CrestError(_("Plik SVG sięga po inny plik albo stronę. Herb musi być w całości w tym pliku."))
