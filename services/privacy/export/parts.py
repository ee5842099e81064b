"""What every section of the copy is made of."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

Row = dict[str, str]


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
