"""Steps of payments that somebody else's word brings: taken together under the locks of their rows, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from kernel.dates import warsaw_day
from kernel.postgresql.rows import update_rows
from services.payments.actions.transitions import advance_together, schedule_check
from services.payments.domain.states import Event, State
from services.payments.models import Payment

_WRITTEN: Final = (
    "state", "operator_id", "paid_at", "debited_on", "operator_fee_gr", "failure_code", "next_check_at",
    "received_gr", "received_currency",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What happens to a payment.

    `received` are the grosze and the currency that the operator reports of a mismatch, for the person who decides; `fee_gr`
    are the grosze that it says the payer paid for paying.
    """

    payment: Payment
    event: Event
    operator_id: str = ""
    failure_code: str = ""
    paid_at: datetime | None = None
    received: tuple[int, str] | None = None
    fee_gr: int | None = None


@transaction.atomic(durable=True)
def apply_together(steps: Sequence[Step]) -> None:
    """Take steps of payments in one transaction of their own: all of them, or none."""
    take_together(steps)


def take_together(steps: Sequence[Step]) -> dict[int, Payment]:
    """Take steps of payments in the caller's transaction, which holds their rows until its end; the rows by their id.

    Rows are locked in the order of their ids, so that none of two lists that share payments waits for the other. Steps of
    one payment are taken in the order of the list.
    """
    locked = Payment.objects.select_for_update().filter(pk__in={step.payment.pk for step in steps})
    rows = {row.pk: row for row in locked.order_by("pk")}
    # Their letters tell of them, to these people.
    paid = {step.payment.pk for step in steps if step.event == Event.PAID_CONFIRMED}
    prefetch_related_objects([rows[pk] for pk in paid], "resident__user", "refunds")
    for step in steps:
        _note_money(rows[step.payment.pk], step)
    moved = advance_together([(rows[step.payment.pk], step.event) for step in steps])
    for step, has_moved in zip(steps, moved, strict=True):
        row = rows[step.payment.pk]
        if has_moved:
            row.failure_code = step.failure_code or row.failure_code
            schedule_check(row, timezone.now())
        if step.received is not None and row.state == State.MISMATCH:
            row.received_gr, row.received_currency = step.received[0], step.received[1][:3]
    update_rows(list(rows.values()), _WRITTEN)
    return rows


def _note_money(row: Payment, step: Step) -> None:
    if step.operator_id and (row.paid_at is None or not row.operator_id):
        row.operator_id = step.operator_id  # of several tries of the payer the one that brought the money
    if step.paid_at is not None and row.paid_at is None:
        row.paid_at = step.paid_at
        row.debited_on = warsaw_day(step.paid_at)
    if step.fee_gr is not None:
        row.operator_fee_gr = step.fee_gr
