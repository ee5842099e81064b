"""An approved refund at the operator: one key, one refund, whatever is lost on the way (payments.md 11, bugs 12-30)."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.emulators.operators import Emulator
from integrations.emulators.przelewy24.sign import REFUND_NOTIFICATION, sign
from integrations.emulators.registry import start
from integrations.payments.przelewy24.operator import Przelewy24
from integrations.payments.values import RawRequest, RefundOrder
from kernel.audit.models import AuditEntry
from kernel.errors import Conflict, InvalidInput, Refused
from services.ledger.models import AccountKind, Entry, EntryCode
from services.ledger.queries import balances
from services.notices.models import Message
from services.payments.actions import book_payment, process_event, reverse_entry, take_notification
from services.payments.models import OperatorEvent, Payment, PaymentItem, Refund
from services.payments.queries import can_be_booked, payments_to_book
from services.payments.queries_refunds import (
    payments_taken_back,
    refunds_shown_to_payer,
    stuck_refunds,
)
from services.payments.tasks import sweep
from tenants.configuration.queries import operator_config
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person
from tests.fixtures.database import SECRETS
from tests.fixtures.running import merchants
from tests.services.payments.refunding import (
    LATER,
    approve,
    at_operator,
    clerk,
    left_gr,
    make_due,
    propose,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An operator of its own, whose clock may be moved."""
    with start("przelewy24", merchants=merchants()) as running:
        yield running


@pytest.fixture
def daria(person) -> Person:
    return person("daria")


@pytest.fixture
def second(in_borki) -> Person:
    return clerk()


@pytest.fixture
def paid(payments, due) -> Payment:
    return payments.paid(due)


@pytest.fixture
def refund(paid, daria):
    return lambda amount_gr=None: propose(paid, daria, amount_gr)


def end(operator, refund: Refund) -> Refund:
    """The operator ends all refunds, and the sweep asks about this one."""
    operator.control.advance(LATER)
    make_due(refund)
    sweep()
    return Refund.objects.get(pk=refund.pk)


def again(refund: Refund) -> Refund:
    """The sweep finds the refund at its time."""
    make_due(refund)
    sweep()
    return Refund.objects.get(pk=refund.pk)


def state_of(payment: Payment) -> str:
    return Payment.objects.get(pk=payment.pk).state


def book(payment: Payment, who: Person) -> Payment:
    return book_payment(payment_id=payment.public_id, credited_on=timezone.localdate(), actor=who.actor)


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind))


def notification(refund: Refund, status: int = 0) -> RawRequest:
    payment = refund.payment
    values = {
        "orderId": int(Payment.objects.get(pk=payment.pk).operator_id),
        "sessionId": payment.reference,
        "refundsUuid": refund.idempotency_key,
        "merchantId": int(payment.operator_account.merchant_ids["merchant_id"]),
        "amount": refund.amount_gr,
        "currency": "PLN",
        "status": status,
    }
    body = json.dumps(values | {"sign": sign(REFUND_NOTIFICATION, values, SECRETS["crc"])}).encode()
    return RawRequest("POST", "/webhooks/", {"Content-Type": "application/json"}, body, "127.0.0.1")


def notify(refund: Refund, status: int = 0) -> None:
    take_notification(refund.payment.operator_account.public_id, notification(refund, status))
    process_event(OperatorEvent.objects.get(kind="refund").public_id)


def test_the_whole_money_goes_back_the_dues_are_free_and_the_payer_is_told(
    operator, paid, due, refund, second
):
    done = end(operator, approve(refund(), second))
    assert (done.state, done.operator_status, done.next_check_at) == ("completed", "completed", None)
    assert state_of(paid) == "refunded"
    assert not PaymentItem.objects.filter(payment=paid, is_open=True).exists()
    assert balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id] == due.principal_gr
    assert not Entry.objects.filter(code=EntryCode.PAYMENT).exists()
    (letter,) = letters("refund_completed")
    assert "zwrot całej wpłaty" in letter.body
    assert letter.recipient == paid.resident.user.email


