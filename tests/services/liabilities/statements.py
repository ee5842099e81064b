"""What the tests of the statement share: days, and money that comes past the portal."""

from datetime import date
from uuid import uuid4

from services.ledger import actions as ledger
from services.ledger.actions import Line
from services.ledger.models import AccountKind, EntryCode
from services.liabilities.models import Liability, ReminderCost
from tests.factories.liabilities import ACTOR

AS_OF = date(2026, 11, 20)
"""66 days after the due date of the factory, at 10.5 % a year for taxes and 9.25 % for civil dues."""


def pay_at_the_desk(subject: Liability | ReminderCost, amount_gr: int) -> None:
    """Money that the office has booked without the portal."""
    account = (
        AccountKind.REMINDER_COSTS if isinstance(subject, ReminderCost) else AccountKind.RECEIVABLE_PRINCIPAL
    )
    ledger.post(
        code=EntryCode.RECEIPT,
        reference=uuid4(),
        lines=[Line(AccountKind.BANK, amount_gr), Line(account, -amount_gr, subject.public_id)],
        effective_on=AS_OF,
        actor=ACTOR,
    )
