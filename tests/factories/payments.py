"""Payments as the operator has confirmed them, without the operator: for tests of what comes after."""

from datetime import UTC, date, datetime
from uuid import uuid4

import factory

from services.accounts.models import Resident
from services.liabilities.models import Liability
from services.payments.models import Payment, PaymentItem
from tenants.configuration.models import OperatorAccount


class PaymentFactory(factory.django.DjangoModelFactory):
    """A payment of Anna's that was paid on 18 November 2026 and waits to be booked; `due=` is what it pays."""

    class Meta:
        model = Payment
        skip_postgeneration_save = True

    reference = factory.LazyFunction(lambda: uuid4().hex[:24])
    state = "paid"
    resident = factory.LazyFunction(
        lambda: Resident.objects.get(representations__payer__external_id="K-anna")
    )
    payer = factory.LazyAttribute(lambda payment: payment.resident.representations.get(is_self=True).payer)
    operator_account = factory.LazyFunction(lambda: OperatorAccount.objects.order_by("id").first())
    allocation_regime = "tax"
    account_nrb = factory.LazyAttribute(lambda payment: payment.operator_account.account_nrb)
    title = "Podatek od nieruchomości"
    amount_gr = 30_000
    fee_gr = 100
    method_id = "25"
    method_name = "Bank Przykładowy"
    method_group = "transfer"
    quoted_on = date(2026, 11, 18)
    start_key = factory.LazyFunction(uuid4)
    operator_id = "320145679"
    paid_at = datetime(2026, 11, 18, 19, 3, tzinfo=UTC)
    debited_on = date(2026, 11, 18)

    class Params:
        unpaid = factory.Trait(state="started", paid_at=None, debited_on=None, operator_id="")

    @factory.post_generation
    def due(self, create: bool, extracted: Liability | None, **kwargs: object) -> None:
        if extracted is not None:
            PaymentItem.objects.create(payment=self, liability=extracted, principal_gr=self.amount_gr)