def test_a_part_goes_back_and_the_rest_is_booked_by_what_really_stayed(
    operator, paid, due, refund, second, daria
):
    end(operator, approve(refund(1_200), second))
    assert state_of(paid) == "partly_refunded"
    assert PaymentItem.objects.get(payment=paid).is_open
    assert list(payments_to_book(daria.actor)) == [paid]
    booked = book(paid, daria)
    assert booked.state == "booked"
    assert balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id] == 1_200
    entry = Entry.objects.get(code=EntryCode.PAYMENT)
    assert entry.postings.get(account=AccountKind.BANK).amount_gr == paid.amount_gr - 1_200
    assert not PaymentItem.objects.filter(payment=paid, is_open=True).exists()
    assert [row.amount_gr for row in refunds_shown_to_payer(booked)] == [1_200]


def test_two_parts_go_back_and_more_than_is_left_is_refused(operator, paid, refund, second):
    end(operator, approve(refund(1_000), second))
    end(operator, approve(refund(2_000), second))
    assert left_gr(paid) == paid.total_gr - 3_000
    with pytest.raises(InvalidInput) as raised:
        refund(paid.total_gr - 2_999)
    assert raised.value.code == "refund.amount"
    assert sorted(at_operator(operator.control, paid)) == [(1_000, "completed"), (2_000, "completed")]
    end(operator, approve(refund(), second))
    assert state_of(paid) == "refunded"
    assert sum(amount_gr for amount_gr, _ in at_operator(operator.control, paid)) == paid.total_gr


@pytest.mark.parametrize("fault", ["commit_then_reset", "500", "bad_body"])
def test_a_lost_answer_is_asked_again_with_the_same_key_and_is_one_refund(
    fault, operator, paid, refund, second
):
    operator.control.fault("refund", fault)
    sent = approve(refund(), second)
    assert sent.state == "unknown"
    assert state_of(paid) == "refund_pending"
    key = sent.idempotency_key
    sent = again(sent)
    assert (sent.state, sent.idempotency_key) == ("pending", key)
    assert len(at_operator(operator.control, paid)) == 1
    assert end(operator, sent).state == "completed"
    assert len(letters("refund_completed")) == 1


def test_an_operator_who_answers_200_instead_of_201_has_one_refund(operator, paid, refund, second):
    operator.control.fault("refund", "200")
    assert approve(refund(), second).state == "pending"
    assert len(at_operator(operator.control, paid)) == 1


def test_an_operator_who_is_away_took_nothing_and_is_asked_later(operator, paid, refund, second):
    operator.control.fault("refund", "503")
    sent = approve(refund(), second)
    assert (sent.state, sent.failure_code) == ("approved", "operator.unavailable")
    assert at_operator(operator.control, paid) == []
    assert again(sent).state == "pending"
    assert len(at_operator(operator.control, paid)) == 1


def test_an_operator_without_enough_money_refuses_and_the_payment_is_as_before(
    operator, paid, refund, second, daria
):
    operator.control.fault("refund", "insufficient")
    sent = approve(refund(), second)
    assert (sent.state, sent.failure_code) == ("rejected", "refund.insufficient_funds")
    assert state_of(paid) == "paid"
    assert PaymentItem.objects.get(payment=paid).is_open
    assert at_operator(operator.control, paid) == []
    assert len(letters("refund_rejected")) == 1
    assert letters("refund_completed") == []
    assert can_be_booked(Payment.objects.get(pk=paid.pk))
    assert refund().state == "proposed"


def test_a_refund_rejected_later_leaves_the_money_with_the_office(operator, paid, refund, second):
    operator.control.fault("refund", "rejected_later")
    sent = approve(refund(), second)
    assert sent.state == "pending"
    assert end(operator, sent).state == "rejected"
    assert state_of(paid) == "paid"
    assert left_gr(paid) == paid.total_gr
    assert AuditEntry.objects.get(action="refund.rejected").outcome == "refused"


def test_a_rejected_second_part_leaves_the_first_one_given_back(operator, paid, refund, second):
    end(operator, approve(refund(1_000), second))
    operator.control.fault("refund", "insufficient")
    assert approve(refund(2_000), second).state == "rejected"
    assert state_of(paid) == "partly_refunded"
    assert left_gr(paid) == paid.total_gr - 1_000


