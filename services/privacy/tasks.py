"""Nightly: what is past its time goes."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from kernel.actors import system
from services.accounts.models import Payer, Resident
from services.privacy.actions.retention import AT_ONCE, erase_expired

ACTOR = system("privacy.erase_expired")
NAMED: Final = ((Payer, ("name",)), (Resident, ("first_name", "last_name")))
"""Whom clerks find by name, and the columns of the name."""


def erase_past_time() -> None:
    """Erase in the gmina that is open what is past its time, as its periods say; a report stays."""
    erase_expired(timezone.localdate(), is_dry_run=False, actor=ACTOR)


def complete_name_tokens() -> None:
    """Give people from before there was a search by name what they are found by, some in each transaction."""
    for model, names in NAMED:
        while _complete_some(model, names):
            pass


def _complete_some(model: type[Payer] | type[Resident], names: tuple[str, ...]) -> int:
    with transaction.atomic(durable=True):
        rows = model.objects.filter(name_tokens__isnull=True).select_for_update(skip_locked=True)[:AT_ONCE]
        for row in (found := list(rows)):
            row.save(update_fields=[*names, "name_tokens"])
    return len(found)
