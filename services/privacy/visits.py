"""Counting visits: one row for a visitor and a day with what the browser sent, and a number that stays (S87, S88)."""

from collections import OrderedDict
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import F

from kernel import crypto, tenancy
from services.privacy.domain.visits import client_of
from services.privacy.models import Visit, VisitCount

REMEMBERED: Final = 20_000
"""Visitors that a process remembers having written, so that their next pages cost no question to the database."""

_WRITTEN: "OrderedDict[tuple[str, bytes], None]" = OrderedDict()


def note_visit(*, address: str, user_agent: str, day: date) -> bool:
    """Count a visitor once a day; whether this was the first page of the day. Nothing of the account or the page is kept."""
    visitor = crypto.blind_index(f"{day}|{address}|{user_agent}", "visit")
    key = (tenancy.current_tenant_id(), visitor)
    if key in _WRITTEN:
        return False
    is_first = _write(visitor, address, user_agent, day)
    _WRITTEN[key] = None
    while len(_WRITTEN) > REMEMBERED:
        _WRITTEN.popitem(last=False)
    return is_first


@transaction.atomic
def _write(visitor: bytes, address: str, user_agent: str, day: date) -> bool:
    client = client_of(user_agent)
    names = {"system": client.system, "browser": client.browser, "version": client.version}
    _, is_first = Visit.objects.get_or_create(
        visitor=visitor, defaults={"day": day, "address": address, **names}
    )
    if is_first:
        counted, is_new = VisitCount.objects.get_or_create(day=day, **names, defaults={"visits": 1})
        if not is_new:
            VisitCount.objects.filter(pk=counted.pk).update(visits=F("visits") + 1)
    return is_first


def forget_written() -> None:
    """Forget what this process has written, for whoever has changed the tables under it."""
    _WRITTEN.clear()
