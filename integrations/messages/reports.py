"""Delivery reports: what a mail server says later of a letter that it has taken (RFC 3464)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from enum import StrEnum
from typing import Final

_STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NAMING: Final = ("Delivered-To", "X-Original-To", "To")
"""Headers that name to which of our return addresses the report was sent, the surest first."""


class Fate(StrEnum):
    """What became of the letter, as RFC 3464 section 2.3.3 words it. Whatever it is, the server had taken the letter."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


_FATES: Final = frozenset(one.value for one in Fate)


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `status` is the enhanced code such as 5.1.1, "" when the server gave none (RFC 3463)."""

    return_addresses: tuple[str, ...]
    fate: Fate
    status: str


def read_report(content: bytes) -> Report | None:
    """The report in a mail; None for a mail that is none, such as an answer of a person or of a holiday program."""
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    if mail.get_content_type() != "multipart/report":
        return None
    for part in _recipients(mail):
        action = str(part.get("Action", "")).strip().lower()
        if action in _FATES:
            return Report(_return_addresses(mail), Fate(action), _status(str(part.get("Status", ""))))
    return None


def _recipients(mail: EmailMessage) -> Iterator[EmailMessage]:
    """The blocks about single recipients; the first block of a report is about the letter as a whole."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (block for block in blocks if isinstance(block, EmailMessage))


def _return_addresses(mail: EmailMessage) -> tuple[str, ...]:
    values = [str(value) for name in _NAMING for value in mail.get_all(name, [])]
    return tuple(dict.fromkeys(address for _, address in getaddresses(values) if address))


def _status(value: str) -> str:
    found = _STATUS.search(value)
    return found.group(0) if found else ""
