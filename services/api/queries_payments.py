"""Payments as a finance system books them: amounts by its own ids, days, and how the office's booking divided the money."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from kernel.errors import NotFound
from services.ledger.models import AccountKind, Posting
from services.ledger.queries import standing_entries
from services.liabilities.models import Liability, ReminderCost
from services.payments.domain.refunds import OPEN, REFUNDABLE
from services.payments.domain.states import State
from services.payments.models import Payment, PaymentItem, Refund
from services.payments.queries import can_be_booked, payment_rows


class Status(StrEnum):
    """The small public set of statuses over the internal states."""

    IN_PROGRESS = "in_progress"
    TO_BOOK = "to_book"
    TO_CLARIFY = "to_clarify"
    BOOKED = "booked"
    NOT_PAID = "not_paid"
    REFUNDED = "refunded"


STATES: Mapping[Status, frozenset[State]] = {
    Status.IN_PROGRESS: frozenset(
        {State.CREATED, State.STARTED, State.UNKNOWN, State.PENDING, State.PAID_UNVERIFIED}
    ),
    Status.TO_BOOK: REFUNDABLE,
    Status.TO_CLARIFY: frozenset({State.MISMATCH, State.REFUND_PENDING}),
    Status.BOOKED: frozenset({State.BOOKED}),
    Status.NOT_PAID: frozenset({State.FAILED, State.CANCELLED, State.EXPIRED}),
    Status.REFUNDED: frozenset({State.REFUNDED, State.CHARGEBACK}),
}
"""What a state says by itself. Money that came, all of it or what was not given back, is for the office to book, but not
while a refund of it is under way or once it was booked: then it is to be clarified."""
STATUS_OF: Mapping[State, Status] = {state: status for status, states in STATES.items() for state in states}


def _status(row: Payment) -> Status:
    status = STATUS_OF[State(row.state)]
    return Status.TO_CLARIFY if status == Status.TO_BOOK and not can_be_booked(row) else status


def _with_status(status: Status) -> Q:
    """The same as `_status`, as a condition."""
    here = Q(state__in=[state.value for state in STATES[status]])
    to_book = Q(state__in=[state.value for state in REFUNDABLE])
    refund = Refund.objects.filter(payment=OuterRef("pk"), state__in=[state.value for state in OPEN])
    bookable = Q(~Exists(refund), booked_at__isnull=True)
    if status == Status.TO_BOOK:
        return here & bookable
    return here | (to_book & ~bookable) if status == Status.TO_CLARIFY else here


@dataclass(frozen=True)
class ExchangeItem:
    """What the payer chose and confirmed: a due or a reminder's costs, in grosze."""

    kind: str
    external_id: str
    liability_type: str
    principal_gr: int
    interest_gr: int
    cost_gr: int

    @property
    def total_gr(self) -> int:
        """Sum of the item."""
        return self.principal_gr + self.interest_gr + self.cost_gr


@dataclass(frozen=True)
class ExchangeShare:
    """What the booking credited to one due or reminder; in grosze."""

    kind: str
    external_id: str
    principal_gr: int
    interest_gr: int
    cost_gr: int


@dataclass(frozen=True)
class Booking:
    """How the booking divided the money; shares and `overpaid_gr` sum to the payment's amount."""

    effective_on: date
    shares: tuple[ExchangeShare, ...]
    overpaid_gr: int


@dataclass(frozen=True)
class ExchangePayment:
    """One payment. `amount_gr` is what the office gets, less than ordered where another amount came or a part went back; the
    operator's fee `fee_gr` is on top and not the office's. Of a payment without money both are as ordered."""

    public_id: UUID
    reference: str
    status: Status
    amount_gr: int
    fee_gr: int
    total_gr: int
    account_nrb: str
    payer_external_id: str
    operator: str
    operator_id: str
    method_id: str
    method: str
    created_at: datetime
    paid_at: datetime | None
    debited_on: date | None
    credited_on: date | None
    booked_at: datetime | None
    items: tuple[ExchangeItem, ...]
    booking: Booking | None


def exchange_payments(status: Status, *, after: int, limit: int) -> tuple[list[ExchangePayment], int | None]:
    """At most `limit` payments with that status, the oldest first, and the key to go on after (None: that was all)."""
    rows = payment_rows().filter(_with_status(status), pk__gt=after).order_by("pk")
    found = list(rows[: limit + 1])
    page = found[:limit]
    return _exchanged(page), page[-1].pk if len(found) > limit else None


