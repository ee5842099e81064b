"""Refunds as the office sees them, and the payments of which money has to go back, was taken back or came twice."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from integrations.payments import registry
from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import require
from services.liabilities.models import Overpayment
from services.payments.domain.refunds import OPEN, STUCK_AFTER, UNDERWAY, RefundState
from services.payments.domain.states import State
from services.payments.models import Payment, PaymentItem, Refund
from services.payments.queries import desk_payment_for, payments_seen
from services.users.domain import Verb

_HOLDING = (State.PAID, State.BOOKED, State.REFUND_PENDING, State.PARTLY_REFUNDED)
_GONE = (State.PARTLY_REFUNDED, State.REFUNDED, State.CHARGEBACK)


def refunds_seen(actor: Actor) -> QuerySet[Refund]:
    """Refunds of payments about dues that the clerk handles, newest first."""
    require(actor, Verb.REFUND_PAYMENT)
    rows = Refund.objects.select_related(
        "payment__payer", "payment__operator_account", "proposed_by", "approved_by", "closed_by"
    )
    return rows.filter(payment__in=payments_seen(actor).order_by().values("pk")).order_by(
        "-proposed_at", "-id"
    )


def refunds_to_decide(actor: Actor) -> QuerySet[Refund]:
    """Proposed refunds that wait for a second person, the oldest first."""
    return refunds_seen(actor).filter(state=RefundState.PROPOSED).order_by("proposed_at", "id")


def refunds_open(actor: Actor) -> QuerySet[Refund]:
    """Refunds that have not ended: those that wait for a second person first, then the oldest."""
    return open_first(refunds_seen(actor).filter(state__in=list(OPEN)))


def open_first(rows: QuerySet[Refund]) -> QuerySet[Refund]:
    """In the order in which they have to be looked at: those without a second person's yes first, then the oldest."""
    return rows.order_by(F("approved_at").asc(nulls_first=True), "proposed_at", "id")


def stuck_refunds(actor: Actor) -> QuerySet[Refund]:
    """Approved refunds whose end the operator has not told for three days, the oldest first."""
    return stuck(refunds_seen(actor))


def stuck(rows: QuerySet[Refund]) -> QuerySet[Refund]:
    """Those of the refunds that have no end for three days after their approval, the oldest first."""
    late = rows.filter(state__in=list(UNDERWAY), approved_at__lt=timezone.now() - STUCK_AFTER)
    return late.order_by("approved_at", "id")


def refund_for(actor: Actor, refund_id: UUID) -> Refund:
    """One refund for a clerk who handles every due of its payment. Raises NotFound("refund.unknown") for any other."""
    row = refunds_seen(actor).filter(public_id=refund_id).first()
    if row is None:
        raise NotFound("refund.unknown")
    require(actor, Verb.REFUND_PAYMENT, row.payment)
    return row


def refundable_payment_for(actor: Actor, payment_id: UUID) -> Payment:
    """One payment for a clerk who handles every due of it. Raises NotFound for any other."""
    row = desk_payment_for(actor, payment_id)
    require(actor, Verb.REFUND_PAYMENT, row)
    return row


def has_refund_api(payment: Payment) -> bool:
    """Whether the payment's operator takes refunds from us."""
    return registry.operator(payment.operator_account.operator).caps.refund_api


def refunds_of(payment: Payment) -> list[Refund]:
    """The refunds of a payment, the oldest first, with who acted."""
    return list(payment.refunds.select_related("proposed_by", "approved_by", "closed_by"))


def refunds_shown_to_payer(payment: Payment) -> list[Refund]:
    """What the payer sees: money on its way back and money given back, not what the office only considers."""
    shown = [*UNDERWAY, RefundState.COMPLETED]
    return [row for row in payment.refunds.all() if row.state in shown]


def refunds_due_for_check(now: datetime, limit: int = 200) -> list[UUID]:
    """Refunds whose order is to be given again, or whose end is to be asked of the operator, now."""
    rows = Refund.objects.filter(next_check_at__lte=now).order_by("next_check_at")
    return list(rows.values_list("public_id", flat=True)[:limit])


def paid_twice(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    """Those of the payments, not booked yet, whose due another payment paid at the same time.

    The lock of a due lets only one attempt begin at a time, so two with money mean that an attempt was given up, its due was
    paid again, and its own money came after all (payments.md 2.2). Parts of one due that were paid one after another are
    none: the later one was ordered after the earlier one was booked.
    """
    others = PaymentItem.objects.filter(
        Q(payment__booked_at__isnull=True) | Q(payment__booked_at__gt=OuterRef("payment__created_at")),
        ~Q(payment=OuterRef("payment")),
        Q(liability=OuterRef("liability")) | Q(reminder_cost=OuterRef("reminder_cost")),
        payment__state__in=_HOLDING,
    )
    doubled = PaymentItem.objects.filter(Exists(others), payment=OuterRef("pk"))
    return rows.filter(Exists(doubled), state__in=(State.PAID, State.PARTLY_REFUNDED))


def doubles_of(payment: Payment) -> list[Payment]:
    """The other payments with money for the same dues; empty when nothing was paid twice."""
    if not paid_twice(Payment.objects.filter(pk=payment.pk)).exists():
        return []
    items = payment.items.all()
    same = Q(items__liability__in=[item.liability_id for item in items if item.liability_id]) | Q(
        items__reminder_cost__in=[item.reminder_cost_id for item in items if item.reminder_cost_id]
    )
    found = Payment.objects.filter(
        same, Q(booked_at__isnull=True) | Q(booked_at__gt=payment.created_at), state__in=_HOLDING
    )
    return list(found.exclude(pk=payment.pk).distinct().order_by("created_at"))


def paid_twice_ids(rows: Iterable[Payment]) -> set[int]:
    """Keys of those of the payments that are paid twice, for the marks of a list."""
    ids = [row.pk for row in rows]
    return set(paid_twice(Payment.objects.filter(pk__in=ids)).values_list("pk", flat=True))


def payments_taken_back(actor: Actor) -> QuerySet[Payment]:
    """Booked payments whose money went away afterwards, by the payer's bank or at the operator: their bookings still stand
    in the ledger and have to be taken back by a person. The oldest first."""
    return taken_back(payments_seen(actor))


def taken_back(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    """Those of the payments whose money went away after they were booked, the oldest first."""
    return rows.filter(state__in=_GONE, booked_at__isnull=False).order_by("booked_at")


def to_clarify_count(actor: Actor) -> int:
    """How many payments of the clerk were paid twice or lost their money after booking."""
    return paid_twice(payments_seen(actor)).count() + payments_taken_back(actor).count()


def overpayment_from(payment: Payment) -> Overpayment | None:
    """The overpayment that the payment's last booking left."""
    return Overpayment.objects.filter(source_ref=str(payment.public_id)).order_by("-pk").first()
