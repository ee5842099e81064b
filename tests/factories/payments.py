"""Payments as they stand in the database after their acts, without an operator."""

import secrets
from datetime import timedelta
from uuid import uuid4

import factory
from django.utils import timezone

from services.liabilities.models import Liability, ReminderCost
from services.payments.domain.states import LOCKING, State
from services.payments.models import Payment, PaymentItem
from tenants.configuration.queries import operator_account_for
from tests.factories.accounts import PayerFactory, ResidentFactory


class PaymentFactory(factory.django.DjangoModelFactory):
    """A started payment of `dues` and `costs` at their assessed amounts; `paid` and `expired` are later states."""

    class Meta:
        model = Payment
        skip_postgeneration_save = True

    reference = factory.LazyFunction(lambda: secrets.token_hex(12))
    state = State.STARTED
    payer = factory.SubFactory(PayerFactory)
    resident = factory.LazyAttribute(lambda payment: ResidentFactory(payer=payment.payer))
    operator_account = factory.LazyAttribute(lambda payment: operator_account_for(payment.account_nrb))
    allocation_regime = "tax"
    account_nrb = "31999900130000100020000101"
    title = "Podatek od nieruchomości"
    amount_gr = 30_000
    fee_gr = 100
    method_id = "25"
    method_name = "Bank Próbny"
    method_group = "transfer"
    quoted_on = factory.LazyFunction(timezone.localdate)
    start_key = factory.LazyFunction(uuid4)
    started_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=35))

    class Params:
        paid = factory.Trait(
            state=State.PAID,
            paid_at=factory.LazyFunction(timezone.now),
            debited_on=factory.LazyFunction(timezone.localdate),
        )
        expired = factory.Trait(
            state=State.EXPIRED,
            expires_at=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1)),
        )

    @factory.post_generation
    def dues(self, create: bool, extracted: list[Liability] | None, **kwargs: object) -> None:
        for due in extracted or []:
            PaymentItem.objects.create(
                payment=self, liability=due, principal_gr=due.principal_gr, is_open=self.state in LOCKING
            )

    @factory.post_generation
    def costs(self, create: bool, extracted: list[ReminderCost] | None, **kwargs: object) -> None:
        for cost in extracted or []:
            PaymentItem.objects.create(
                payment=self, reminder_cost=cost, cost_gr=cost.amount_gr, is_open=self.state in LOCKING
            )