def exchange_payment(public_id: UUID) -> ExchangePayment:
    """One payment. Raises NotFound("payment.unknown")."""
    rows = list(payment_rows().filter(public_id=public_id))
    if not rows:
        raise NotFound("payment.unknown")
    return _exchanged(rows)[0]


def _exchanged(rows: Collection[Payment]) -> list[ExchangePayment]:
    bookings = _bookings([row for row in rows if row.booked_at])
    return [_payment(row, bookings.get(row.public_id)) for row in rows]


def _payment(row: Payment, booking: Booking | None) -> ExchangePayment:
    status = _status(row)
    amount_gr = row.office_gr if status in (Status.TO_BOOK, Status.BOOKED) else row.amount_gr
    return ExchangePayment(
        public_id=row.public_id,
        reference=row.reference,
        status=status,
        amount_gr=amount_gr,
        fee_gr=row.payer_fee_gr,
        total_gr=amount_gr + row.payer_fee_gr,
        account_nrb=row.account_nrb,
        payer_external_id=row.payer.external_id,
        operator=row.operator_account.operator,
        operator_id=row.operator_id,
        method_id=row.method_id,
        method=row.method_name,
        created_at=row.created_at,
        paid_at=row.paid_at,
        debited_on=row.debited_on,
        credited_on=row.credited_on,
        booked_at=row.booked_at,
        items=tuple(_item(item) for item in row.items.all()),
        booking=booking,
    )


def _item(item: PaymentItem) -> ExchangeItem:
    due, cost = item.liability, item.reminder_cost
    return ExchangeItem(
        kind="liability" if due else "reminder_cost",
        external_id=due.external_id if due else cost.external_id if cost else "",
        liability_type=due.liability_type.code if due else "",
        principal_gr=item.principal_gr,
        interest_gr=item.interest_gr,
        cost_gr=item.cost_gr,
    )


def _bookings(rows: Collection[Payment]) -> dict[UUID, Booking]:
    """How the ledger divided the payments: credits of claims and of overpayments in the entries of the bookings that stand.

    What the office has taken back is no division of the money any more; what it booked instead is.
    """
    standing = standing_entries([row.public_id for row in rows])
    booked = {entry.pk: (payment_id, entry) for payment_id, found in standing.items() for entry in found}
    postings = Posting.objects.filter(entry__in=booked, amount_gr__lt=0, subject__isnull=False)
    credited: dict[int, dict[UUID, dict[str, int]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(int))
    )
    for entry_id, subject, account, amount_gr in postings.values_list(
        "entry", "subject", "account", "amount_gr"
    ):
        if subject is not None:
            credited[entry_id][subject][account] -= amount_gr
    names = _names({subject for subjects in credited.values() for subject in subjects})
    found = {}
    for entry_id, subjects in credited.items():
        payment_id, entry = booked[entry_id]
        found[payment_id] = Booking(entry.effective_on, _shares(subjects, names), _overpaid(subjects))
    return found


def _names(subjects: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    dues = Liability.objects.filter(public_id__in=subjects).values_list("public_id", "external_id")
    costs = ReminderCost.objects.filter(public_id__in=subjects).values_list("public_id", "external_id")
    return {key: ("liability", name) for key, name in dues} | {
        key: ("reminder_cost", name) for key, name in costs
    }


def _shares(
    subjects: Mapping[UUID, Mapping[str, int]], names: Mapping[UUID, tuple[str, str]]
) -> tuple[ExchangeShare, ...]:
    return tuple(
        ExchangeShare(
            *names[subject],
            principal_gr=amounts.get(AccountKind.RECEIVABLE_PRINCIPAL, 0),
            interest_gr=amounts.get(AccountKind.RECEIVABLE_INTEREST, 0),
            cost_gr=amounts.get(AccountKind.REMINDER_COSTS, 0),
        )
        for subject, amounts in subjects.items()
        if subject in names
    )


def _overpaid(subjects: Mapping[UUID, Mapping[str, int]]) -> int:
    return sum(amounts.get(AccountKind.OVERPAYMENT, 0) for amounts in subjects.values())
