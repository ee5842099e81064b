"""Zwrot przed zaksięgowaniem: two persons, the amount checked against the present state (payments.md 16.7)."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from integrations.payments.przelewy24.operator import Przelewy24
from kernel.actors import ActorKind, system
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from kernel.fields import new_public_id
from services.ledger.models import Entry
from services.notices.models import Message
from services.payments.actions import book_payment, propose_refund, refuse_refund, withdraw_refund
from services.payments.models import Payment, PaymentItem, Refund
from services.payments.queries import payments_to_book
from services.payments.queries_refunds import refund_for, refunds_to_decide
from tests.factories.accounts import StaffRoleFactory
from tests.fixtures.cast import Person
from tests.services.payments.refunding import approve, at_operator, clerk, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(person) -> Person:
    return person("daria")


@pytest.fixture
def second(in_borki) -> Person:
    return clerk()


@pytest.fixture
def paid(payments, due) -> Payment:
    return payments.paid(due)


def state_of(payment: Payment) -> str:
    return Payment.objects.get(pk=payment.pk).state


def refused(error, call) -> str:
    with pytest.raises(error) as raised:
        call()
    return raised.value.code


def test_a_proposal_moves_no_money_and_nothing_is_asked_of_the_operator(operator, paid, daria):
    refund = propose(paid, daria)
    assert (refund.state, refund.amount_gr, refund.paid_gr, refund.refunded_gr) == (
        "proposed",
        paid.total_gr,
        paid.total_gr,
        0,
    )
    assert state_of(paid) == "paid"
    assert at_operator(operator.control, paid) == []
    entry = AuditEntry.objects.get(action="refund.proposed")
    assert (entry.actor_ref, entry.role, entry.details["amount_gr"]) == (daria.ref, "clerk", paid.total_gr)
    assert not Message.objects.filter(kind__startswith="refund").exists()


def test_after_another_person_approves_the_operator_has_one_refund_and_the_dues_stay_locked(
    operator, paid, daria, second
):
    refund = approve(propose(paid, daria), second)
    assert refund.state == "pending"
    assert refund.approved_by_id == second.user_id
    assert state_of(paid) == "refund_pending"
    assert at_operator(operator.control, paid) == [(paid.total_gr, "pending")]
    assert PaymentItem.objects.get(payment=paid).is_open
    acts = list(AuditEntry.objects.filter(action__startswith="refund.").order_by("id"))
    assert [(act.action, act.role) for act in acts] == [
        ("refund.proposed", "clerk"),
        ("refund.approved", "clerk"),
        ("refund.sent", ""),
    ]


def test_who_proposed_it_cannot_approve_it_nor_refuse_it(operator, paid, daria):
    refund = propose(paid, daria)
    assert refused(Refused, lambda: approve(refund, daria)) == "refund.same_person"
    reason = {"refund_id": refund.public_id, "reason": "Jednak nie.", "actor": daria.actor}
    assert refused(Refused, lambda: refuse_refund(**reason)) == "refund.same_person"
    refund.refresh_from_db()
    assert (refund.state, refund.approved_by_id) == ("proposed", None)
    assert state_of(paid) == "paid"
    assert at_operator(operator.control, paid) == []


def test_the_database_too_refuses_one_person_in_both_parts(paid, daria):
    refund = propose(paid, daria)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(approved_by=refund.proposed_by)


@pytest.mark.parametrize("change", [{"amount_gr": 100}, {"available_gr": 100}])
def test_an_approval_of_something_else_than_what_stands_is_refused(change, operator, paid, daria, second):
    refund = propose(paid, daria)
    assert refused(Conflict, lambda: approve(refund, second, **change)) == "refund.stale"
    refund.refresh_from_db()
    assert refund.state == "proposed"
    assert at_operator(operator.control, paid) == []


def test_a_proposal_that_counted_on_something_else_than_is_left_is_refused(paid, daria):
    code = refused(Conflict, lambda: propose(paid, daria, 1_000, available_gr=paid.total_gr - 1))
    assert code == "refund.stale"
    assert not Refund.objects.exists()


def test_a_refund_found_at_the_operator_makes_an_older_proposal_stale(operator, paid, daria, second):
    refund = propose(paid, daria, 1_000)
    found = {"payment": paid, "amount_gr": 500, "paid_gr": paid.total_gr, "refunded_gr": 0}
    Refund.objects.create(**found, idempotency_key="panel", state="completed", ended_at=timezone.now())
    assert refused(Conflict, lambda: approve(refund, second)) == "refund.stale"
    assert at_operator(operator.control, paid) == []


@pytest.mark.parametrize("amount", [0, -1, 10**9])
def test_nothing_and_more_than_was_paid_cannot_be_proposed(amount, paid, daria):
    assert refused(InvalidInput, lambda: propose(paid, daria, amount)) == "refund.amount"
    assert not Refund.objects.exists()


def test_the_operators_fee_goes_back_only_with_all_the_rest(paid, daria):
    assert paid.fee_gr > 0
    code = refused(InvalidInput, lambda: propose(paid, daria, paid.amount_gr))
    assert code == "refund.leaves_only_fee"
    assert not Refund.objects.exists()
    assert propose(paid, daria, paid.amount_gr - 1).amount_gr == paid.amount_gr - 1


def test_the_same_button_twice_is_one_proposal(paid, daria):
    number = new_public_id()
    first = propose(paid, daria, 1_000, refund_id=number)
    assert propose(paid, daria, 1_000, refund_id=number) == first
    assert refused(Conflict, lambda: propose(paid, daria, 2_000, refund_id=number)) == "refund.stale"
    assert Refund.objects.get().amount_gr == 1_000


def test_a_second_proposal_waits_for_the_end_of_the_first(paid, daria, second):
    propose(paid, daria, 1_000)
    assert refused(Conflict, lambda: propose(paid, second, 1_000)) == "refund.open"
    assert Refund.objects.count() == 1


def test_a_withdrawn_proposal_leaves_the_payment_to_be_booked(paid, daria, second):
    refund = propose(paid, daria)
    values = {"refund_id": refund.public_id, "reason": "Pomyłka."}
    assert refused(Refused, lambda: withdraw_refund(**values, actor=second.actor)) == "refund.other_person"
    withdraw_refund(**values, actor=daria.actor)
    assert withdraw_refund(**values, actor=daria.actor).state == "withdrawn"
    assert AuditEntry.objects.filter(action="refund.withdrawn").count() == 1
    assert refused(Conflict, lambda: approve(refund, second)) == "refund.decided"
    assert book_payment(
        payment_id=paid.public_id, credited_on=timezone.localdate(), actor=daria.actor
    ).state == ("booked")


def test_a_refused_proposal_tells_its_reason_and_frees_the_way_for_another(paid, daria, second):
    refund = propose(paid, daria)
    refuse_refund(refund_id=refund.public_id, reason="To nie jest druga wpłata.", actor=second.actor)
    refund.refresh_from_db()
    assert (refund.state, refund.closing_reason) == ("rejected", "To nie jest druga wpłata.")
    assert state_of(paid) == "paid"
    assert not Message.objects.filter(kind="refund_rejected").exists(), "the payer never heard of it"
    assert propose(paid, daria).state == "proposed"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_a_reason_is_needed_and_is_not_in_the_clear(reason, paid, daria):
    assert refused(InvalidInput, lambda: propose(paid, daria, reason=reason)) == "refund.reason"
    assert not Refund.objects.exists()
    propose(paid, daria, reason="Kowalska zapłaciła dwa razy.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM payments_refund")
        assert b"Kowalska" not in bytes(cursor.fetchone()[0])
    assert "Kowalska" not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_after_booking_it_is_an_overpayment_instead(operator, paid, daria, second):
    book_payment(payment_id=paid.public_id, credited_on=timezone.localdate(), actor=daria.actor)
    assert refused(Refused, lambda: propose(paid, daria)) == "refund.booked_is_overpayment"
    assert not Refund.objects.exists()
    assert at_operator(operator.control, paid) == []


def test_a_proposal_keeps_the_payment_from_being_booked(paid, daria):
    entries = Entry.objects.count()
    propose(paid, daria)
    values = {"payment_id": paid.public_id, "credited_on": timezone.localdate(), "actor": daria.actor}
    assert refused(Conflict, lambda: book_payment(**values)) == "payment.refund_open"
    assert (state_of(paid), Entry.objects.count()) == ("paid", entries)
    assert paid not in payments_to_book(daria.actor)


def test_while_it_goes_back_the_payment_cannot_be_booked(paid, daria, second):
    approve(propose(paid, daria), second)
    values = {"payment_id": paid.public_id, "credited_on": timezone.localdate(), "actor": daria.actor}
    assert refused(Conflict, lambda: book_payment(**values)) == "payment.refund_open"
    assert state_of(paid) == "refund_pending"


@pytest.mark.parametrize("state", ["started", "failed", "mismatch", "refunded", "chargeback"])
def test_only_a_paid_payment_is_refunded(state, paid, daria):
    Payment.objects.filter(pk=paid.pk).update(state=state)
    assert refused(Conflict, lambda: propose(paid, daria)) == "refund.not_refundable"
    assert not Refund.objects.exists()


def test_an_operator_without_refunds_is_told_before_anything_begins(monkeypatch, operator, paid, daria):
    monkeypatch.setattr(Przelewy24, "caps", replace(Przelewy24.caps, refund_api=False))
    assert refused(Refused, lambda: propose(paid, daria)) == "refund.operator_has_none"
    assert not Refund.objects.exists()
    assert at_operator(operator.control, paid) == []


def test_the_database_keeps_the_sum_within_the_payment(paid, daria):
    values = {"payment": paid, "paid_gr": paid.total_gr, "refunded_gr": 0, "ended_at": timezone.now()}
    own = {**values, "proposed_by_id": daria.user_id, "state": "completed"}
    Refund.objects.create(**own, amount_gr=paid.total_gr - 1, idempotency_key="a")
    with pytest.raises(IntegrityError, match="more than was paid"), transaction.atomic():
        Refund.objects.create(**own, amount_gr=2, idempotency_key="b")
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("name", ["edyta", "filip", "anna"])
def test_who_is_no_clerk_neither_proposes_nor_approves(name, operator, paid, daria, person):
    stranger = person(name)
    refund = propose(paid, daria)
    for act in (
        lambda: propose(paid, stranger, 100),
        lambda: approve(refund, stranger),
        lambda: refuse_refund(refund_id=refund.public_id, reason="Nie.", actor=stranger.actor),
        lambda: refunds_to_decide(stranger.actor),
    ):
        assert refused(Refused, act) == "access.denied"
    assert Refund.objects.get().state == "proposed"
    assert at_operator(operator.control, paid) == []


def test_a_program_is_no_person(paid):
    values = {
        "refund_id": new_public_id(),
        "payment_id": paid.public_id,
        "reason": "Automat.",
        "actor": system("job"),
    }
    amounts = {"amount_gr": paid.total_gr, "available_gr": paid.total_gr}
    assert refused(Refused, lambda: propose_refund(**values, **amounts)) == "access.denied"
    assert not Refund.objects.exists()


def test_a_clerk_of_another_department_does_not_know_of_it(operator, paid, daria, person):
    user = StaffRoleFactory(role="clerk").user
    other = Person("", "", user.pk, str(user.public_id), ActorKind.STAFF)
    refund = propose(paid, daria)
    assert refused(NotFound, lambda: approve(refund, other)) == "access.foreign"
    assert refused(NotFound, lambda: refund_for(other.actor, refund.public_id)) == "refund.unknown"
    assert list(refunds_to_decide(other.actor)) == []
    assert at_operator(operator.control, paid) == []
