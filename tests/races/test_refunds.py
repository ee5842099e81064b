"""Two people decide about one refund, or a refund and a booking meet, at one moment: the money moves once."""

import pytest
from django.utils import timezone

from kernel.errors import Conflict
from kernel.fields import new_public_id
from services.accounts.models import Payer
from services.ledger.models import Entry, EntryCode
from services.payments.actions import (
    approve_refund,
    book_payment,
    propose_refund,
    refresh_payment,
    refresh_refund,
    withdraw_refund,
)
from services.payments.models import Payment, Refund
from tests.factories.liabilities import LiabilityFactory
from tests.factories.ordering import started
from tests.races.test_offices_acts import colleague
from tests.services.payments.refunding import approve, at_operator, left_gr, make_due, propose


@pytest.fixture
def paid(own) -> Payment:
    anna = own.person("anna")
    payment = started(anna, LiabilityFactory(payer=Payer.objects.get(public_id=anna.payer_id)))
    own.emulator.control.pay(payment.reference)
    refresh_payment(payment.public_id)
    payment.refresh_from_db()
    assert payment.state == "paid"
    return payment


def codes(results) -> list[str]:
    """Codes of the refusals; "" for what went through."""
    return sorted(getattr(result, "code", "") for result in results)


def test_two_people_who_approve_at_one_moment_order_one_refund(own, paid):
    refund = propose(paid, own.person("daria"))
    seconds = [colleague("clerk"), colleague("clerk")]
    results = own.together(*(lambda who=who: approve(refund, who) for who in seconds * 3))
    assert set(codes(results)) == {"", "refund.decided"}
    assert codes(results).count("") == 3, "who was first may press again"
    assert at_operator(own.emulator.control, paid) == [(paid.total_gr, "pending")]
    refund.refresh_from_db()
    assert refund.approved_by_id in {who.user_id for who in seconds}


def test_two_proposals_at_one_moment_are_one(own, paid):
    clerks = [own.person("daria"), colleague("clerk")]
    results = own.together(
        *(
            lambda who=who: propose_refund(
                refund_id=new_public_id(), payment_id=paid.public_id, amount_gr=left_gr(paid),
                available_gr=left_gr(paid), reason="Druga wpłata.", actor=who.actor,
            )
            for who in clerks * 3
        )
    )  # fmt: skip
    assert codes(results) == ["", *["refund.open"] * 5]
    assert Refund.objects.count() == 1


def test_an_approval_and_a_booking_at_one_moment_never_both_happen(own, paid):
    daria, other = own.person("daria"), colleague("clerk")
    refund = propose(paid, daria)
    today, left = timezone.localdate(), left_gr(paid)
    results = own.together(
        lambda: approve_refund(
            refund_id=refund.public_id, amount_gr=refund.amount_gr, available_gr=left, actor=other.actor
        ),
        lambda: book_payment(payment_id=paid.public_id, credited_on=today, actor=daria.actor),
    )
    assert codes(results) == ["", "payment.refund_open"]
    assert not Entry.objects.filter(code=EntryCode.PAYMENT).exists()
    assert len(at_operator(own.emulator.control, paid)) == 1


def test_an_approval_and_a_withdrawal_at_one_moment_have_one_winner(own, paid):
    daria, other = own.person("daria"), colleague("clerk")
    refund = propose(paid, daria)
    left = left_gr(paid)
    results = own.together(
        lambda: approve_refund(
            refund_id=refund.public_id, amount_gr=refund.amount_gr, available_gr=left, actor=other.actor
        ),
        lambda: withdraw_refund(refund_id=refund.public_id, reason="Pomyłka.", actor=daria.actor),
    )
    assert codes(results) == ["", "refund.decided"]
    refund.refresh_from_db()
    expected = {"pending": 1, "withdrawn": 0}
    assert len(at_operator(own.emulator.control, paid)) == expected[refund.state]


def test_two_sweeps_that_repeat_one_lost_order_make_one_refund(own, paid):
    own.emulator.control.fault("refund", "commit_then_reset")
    refund = approve(propose(paid, own.person("daria")), colleague("clerk"))
    assert refund.state == "unknown"
    make_due(refund)
    results = own.together(*(lambda: refresh_refund(refund.public_id) for _ in range(4)))
    assert not [
        result for result in results if isinstance(result, Exception) and not isinstance(result, Conflict)
    ]
    assert len(at_operator(own.emulator.control, paid)) == 1
    refund.refresh_from_db()
    assert refund.state == "pending"
