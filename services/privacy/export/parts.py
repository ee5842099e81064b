"""What every section of the copy is made of."""

import base64
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

Row = dict[str, str]
FILE_MARK = "(base64)"
"""Ends the label of a value that is a whole file: programs get it, people read its name."""


@dataclass(frozen=True)
class Section:
    """One table of the copy: rows of label -> value, values as text."""

    key: str
    title: str
    note: str
    rows: list[Row]


def refs(*given: UUID | str) -> list[str]:
    """Public ids as the outbox and the audit log keep them."""
    return [str(one) for one in given]


def at(moment: datetime | None) -> str:
    """A moment in Polish time."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def on(day: date | None) -> str:
    """A day."""
    return day.isoformat() if day else ""


def file_row(label: str, content: bytes) -> Row:
    """A whole file, for programs."""
    return {f"Plik: {label} {FILE_MARK}": base64.b64encode(content).decode()}
