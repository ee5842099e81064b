"""What an authorisation gives on a day, in words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

SOON = timedelta(days=30)


def validity(grant: Any, today: date) -> dict[str, str]:
    """State of a role's grant on the day, and the kind of its badge."""
    if grant.revoked_at is not None:
        return {"state": _("zakończona"), "kind": "neutral"}
    if grant.valid_from > today:
        return {"state": _("jeszcze nieważna"), "kind": "info"}
    if grant.valid_to is not None and grant.valid_to < today:
        return {"state": _("wygasła"), "kind": "warning"}
    if grant.valid_to is not None and grant.valid_to - today <= SOON:
        return {"state": _("ważna, wkrótce się kończy"), "kind": "warning"}
    return {"state": _("ważna"), "kind": "success"}
