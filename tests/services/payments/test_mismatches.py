"""Niezgodność: money that does not agree with its order is taken by a person as it came, or said not to have come."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.actors import ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused, Unavailable
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.liabilities.models import Overpayment
from services.payments.actions import accept_mismatch, book_payment, dismiss_mismatch, refresh_payment
from services.payments.models import Payment, PaymentItem
from services.payments.queries_records import record_of
from tests.factories.accounts import StaffRoleFactory
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person
from tests.services.payments.overpaid import held
from tests.services.payments.refunding import propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(person) -> Person:
    return person("daria")


@pytest.fixture
def mismatched(payments, due):
    """The operator took `more_gr` grosze more than our own record of the order says."""

    def make(more_gr: int, liability=due) -> Payment:
        payment = payments.start(liability)
        ordered_gr = payment.amount_gr
        Payment.objects.filter(pk=payment.pk).update(amount_gr=ordered_gr - more_gr)
        PaymentItem.objects.filter(payment=payment).update(principal_gr=ordered_gr - more_gr)
        payments.operator.control.pay(payment.reference)
        refresh_payment(payment.public_id)
        payment.refresh_from_db()
        assert (payment.state, payment.failure_code) == ("mismatch", "event.amount")
        return payment

    return make


def accept(payment: Payment, who: Person, amount_gr: int | None = None, **changes: str) -> Payment:
    values = {"payment_id": payment.public_id, "reason": "Wyjaśnione z operatorem.", **changes}
    shown = payment.received_gr if amount_gr is None else amount_gr
    return accept_mismatch(**values, amount_gr=shown, actor=who.actor)


def dismiss(payment: Payment, who: Person) -> Payment:
    return dismiss_mismatch(payment_id=payment.public_id, reason="Nic nie wpłynęło.", actor=who.actor)


def book(payment: Payment, who: Person) -> Payment:
    return book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=who.actor)


def owed(due) -> int:
    return balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id]


def test_what_the_operator_reports_is_kept_for_the_person_who_decides(mismatched):
    payment = mismatched(-500)
    assert payment.received_gr == payment.total_gr - 500
    assert payment.received_currency == "PLN"
    assert PaymentItem.objects.get(payment=payment).is_open


def test_less_than_ordered_is_accepted_and_booking_allocates_what_came(payments, mismatched, due, daria):
    payment = accept(mismatched(-500), daria)
    assert (payment.state, payment.paid_gr, payment.office_gr) == (
        "paid",
        payment.total_gr - 500,
        payment.amount_gr - 500,
    )
    assert payments.operator.control.transaction(payment.reference)["state"] == "confirmed"
    assert (payment.operator_id, payment.debited_on) != ("", None)
    assert book(payment, daria).state == "booked"
    assert owed(due) == due.principal_gr - payment.office_gr
    entry = Entry.objects.get(code=EntryCode.PAYMENT)
    assert entry.postings.get(account=AccountKind.BANK).amount_gr == payment.office_gr
    assert record_of(payment).record.amount_gr == payment.office_gr
    act = AuditEntry.objects.get(action="mismatch.accepted")
    assert (act.actor_ref, act.role, act.details["amount_gr"], act.details["ordered_gr"]) == (
        daria.ref,
        "clerk",
        payment.paid_gr,
        payment.total_gr,
    )


def test_more_than_ordered_is_accepted_and_the_surplus_becomes_an_overpayment(mismatched, due, daria):
    payment = mismatched(700)
    accept(payment, daria)
    due.refresh_from_db()
    book(payment, daria)
    overpaid = sum(held(row) for row in Overpayment.objects.all())
    assert owed(due) + payment.received_gr - payment.fee_gr == due.principal_gr + overpaid


@pytest.mark.parametrize("more_gr", [-500, 500])
def test_a_civil_due_gets_what_came_too(more_gr, mismatched, payer, daria):
    lease = LiabilityFactory(payer=payer, lease=True)
    payment = accept(mismatched(more_gr, lease), daria)
    book(payment, daria)
    entry = Entry.objects.get(code=EntryCode.PAYMENT)
    assert (
        entry.postings.get(account=AccountKind.BANK).amount_gr
        == payment.office_gr
        == payment.amount_gr + more_gr
    )


def test_what_was_accepted_can_be_refunded_up_to_what_came(mismatched, daria):
    payment = accept(mismatched(-500), daria)
    assert propose(payment, daria).amount_gr == payment.total_gr - 500


def test_another_amount_than_shown_is_not_accepted_and_the_page_gets_the_new_one(payments, mismatched, daria):
    payment = mismatched(-500)
    with pytest.raises(Conflict) as raised:
        accept(payment, daria, payment.received_gr - 1)
    assert raised.value.code == "mismatch.stale"
    payment.refresh_from_db()
    assert (payment.state, payment.received_gr) == ("mismatch", payment.total_gr - 500)
    assert payments.operator.control.transaction(payment.reference)["state"] == "paid", (
        "nothing was taken over"
    )


def test_accepting_twice_is_accepting_once(mismatched, daria):
    payment = mismatched(-500)
    assert accept(payment, daria) == accept(payment, daria)
    assert AuditEntry.objects.filter(action="mismatch.accepted").count() == 1
    with pytest.raises(Conflict) as raised:
        dismiss(payment, daria)
    assert raised.value.code == "mismatch.resolved"


def test_where_the_operator_has_no_money_nothing_is_accepted(payments, due, daria):
    payment = payments.start(due)
    Payment.objects.filter(pk=payment.pk).update(state="mismatch", received_gr=100)
    with pytest.raises(Conflict) as raised:
        accept(payment, daria, 100)
    assert raised.value.code == "mismatch.no_money"
    assert Payment.objects.get(pk=payment.pk).state == "mismatch"


def test_an_amount_that_only_pays_the_operator_is_not_accepted(payments, mismatched, daria):
    payment = mismatched(-500)
    Payment.objects.filter(pk=payment.pk).update(fee_gr=payment.received_gr)
    with pytest.raises(Conflict) as raised:
        accept(payment, daria)
    assert raised.value.code == "mismatch.only_fee"
    assert payments.operator.control.transaction(payment.reference)["state"] == "paid"


def test_while_the_operator_is_away_nobody_decides(payments, mismatched, daria):
    payment = mismatched(-500)
    for act in (accept, dismiss):
        payments.operator.control.fault("status", "500")
        with pytest.raises(Unavailable):
            act(payment, daria)
    assert Payment.objects.get(pk=payment.pk).state == "mismatch"


def test_money_that_came_cannot_be_said_not_to_have_come(mismatched, daria):
    payment = mismatched(-500)
    with pytest.raises(Conflict) as raised:
        dismiss(payment, daria)
    assert raised.value.code == "mismatch.money_came"
    assert Payment.objects.get(pk=payment.pk).state == "mismatch"
    assert PaymentItem.objects.get(payment=payment).is_open


def test_what_may_still_come_is_not_given_up_before_the_link_is_dead(payments, due, daria):
    payment = payments.start(due)
    Payment.objects.filter(pk=payment.pk).update(state="mismatch")
    with pytest.raises(Conflict) as raised:
        dismiss(payment, daria)
    assert raised.value.code == "mismatch.money_came"
    Payment.objects.filter(pk=payment.pk).update(expires_at=timezone.now() - timedelta(minutes=1))
    assert dismiss(payment, daria).state == "failed"
    assert dismiss(payment, daria).state == "failed"
    assert not PaymentItem.objects.filter(payment=payment, is_open=True).exists()
    assert AuditEntry.objects.filter(action="mismatch.dismissed").count() == 1


def test_money_that_went_back_at_the_operator_ends_the_mismatch(payments, mismatched, daria):
    payment = mismatched(-500)
    payments.operator.control.give_back(payment.reference)
    payment = dismiss(payment, daria)
    assert (payment.state, payment.received_gr, payment.mismatch_reason) == (
        "failed",
        None,
        "Nic nie wpłynęło.",
    )


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_only_a_clerk_decides(name, mismatched, person):
    payment = mismatched(-500)
    for act in (accept, dismiss):
        with pytest.raises(Refused):
            act(payment, person(name))
    assert Payment.objects.get(pk=payment.pk).state == "mismatch"


def test_a_clerk_of_another_department_finds_nothing(mismatched):
    user = StaffRoleFactory(role="clerk").user
    payment = mismatched(-500)
    with pytest.raises(NotFound):
        accept(payment, Person("", "", user.pk, str(user.public_id), ActorKind.STAFF))
    assert Payment.objects.get(pk=payment.pk).state == "mismatch"


def test_a_reason_is_needed(mismatched, daria):
    payment = mismatched(-500)
    with pytest.raises(InvalidInput):
        accept(payment, daria, reason=" ")
    assert Payment.objects.get(pk=payment.pk).state == "mismatch"
