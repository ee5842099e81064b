"""Nightly: what is past its time goes."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from kernel.actors import system
from services.accounts.models import Payer, Resident
from services.privacy.actions.retention import AT_ONCE, erase_expired

ACTOR = system("privacy.erase_expired")


def erase_past_time() -> None:
    """Erase in the gmina that is open what is past its time, as its periods say; a report stays."""
    erase_expired(timezone.localdate(), is_dry_run=False, actor=ACTOR)


def complete_name_tokens() -> None:
    """Give people from before there was a search by name what they are found by, some in each transaction."""
    for rows, names in (
        (Payer.objects.filter(name_tokens__isnull=True), ("name",)),
        (Resident.objects.filter(name_tokens__isnull=True), ("first_name", "last_name")),
    ):
        while _complete_some(rows, names):
            pass


def _complete_some(rows: "QuerySet[Any]", names: tuple[str, ...]) -> int:
    with transaction.atomic(durable=True):
        found = list(rows.select_for_update(skip_locked=True)[:AT_ONCE])
        for row in found:
            row.save(update_fields=[*names, "name_tokens"])
    return len(found)