class Killed(BaseException):
    """The process is gone: nothing of ours runs any more."""


@pytest.mark.parametrize("had_called", [False, True])
def test_killed_around_the_call_the_sweep_finishes_with_one_refund(
    had_called, monkeypatch, operator, paid, refund, second
):
    real = Przelewy24.refund

    def dying(self, config, order):
        if had_called:
            real(self, config, order)
        raise Killed

    monkeypatch.setattr(Przelewy24, "refund", dying)
    proposed = refund()
    with pytest.raises(Killed):
        approve(proposed, second)
    sent = Refund.objects.get(pk=proposed.pk)
    assert (sent.state, state_of(paid)) == ("sent", "refund_pending")
    monkeypatch.setattr(Przelewy24, "refund", real)
    sweep()
    assert Refund.objects.get(pk=sent.pk).state == "sent", "somebody may be asking at this moment"
    assert again(sent).state == "pending"
    assert len(at_operator(operator.control, paid)) == 1
    assert end(operator, sent).state == "completed"
    assert AuditEntry.objects.filter(action="refund.sent").count() == 1


def test_a_notification_ends_the_refund_and_a_forged_one_does_not(operator, paid, refund, second):
    sent = approve(refund(), second)
    notify(sent)
    sent.refresh_from_db()
    assert sent.state == "pending", "signed, but the operator's own list says that it is still under way"
    operator.control.advance(LATER)
    OperatorEvent.objects.all().delete()
    notify(sent)
    sent.refresh_from_db()
    assert (sent.state, state_of(paid)) == ("completed", "refunded")


def test_a_notification_before_our_own_response_is_not_undone_by_it(
    monkeypatch, operator, paid, refund, second
):
    real = Przelewy24.refund
    proposed = refund()

    def overtaken(self, config, order):
        answer = real(self, config, order)
        operator.control.advance(LATER)
        notify(proposed)
        assert Refund.objects.get(pk=proposed.pk).state == "completed"
        return answer

    monkeypatch.setattr(Przelewy24, "refund", overtaken)
    done = approve(proposed, second)
    assert (done.state, state_of(paid)) == ("completed", "refunded")
    assert len(letters("refund_completed")) == 1
    assert AuditEntry.objects.filter(action="refund.completed").count() == 1


def test_while_the_operators_list_cannot_be_read_the_message_waits(operator, paid, refund, second):
    sent = approve(refund(), second)
    operator.control.advance(LATER)
    operator.control.fault("status", "500")
    notify(sent)
    assert OperatorEvent.objects.get(kind="refund").processed_at is None
    assert Refund.objects.get(pk=sent.pk).state == "pending"
    sweep()
    assert Refund.objects.get(pk=sent.pk).state == "completed"
    assert OperatorEvent.objects.get(kind="refund").processed_at is not None


def test_money_given_back_in_the_operators_panel_is_counted_and_told(operator, paid, second, refund):
    """Nothing of it was ordered here, and still it lowers what is left."""
    adapter, config = Przelewy24(), config_of(paid)
    order = RefundOrder("panel-1", paid.reference, paid.operator_id, 700)
    adapter.refund(config, order)
    operator.control.advance(LATER)
    notify(Refund(payment=paid, idempotency_key="panel-1", amount_gr=700))
    found = Refund.objects.get()
    assert (found.amount_gr, found.is_own, found.state) == (700, False, "completed")
    assert state_of(paid) == "partly_refunded"
    assert left_gr(paid) == paid.total_gr - 700
    assert len(letters("refund_completed")) == 1
    assert refund().amount_gr == paid.total_gr - 700


