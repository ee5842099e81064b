"""Choices that many lists offer, and days as bounds of instants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from kernel.dates import WARSAW
from tenants.configuration.queries import operator_accounts


def type_choices(types: Iterable[Any]) -> list[tuple[str, str]]:
    """Liability types that the person handles, by their public ids."""
    return [("", _("Każdy")), *((str(row.public_id), row.name) for row in types)]


def account_choices() -> list[tuple[str, str]]:
    """Accounts at the payment operators."""
    return [("", _("Każde")), *((str(row.public_id), row.label) for row in operator_accounts())]


def midnight(day: date) -> datetime:
    """The instant at which a day begins here."""
    return datetime.combine(day, time.min, tzinfo=WARSAW)


def between(rows: Any, column: str, since: date | None, until: date | None) -> Any:
    """The rows whose instant `column` lies between two days, both included."""
    if since:
        rows = rows.filter(**{f"{column}__gte": midnight(since)})
    if until:
        rows = rows.filter(**{f"{column}__lt": midnight(until + timedelta(days=1))})
    return rows
