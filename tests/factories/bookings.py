"""Payments of chosen parts of dues, booked by the real action."""

from collections.abc import Mapping
from datetime import date, datetime

from kernel.actors import Actor
from services.accounts.models import Payer
from services.liabilities.models import Liability
from services.payments.actions import book_payment
from services.payments.models import Payment, PaymentItem
from tests.factories.payments import PaymentFactory


def booked(
    payer: Payer,
    parts: Mapping[Liability, int],
    *,
    paid_on: date,
    actor: Actor,
    ordered_at: datetime | None = None,
) -> Payment:
    """A payment of so many grosze of each due, debited and credited on `paid_on` and booked now; ordered now as well unless
    `ordered_at` says when."""
    first = next(iter(parts))
    payment = PaymentFactory(
        paid=True,
        payer=payer,
        amount_gr=sum(parts.values()),
        debited_on=paid_on,
        allocation_regime=first.liability_type.allocation_regime,
        account_nrb=first.liability_type.account_nrb,
    )
    for due, amount_gr in parts.items():
        PaymentItem.objects.create(payment=payment, liability=due, principal_gr=amount_gr)
    if ordered_at:
        Payment.objects.filter(pk=payment.pk).update(created_at=ordered_at)
    return book_payment(payment_id=payment.public_id, credited_on=paid_on, actor=actor)
