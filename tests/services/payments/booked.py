"""Booked payments whose numbers are worked out by hand, for the tests of their record and statement."""

from datetime import date, datetime

from django.db.models import QuerySet

from kernel.actors import Actor
from kernel.dates import WARSAW
from services.accounts.models import Payer
from services.liabilities.models import Liability, ReminderCost
from services.payments.actions import book_payment
from services.payments.models import Payment
from services.payments.queries_records import BookedRecord, record_of
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.factories.payments import PaymentFactory

ORDERED_ON, PAID_ON, CREDITED_ON = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4)


def book(payer: Payer, dues: list[Liability], actor: Actor, **values: object) -> Payment:
    """A payment ordered on Monday, debited on Tuesday, credited on Wednesday and booked today."""
    payment = PaymentFactory(paid=True, payer=payer, dues=dues, debited_on=PAID_ON, **values)
    _row(payment).update(created_at=datetime(2026, 11, 2, 20, 15, tzinfo=WARSAW))
    book_payment(payment_id=payment.public_id, credited_on=CREDITED_ON, actor=actor)
    return _row(payment).get()


def record(payment: Payment) -> BookedRecord:
    """The record of the payment's last booking."""
    found = record_of(payment)
    assert found is not None
    return found


def arrears(payer: Payer, actor: Actor) -> tuple[Payment, ReminderCost, Liability, Liability]:
    """1516,00 zł for the fourth instalment and a reminder, while two instalments of the year before are overdue.

    Reminder 16,00. First instalment 1000,00, late since 18 March 2025 (15 March is a Saturday): rate x days from 14.5 x 51
    to 10.5 x 244 sum to 6973, so 1000 x 69.73 / 365 = 191.0411, owed 191,00. The second, 1500,00, late since 16 May 2025:
    6125.5, so 251.7329, owed 252,00. Of the last 309,00 go 309 x 1500 / 1752 = 264.5548 to the principal: 264,55 and 44,45.
    What is left of it, 1235,45, bears 1235.45 x 61.255 / 365 = 207.33, so 207,00.
    """
    first = LiabilityFactory(
        payer=payer, year=2025, instalment=1, principal_gr=100_000, due_on=date(2025, 3, 15),
        document_number="FN.3120.7.2025",
    )  # fmt: skip
    second = LiabilityFactory(
        payer=payer, year=2025, instalment=2, principal_gr=150_000, due_on=date(2025, 5, 15),
        document_number="FN.3120.7.2025",
    )  # fmt: skip
    chosen = LiabilityFactory(payer=payer, instalment=4, principal_gr=150_000, due_on=date(2026, 11, 16))
    cost = ReminderCostFactory(payer=payer, liabilities=[first], number="UP/77/2026")
    payment = book(payer, [chosen], actor, costs=[cost], amount_gr=151_600)
    return payment, cost, first, second


def _row(payment: Payment) -> QuerySet[Payment]:
    return Payment.objects.filter(pk=payment.pk)
