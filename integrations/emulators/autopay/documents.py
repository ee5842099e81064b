"""XML as the gateway writes it, and the merchants' confirmations as it reads them."""

from collections.abc import Iterable
from html import escape

from defusedxml import ElementTree
from starlette.responses import Response

from integrations.emulators.autopay import sign
from integrations.emulators.operators.records import Merchant

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
Pairs = list[tuple[str, str]]


def element(name: str, content: str) -> str:
    """An element whose content is XML already."""
    return f"<{name}>{content}</{name}>"


def elements(pairs: Iterable[tuple[str, str]]) -> str:
    """Elements with texts; one without a text is left out."""
    return "".join(element(name, escape(value, quote=False)) for name, value in pairs if value)


def answer(root: str, pairs: Pairs, merchant: Merchant | None, status: int = 200) -> Response:
    """A flat document, with its hash when a merchant is named; a wrong merchant makes a wrong hash."""
    hashed = "" if merchant is None else element("hash", sign.by(merchant, [value for _, value in pairs]))
    return xml(HEAD + element(root, elements(pairs) + hashed), status)


def error(status: int, name: str, words: str) -> Response:
    """The gateway's form of an error. With status 200 the caller was authorised and the order refused."""
    return answer(
        "error", [("statusCode", str(status)), ("name", name), ("description", words)], None, status
    )


def xml(text: str, status: int = 200) -> Response:
    return Response(text.encode(), status_code=status, media_type="application/xml")


def read_confirmation(body: str) -> dict[str, str]:
    """The values of a merchant's confirmation of a notification; empty when it is none."""
    try:
        root = ElementTree.fromstring(body.strip(), forbid_dtd=True)
    except (ElementTree.ParseError, ValueError):
        return {}
    found = {node.tag: (node.text or "").strip() for node in root.iter() if len(node) == 0}
    return found if root.tag == "confirmationList" else {}
