"""What a mail says: its subject, its plain and its HTML part, its attachments."""

import re
from dataclasses import dataclass
from email.message import EmailMessage

from integrations.emulators.markup import Html, html

_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_CLOSING = ".,;:!?)"


@dataclass(frozen=True)
class Attachment:
    """A file of the mail, by its place among the parts."""

    number: int
    name: str
    content_type: str
    content: bytes


def header(message: EmailMessage, name: str) -> str:
    """A header as text; "" when it is missing or cannot be read."""
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, AttributeError):
        return ""


def text_of(message: EmailMessage, subtype: str) -> str:
    """The `plain` or `html` part; "" when the mail has none."""
    part = message.get_body(preferencelist=(subtype,))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, ValueError):
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return str(content)


def attachments(message: EmailMessage) -> list[Attachment]:
    """The attached files in order."""
    found = []
    for number, part in enumerate(message.iter_attachments()):
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else part.as_bytes()
        found.append(Attachment(number, part.get_filename() or "bez nazwy", part.get_content_type(), content))
    return found


def links(text: str) -> list[str]:
    """The web addresses in a text, in order, each once; useful for tests that follow a mail's link."""
    return list(dict.fromkeys(_trimmed(found.group()) for found in _ADDRESS.finditer(text)))


def with_links(text: str) -> Html:
    """Plain text as HTML: escaped, with clickable web addresses."""
    pieces: list[Html] = []
    position = 0
    for found in _ADDRESS.finditer(text):
        address = _trimmed(found.group())
        pieces.append(html("{t}", t=text[position : found.start()]))
        pieces.append(html('<a href="{a}" rel="noreferrer">{a}</a>', a=address))
        position = found.start() + len(address)
    pieces.append(html("{t}", t=text[position:]))
    return html("{all}", all=pieces)


def _trimmed(address: str) -> str:
    return address.rstrip(_CLOSING)