def test_money_given_back_after_booking_is_a_task_until_the_booking_is_taken_back(operator, paid, daria):
    book(paid, daria)
    Przelewy24().refund(config_of(paid), RefundOrder("panel-2", paid.reference, paid.operator_id, 700))
    operator.control.advance(LATER)
    notify(Refund(payment=paid, idempotency_key="panel-2", amount_gr=700))
    assert state_of(paid) == "partly_refunded"
    assert list(payments_taken_back(daria.actor)) == [paid]
    with pytest.raises(Conflict) as raised:
        book(paid, daria)
    assert raised.value.code == "payment.booked_before_refund"
    assert Entry.objects.filter(code=EntryCode.PAYMENT).count() == 1
    with pytest.raises(Refused) as refused:
        propose(paid, daria)
    assert refused.value.code == "refund.booked_is_overpayment"
    entry = Entry.objects.get(code=EntryCode.PAYMENT)
    reverse_entry(
        entry_id=entry.public_id,
        reason="Zwrot u operatora",
        corrected_on=timezone.localdate(),
        actor=daria.actor,
    )
    assert list(payments_taken_back(daria.actor)) == []
    assert book(paid, daria).state == "booked"
    assert sum(
        row.postings.get(account=AccountKind.BANK).amount_gr
        for row in Entry.objects.filter(code__in=[EntryCode.PAYMENT, EntryCode.REVERSAL])
    ) == (paid.amount_gr - 700)


def test_a_chargeback_after_booking_is_a_task_and_takes_no_lock(paid, due, daria):
    book(paid, daria)
    event = OperatorEvent.objects.create(
        operator_account=paid.operator_account, payment=paid, dedupe_key="cb", verdict="accepted", kind="chargeback",
        raw="", parsed=chargeback(paid),
    )  # fmt: skip
    process_event(event.public_id)
    process_event(event.public_id)
    assert state_of(paid) == "chargeback"
    assert not PaymentItem.objects.filter(payment=paid, is_open=True).exists()
    assert list(payments_taken_back(daria.actor)) == [paid]
    assert len(letters("payment_charged_back")) == 1
    assert balances([due.public_id], AccountKind.RECEIVABLE_PRINCIPAL)[due.public_id] == 0


def test_a_chargeback_of_another_transaction_changes_nothing(paid):
    told = chargeback(paid) | {"operator_tx_id": "999"}
    event = OperatorEvent.objects.create(
        operator_account=paid.operator_account, payment=paid, dedupe_key="cb", verdict="accepted", kind="chargeback",
        raw="", parsed=told,
    )  # fmt: skip
    process_event(event.public_id)
    assert state_of(paid) == "paid"
    assert letters("payment_charged_back") == []


@pytest.mark.parametrize("fault", ["commit_then_reset", None])
def test_what_has_no_end_for_three_days_is_on_the_clerks_list(fault, operator, paid, refund, second, daria):
    if fault:
        operator.control.fault("refund", fault)
    sent = approve(refund(), second)
    assert list(stuck_refunds(daria.actor)) == []
    Refund.objects.filter(pk=sent.pk).update(approved_at=timezone.now() - timedelta(days=3, minutes=1))
    assert list(stuck_refunds(daria.actor)) == [sent]
    end(operator, again(sent))
    assert list(stuck_refunds(daria.actor)) == []


def test_the_amount_of_a_double_payment_goes_back_and_the_other_one_stays(
    operator, payments, anna, daria, second, payer
):
    """pretix #343: the refund of one of two payments leaves the good one as it is."""
    one, other = LiabilityFactory(payer=payer), LiabilityFactory(payer=payer, instalment=2)
    good, double = payments.paid(one), payments.paid(other)
    end(operator, approve(propose(double, daria), second))
    assert (state_of(good), state_of(double)) == ("paid", "refunded")
    assert PaymentItem.objects.get(payment=good).is_open
    assert book(good, daria).state == "booked"


def chargeback(payment: Payment) -> dict:
    return {
        "kind": "chargeback", "ref": payment.reference, "operator_tx_id": payment.operator_id, "status": "unknown",
        "amount_gr": payment.total_gr, "requested_gr": payment.total_gr, "currency": "PLN", "dedupe_key": "cb",
        "method_id": "", "payer_debited_at": None, "refund_key": "", "statement": "",
    }  # fmt: skip


def config_of(payment: Payment):
    return operator_config(payment.operator_account)
