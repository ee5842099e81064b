"""What does not agree for one operator account, read from what the portal holds: nothing is asked, nothing is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncDate

from kernel.audit.recording import history
from kernel.dates import WARSAW, warsaw_day
from services.payments.domain import discrepancies as usual
from services.payments.domain.discrepancies import Kind
from services.payments.domain.states import RELEASED, UNPAID, State, has_money
from services.payments.models import (
    Discrepancy,
    DiscrepancyState,
    OperatorEvent,
    Payment,
    PaymentItem,
    Reconciliation,
    Refund,
    SettlementBatch,
    SettlementLine,
    Verdict,
)
from services.payments.queries_refunds import paid_twice, stuck, taken_back
from tenants.configuration.models import FeeBearer, OperatorAccount

_WITH_MONEY = [state.value for state in State if has_money(state)]
_EXPECTED = [
    State.PAID.value,
    State.BOOKED.value,
    State.REFUND_PENDING.value,
    State.PARTLY_REFUNDED.value,
]
"""Money that the operator has to pay out."""


@dataclass(frozen=True)
class Finding:
    """One thing that does not agree. `key` is the same for the same fact, numbers included; `details` name no person."""

    kind: Kind
    key: str
    payment: Payment | None = None
    batch: SettlementBatch | None = None
    details: Mapping[str, object] = field(default_factory=dict)


def findings(account: OperatorAccount, at: Reconciliation, now: datetime) -> Iterator[Finding]:
    """Everything that does not agree for the account at the moment `now`."""
    payments = Payment.objects.filter(operator_account=account)
    yield from _lines(account)
    yield from _not_settled(payments, at)
    yield from _transfers(account)
    yield from _states(payments, now)
    yield from _fees(payments)
    yield from _refunds(account)
    yield from _messages(account, now)
    yield from _locks(payments, now)


def _lines(account: OperatorAccount) -> Iterator[Finding]:
    lines = SettlementLine.objects.filter(batch__operator_account=account, is_listed=True)
    lines = lines.select_related("batch", "payment__tariff")
    for line in lines.filter(payment__isnull=True):
        details = {
            "amount_gr": line.amount_gr,
            "batch": line.batch.batch_id,
            "operator_id": line.operator_tx_id,
        }
        key = f"{Kind.SETTLED_UNKNOWN}:{account.pk}:{line.operator_tx_id}:{line.refund_id}"
        yield Finding(Kind.SETTLED_UNKNOWN, key, batch=line.batch, details=details)
    paid = lines.filter(refund_id="", payment__state__in=_WITH_MONEY)
    for line in paid.exclude(operator_tx_id=F("payment__operator_id")):
        details = {"amount_gr": line.amount_gr, "operator_id": line.operator_tx_id}
        key = f"{Kind.PAID_TWICE}:{account.pk}:{line.operator_tx_id}"
        yield Finding(Kind.PAID_TWICE, key, line.payment, line.batch, details)
    agreed = Q(amount_gr=Coalesce("payment__received_gr", F("payment__amount_gr") + F("payment__fee_gr")))
    same = paid.filter(operator_tx_id=F("payment__operator_id"))
    for line in same.exclude(agreed):
        assert line.payment is not None
        yield _differs(Kind.AMOUNT_DIFFERS, line, line.amount_gr, line.payment.paid_gr)
    shown = same.filter(payment__tariff__bearer=FeeBearer.PAYER, fee_gr__isnull=False)
    for line in shown.exclude(fee_gr=F("payment__fee_gr")):
        assert line.payment is not None
        assert line.fee_gr is not None
        yield _differs(Kind.FEE_DIFFERS, line, line.fee_gr, line.payment.fee_gr)


def _fees(payments: QuerySet[Payment]) -> Iterator[Finding]:
    """The fee that the operator told of a payment is not the one that the payer was shown, and no payout tells it again."""
    settled = SettlementLine.objects.filter(
        payment=OuterRef("pk"),
        batch__is_manual=False,
        is_listed=True,
        refund_id="",
        fee_gr__isnull=False,
    )
    told = payments.filter(
        ~Exists(settled),
        tariff__bearer=FeeBearer.PAYER,
        operator_fee_gr__isnull=False,
        state__in=_WITH_MONEY,
    )
    for row in told.exclude(operator_fee_gr=F("fee_gr") + F("added_fee_gr")):
        yield _of_payment(
            Kind.FEE_DIFFERS, row, amount_gr=row.operator_fee_gr or 0, expected_gr=row.payer_fee_gr
        )


def _differs(kind: Kind, line: SettlementLine, told_gr: int, expected_gr: int) -> Finding:
    key = f"{kind}:{line.batch.public_id}:{line.operator_tx_id}:{told_gr}:{expected_gr}"
    details = {"amount_gr": told_gr, "expected_gr": expected_gr, "batch": line.batch.batch_id}
    return Finding(kind, key, line.payment, line.batch, details)


def _not_settled(payments: QuerySet[Payment], at: Reconciliation) -> Iterator[Finding]:
    """Paid since the account is compared, and in no payout although the payouts of the days after it were read.

    One that was found within the window stays until its payout comes, or a person resolves it.
    """
    since_on, known_until = _days_of_payouts(at)
    if known_until is None:
        return
    until = known_until - usual.NOT_SETTLED_AFTER
    known = Discrepancy.objects.filter(
        kind=Kind.NOT_SETTLED, state=DiscrepancyState.OPEN, payment=OuterRef("pk")
    )
    told = SettlementLine.objects.filter(
        payment=OuterRef("pk"), operator_tx_id=OuterRef("operator_id"), refund_id="", is_listed=True
    )
    rows = payments.annotate(paid_on=TruncDate("paid_at", tzinfo=WARSAW)).filter(
        Q(paid_on__gte=max(since_on, known_until - usual.WINDOW)) | Q(Exists(known)),
        ~Exists(told),
        state__in=_EXPECTED,
        paid_on__lte=until,
    )
    for row in rows:
        yield _of_payment(Kind.NOT_SETTLED, row, amount_gr=row.paid_gr)


def _days_of_payouts(at: Reconciliation) -> tuple[date, date | None]:
    """Of which days the payouts are known: as the operator has told them, or as clerks have entered them so far."""
    if at.read_until is not None:
        return at.since_on, at.read_until
    entered = SettlementBatch.objects.filter(operator_account=at.operator_account, is_manual=True)
    days = entered.aggregate(first=Min("bank_on"), last=Max("bank_on"))
    return max(at.since_on, days["first"] or at.since_on), days["last"]


def _transfers(account: OperatorAccount) -> Iterator[Finding]:
    for batch in batches_with_sums().filter(operator_account=account, bank_amount_gr__isnull=False):
        expected_gr, bank_gr = batch.payout_gr, batch.bank_amount_gr
        if expected_gr == bank_gr:
            continue
        key = f"{Kind.TRANSFER_DIFFERS}:{batch.public_id}:{expected_gr}:{bank_gr}"
        details = {"amount_gr": bank_gr or 0, "expected_gr": expected_gr, "batch": batch.batch_id}
        yield Finding(Kind.TRANSFER_DIFFERS, key, batch=batch, details=details)


def batches_with_sums() -> QuerySet[Any]:
    """Payouts with `payout_gr`, what their listed lines come to for the office, in grosze.

    A fee for which the office gets an invoice is not kept back.
    """
    listed = Q(lines__is_listed=True)
    kept = Q(lines__payment__tariff__isnull=True) | Q(lines__payment__tariff__is_invoiced=False)
    amount = Coalesce(Sum("lines__amount_gr", filter=listed), 0)
    fees = Coalesce(Sum("lines__fee_gr", filter=listed & kept), 0)
    return SettlementBatch.objects.annotate(payout_gr=amount - fees - F("kept_gr"))


def _states(payments: QuerySet[Payment], now: datetime) -> Iterator[Finding]:
    for row in payments.filter(state=State.PAID_UNVERIFIED):
        if now - _unverified_since(row) > usual.UNVERIFIED_AFTER:
            yield _of_payment(Kind.UNVERIFIED, row, amount_gr=row.total_gr)
    for row in _denied(payments, now):
        yield _of_payment(Kind.DENIED, row, amount_gr=row.total_gr)
    for row in payments.filter(state=State.MISMATCH):
        yield _of_payment(Kind.MISMATCH, row, amount_gr=row.received_gr or 0, expected_gr=row.total_gr)
    for row in paid_twice(payments):
        yield _of_payment(Kind.PAID_TWICE, row, amount_gr=row.paid_gr)
    for row in taken_back(payments):
        details = {"amount_gr": row.paid_gr, "state": row.state}
        yield Finding(Kind.TAKEN_BACK, f"{Kind.TAKEN_BACK}:{row.public_id}:{row.state}", row, details=details)


def _denied(payments: QuerySet[Payment], now: datetime) -> QuerySet[Payment]:
    """Given up although a signed message told of money: listed until the money comes or a person resolves it."""
    known = Discrepancy.objects.filter(kind=Kind.DENIED, state=DiscrepancyState.OPEN, payment=OuterRef("pk"))
    released = payments.filter(state__in=[state.value for state in RELEASED], failure_code=usual.DENIED)
    return released.filter(Q(created_at__gte=now - usual.WINDOW) | Q(Exists(known)))


def _unverified_since(payment: Payment) -> datetime:
    """When the payment was reported as paid."""
    told = history(payment).filter(action="payment.state", details__after=State.PAID_UNVERIFIED.value)
    first = told.order_by("-at").first()
    return first.at if first else payment.created_at


def _refunds(account: OperatorAccount) -> Iterator[Finding]:
    rows = Refund.objects.filter(payment__operator_account=account).select_related("payment")
    for refund in stuck(rows):
        details = {"amount_gr": refund.amount_gr, "state": refund.state}
        key = f"{Kind.REFUND_STUCK}:{refund.public_id}"
        yield Finding(Kind.REFUND_STUCK, key, refund.payment, details=details)


def _messages(account: OperatorAccount, now: datetime) -> Iterator[Finding]:
    events = OperatorEvent.objects.filter(operator_account=account)
    for event in events.filter(verdict=Verdict.ORPHAN).select_related("payment"):
        # With a payment it is the second transaction for one that has its money already.
        kind = Kind.PAID_TWICE if event.payment else Kind.UNKNOWN_MESSAGE
        details = {"day": str(warsaw_day(event.received_at)), "kind": event.kind}
        yield Finding(kind, f"{kind}:message:{event.public_id}", event.payment, details=details)
    forged = (
        events.filter(verdict=Verdict.FORGED, last_received_at__gt=now - usual.FORGED_SHOWN)
        .annotate(day=TruncDate("last_received_at", tzinfo=WARSAW))
        .order_by()
        .values("day")
        .annotate(count=Sum("deliveries"))
        .filter(count__gte=usual.FORGED_IN_A_DAY)
    )
    for group in forged:
        day: date = group["day"]
        key = f"{Kind.FORGED_OFTEN}:{account.pk}:{day}"
        yield Finding(Kind.FORGED_OFTEN, key, details={"day": str(day), "count": group["count"]})


def _locks(payments: QuerySet[Payment], now: datetime) -> Iterator[Finding]:
    held = PaymentItem.objects.filter(payment=OuterRef("pk"), is_open=True)
    unpaid = Q(state__in=[state.value for state in UNPAID])
    dead = Q(expires_at__lt=now - usual.LINK_DEAD_FOR) | Q(
        expires_at__isnull=True, created_at__lt=now - usual.LINK_DEAD_FOR
    )
    waiting = ~unpaid & Q(paid_at__lt=now - usual.PAID_LOCK)
    for row in payments.filter(Exists(held), (unpaid & dead) | waiting):
        details = {"amount_gr": row.amount_gr, "state": row.state, "day": str(warsaw_day(row.created_at))}
        yield Finding(Kind.LONG_LOCK, f"{Kind.LONG_LOCK}:{row.public_id}", row, details=details)


def _of_payment(kind: Kind, payment: Payment, **amounts: int) -> Finding:
    numbers = ":".join(str(value) for value in amounts.values())
    return Finding(kind, f"{kind}:{payment.public_id}:{numbers}", payment, details=dict(amounts))
