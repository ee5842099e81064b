"""P13: what the operator, the office and the ledger tell of the same payments, through bookings and their reversals."""

import pytest
from django.utils import timezone

from services.payments.actions import book_payment, reverse_entry
from services.payments.models import Discrepancy
from services.payments.parity import parity_of_gmina
from tenants.configuration.models import OperatorAccount
from tests.factories.payments import PaymentFactory
from tests.services.payments.test_booking_again import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


def sums() -> tuple[int, int, int, int]:
    found = parity_of_gmina()
    return found.confirmed_gr, found.booked, found.booked_gr, found.ledger_gr


def test_p13_office_and_ledger_agree_before_and_after_a_booking_and_its_reversal(daria, payer, due):
    assert sums() == (0, 0, 0, 0)
    payment = PaymentFactory(paid=True, payer=payer, dues=[due])
    confirmed = parity_of_gmina().confirmed_gr
    assert confirmed == payment.office_gr > 0
    assert sums() == (confirmed, 0, 0, 0)
    today = timezone.localdate()
    book_payment(payment_id=payment.public_id, credited_on=today, actor=daria)
    assert sums() == (confirmed, 1, confirmed, confirmed)
    reverse_entry(entry_id=standing(payment).public_id, reason="pomyłka", corrected_on=today, actor=daria)
    assert sums() == (confirmed, 0, 0, 0)
    book_payment(payment_id=payment.public_id, credited_on=today, actor=daria)
    assert sums() == (confirmed, 1, confirmed, confirmed)


def test_p13_open_discrepancies_are_counted_by_kind_with_the_oldest(in_borki):
    now = timezone.now()
    account = OperatorAccount.objects.first()
    for number, state in enumerate(("open", "open", "resolved")):
        Discrepancy.objects.create(
            kind="not_settled", key=str(number), operator_account=account, first_seen_at=now, last_seen_at=now,
            state=state, resolved_at=now if state == "resolved" else None,
        )  # fmt: skip
    found = parity_of_gmina()
    assert dict(found.discrepancies) == {"not_settled": 2}
    assert found.oldest_at == now
