"""Who has paid what, and when: receipts from outside the portal, reminders, overpayments of the demo."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from random import Random

from kernel.money import to_decimal_text
from portal.demo.dues import PlannedDue, overdue

REMINDER_GR = 1_600
"""16,00 zł since 13 October 2021 (Dz.U. 2021 poz. 67)."""
REMINDED_AFTER_DAYS = 30
DELIVERED_AFTER_DAYS = 9


class Habit(Enum):
    """How a payer pays: in time, somewhat late, or with the last dues unpaid."""

    IN_TIME = "in time"
    LATE = "late"
    IN_ARREARS = "in arrears"


@dataclass(frozen=True)
class Receipt:
    """A due that was paid in full outside the portal."""

    due: PlannedDue
    paid_on: date

    @property
    def external_id(self) -> str:
        """The finance system's id of the receipt."""
        return f"W-{self.due.external_id}"


@dataclass(frozen=True)
class Reminder:
    """One reminder for some dues of one payer; without `delivered_on` nothing is owed for it yet."""

    dues: tuple[PlannedDue, ...]
    sent_on: date
    delivered_on: date | None

    def row(self) -> dict[str, object]:
        """The neutral row of an import."""
        first = self.dues[0]
        return {
            "record": "reminder_cost",
            "external_id": f"UP-{first.external_id}",
            "payer_external_id": first.payer.external_id,
            "liabilities": [due.external_id for due in self.dues],
            "number": f"UP/{first.external_id.removeprefix('D-')}",
            "amount": to_decimal_text(REMINDER_GR),
            "sent_on": self.sent_on.isoformat(),
            "delivered_on": self.delivered_on.isoformat() if self.delivered_on else None,
        }


def habits(payer_ids: Collection[str], chance: Random) -> dict[str, Habit]:
    """A habit for each payer: most pay in time."""
    kinds = (Habit.IN_TIME, Habit.LATE, Habit.IN_ARREARS)
    return {payer_id: chance.choices(kinds, weights=(72, 15, 13))[0] for payer_id in payer_ids}


def receipts(
    dues: Collection[PlannedDue],
    habit_of: Mapping[str, Habit],
    unpaid: Collection[str],
    *,
    on: date,
    chance: Random,
) -> Iterator[Receipt]:
    """What was paid until `on`. Dues whose ids are in `unpaid` never are; chance is asked equally often on every day."""
    for payer_id, owed in _by_payer(dues).items():
        habit = habit_of[payer_id]
        left = chance.randrange(1, 5) if habit is Habit.IN_ARREARS else 0
        passed = len(overdue(owed, on))
        for place, due in enumerate(owed):
            early, late = chance.randrange(0, 15), chance.randrange(-10, 70)
            paid_on = due.due_on + timedelta(days=late if habit is not Habit.IN_TIME else -early)
            is_left = passed - left <= place
            if due.external_id not in unpaid and not is_left and paid_on <= on and not due.writ_number:
                yield Receipt(due, paid_on)


def reminders(
    dues: Collection[PlannedDue], paid: Collection[str], reminding: Collection[str], *, on: date
) -> Iterator[Reminder]:
    """One reminder for a payer's unpaid dues of one type that are long overdue, if costs apply to the type.

    A reminder that is still on its way has no day of delivery, so nothing is owed for it yet.
    """
    late: dict[tuple[str, str], list[PlannedDue]] = defaultdict(list)
    for due in overdue(dues, on, REMINDED_AFTER_DAYS):
        if due.external_id not in paid and due.type.code in reminding and not due.writ_number:
            late[due.payer.external_id, due.type.code].append(due)
    for owed in late.values():
        sent_on = max(due.due_on for due in owed) + timedelta(days=REMINDED_AFTER_DAYS)
        delivered_on = sent_on + timedelta(days=DELIVERED_AFTER_DAYS)
        yield Reminder(tuple(owed), sent_on, delivered_on if delivered_on <= on else None)


def _by_payer(dues: Collection[PlannedDue]) -> dict[str, list[PlannedDue]]:
    """Dues of each payer, by date."""
    grouped: dict[str, list[PlannedDue]] = defaultdict(list)
    for due in sorted(dues, key=lambda due: (due.due_on, due.external_id)):
        grouped[due.payer.external_id].append(due)
    return grouped
