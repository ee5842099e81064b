"""What the pages show of reminders and of letters that did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from kernel.actors import Actor
from services.accounts.domain.consents import Purpose
from services.accounts.queries import resident_of
from services.accounts.queries_rights import has_consent
from services.letters.models import ReminderWish
from services.notices.queries import bad_address


@dataclass(frozen=True)
class Wish:
    """When a resident wants to be reminded; neither means never."""

    a_week_before: bool = False
    on_the_day: bool = False


def own_wish(actor: Actor) -> Wish:
    """The wish of the resident who is signed in: nothing without the consent, both times where none was chosen."""
    resident = resident_of(actor)
    if not has_consent(resident.user, Purpose.REMINDERS):
        return Wish()
    row = ReminderWish.objects.filter(resident=resident).first()
    return Wish(row.a_week_before, row.on_the_day) if row else Wish(True, True)


def mail_fails_since(address: str) -> datetime | None:
    """Since when mail does not reach this address; None when it does as far as we know."""
    row = bad_address(address)
    return row.since if row else None
