"""A refund at an operator that lists none and answers by the key alone: it ends all the same (payments.md section 6)."""

import pytest

from kernel.audit.models import AuditEntry
from services.payments.actions import refresh_payment, refresh_refund, send_refund
from services.payments.models import Payment
from tests.services.payments.refunding import approve, clerk, left_gr, make_due, propose

pytestmark = pytest.mark.django_db
LATER = 3600


@pytest.fixture
def paid(use_autopay, autopay, payments, due) -> Payment:
    use_autopay()
    payment = payments.start(due)
    autopay.control.pay(payment.reference)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"
    return payment


@pytest.fixture
def sent(paid, person):
    """A refund of 40,00 zł that is on its way."""

    def order(amount_gr=4_000):
        refund = approve(propose(paid, person("daria"), amount_gr), clerk())
        send_refund(refund.public_id)
        refund.refresh_from_db()
        assert refund.state == "pending"
        return refund

    return order


def asked(refund):
    make_due(refund)
    refresh_refund(refund.public_id)
    refund.refresh_from_db()
    return refund


def test_a_refund_is_completed_when_the_transfer_has_gone_out(sent, paid, autopay):
    refund = asked(sent())
    assert refund.state == "pending"
    autopay.control.advance(LATER)

    asked(refund)

    paid.refresh_from_db()
    assert (refund.state, refund.operator_status, paid.state) == ("completed", "completed", "partly_refunded")
    assert left_gr(paid) == paid.total_gr - 4_000
    assert AuditEntry.objects.filter(action="refund.completed").count() == 1


def test_a_refund_without_money_at_the_operator_is_rejected(sent, paid, autopay):
    autopay.control.fault("refund", "rejected_later")
    refund = sent()
    autopay.control.advance(LATER)

    asked(refund)

    paid.refresh_from_db()
    assert (refund.state, paid.state) == ("rejected", "paid")
    assert left_gr(paid) == paid.total_gr


def test_two_refunds_of_one_payment_are_told_apart_by_their_keys(sent, paid, autopay):
    first = sent(4_000)
    autopay.control.advance(LATER)
    asked(first)
    autopay.control.fault("refund", "rejected_later")
    second = sent(4_000)
    autopay.control.advance(LATER)

    asked(second)

    first.refresh_from_db()
    assert (first.state, second.state) == ("completed", "rejected")
    assert left_gr(paid) == paid.total_gr - 4_000


def test_an_answer_that_nobody_signed_decides_nothing(sent, autopay):
    refund = sent()
    autopay.control.advance(LATER)
    autopay.control.fault("status", "wrong_hash")

    assert asked(refund).state == "pending"
    assert refund.next_check_at is not None
    assert asked(refund).state == "completed"
