"""One order changes its status several times, and PayU tells each change."""

import json

import pytest

from integrations.payments.base import (
    AnswerLost,
    Confirmed,
    Expected,
    Mismatch,
    OperatorRefused,
    RemoteStatus,
    Retry,
)
from integrations.payments.http import Answer
from integrations.payments.payu import answers

ORDER = {
    "orderId": "WZHF5FFDRJ140731GUEST000P01",
    "extOrderId": "ref-1",
    "merchantPosId": "300746",
    "currencyCode": "PLN",
    "totalAmount": "1266",
    "status": "COMPLETED",
    "orderCreateDate": "2026-03-02T12:55:41.000+01:00",
}


def expected(order):
    return Expected(order.ref, order.amount_gr)


def events(bench, order):
    return [
        bench.operator.parse_notification(bench.config, request) for request in bench.receiver.of(order.ref)
    ]


def read(*orders, order_id=ORDER["orderId"], pos_id="300746", **more):
    return answers.order(Answer(200, json.dumps({"orders": orders, **more}).encode()), order_id, pos_id)


def test_pending_before_completed_is_an_event_that_pays_nothing(bench):
    order = bench.started()
    bench.control.notify(order.ref, kind="pending")
    bench.control.pay(order.ref)
    bench.control.settle()

    pending, paid = events(bench, order)

    assert (pending.status, paid.status) == (RemoteStatus.PENDING, RemoteStatus.PAID)
    assert pending.dedupe_key != paid.dedupe_key
    assert isinstance(bench.operator.confirm(bench.config, pending, expected(order)), Mismatch)
    assert isinstance(bench.operator.confirm(bench.config, paid, expected(order)), Confirmed)


def test_canceled_after_completed_is_another_event_and_takes_nothing_back(bench):
    """payments.md 11.16."""
    order, paid = bench.event()
    bench.control.notify(order.ref, kind="cancelled")

    _, cancelled = events(bench, order)

    assert cancelled.status is RemoteStatus.CANCELLED
    assert (cancelled.operator_tx_id, cancelled.ref) == (paid.operator_tx_id, paid.ref)
    assert cancelled.dedupe_key != paid.dedupe_key
    assert isinstance(bench.operator.confirm(bench.config, cancelled, expected(order)), Mismatch)
    assert isinstance(bench.operator.confirm(bench.config, paid, expected(order)), Confirmed)


def test_a_completed_that_the_status_already_contradicts_is_for_a_person(bench):
    """payments.md 11.16: told COMPLETED, asked CANCELED."""
    order = bench.started()
    bench.control.cancel(order.ref)
    bench.control.notify(order.ref, kind="paid")
    bench.control.settle()
    [claimed] = [event for event in events(bench, order) if event.status is RemoteStatus.PAID]

    outcome = bench.operator.confirm(bench.config, claimed, expected(order))

    assert outcome == Mismatch("confirm.contradicted", "cancelled 12345 PLN")
    assert bench.state(order) == "cancelled"


def test_a_payment_that_the_status_has_not_yet_is_asked_again(bench):
    order = bench.started()
    bench.control.notify(order.ref, kind="paid")

    [early] = events(bench, order)

    assert bench.operator.confirm(bench.config, early, expected(order)) == Retry("confirm.pending")


def test_a_payment_that_waits_to_be_collected_is_not_paid(bench):
    """With automatic collection switched off PayU would give the money back unless we collect it."""
    order, event = bench.event()
    bench.control.fault("status", "waiting", times=2)

    [found] = bench.remote(order)

    assert found.status is RemoteStatus.PENDING
    assert bench.operator.confirm(bench.config, event, expected(order)) == Retry("confirm.pending")


@pytest.mark.parametrize("end", ["cancel", "fail", "expire"])
def test_money_after_the_end_of_an_order_is_told_and_confirmed(bench, end):
    """payments.md 11.12: a late payment is never lost."""
    order = bench.started(ttl_minutes=15)
    if end == "expire":
        bench.control.advance(16 * 60)
    else:
        getattr(bench.control, end)(order.ref)
    bench.control.pay(order.ref, late=True)
    bench.control.settle()

    ended, paid = events(bench, order)

    assert (ended.status, paid.status) == (RemoteStatus.CANCELLED, RemoteStatus.PAID)
    assert isinstance(bench.operator.confirm(bench.config, paid, expected(order)), Confirmed)


def test_a_replay_of_the_message_after_a_refund_is_the_same_event(bench):
    """payments.md 11.10."""
    order, event = bench.event()
    bench.control.give_back(order.ref)
    bench.control.advance(30 * 24 * 3600)
    bench.control.notify(order.ref, kind="paid")

    assert {one.dedupe_key for one in events(bench, order)} == {event.dedupe_key}


def test_an_order_that_payu_does_not_know_is_no_payment(bench):
    """payments.md 11.10: well signed, and an order that is not there."""
    order, event = bench.event()
    bench.control.fault("status", "404")

    outcome = bench.operator.confirm(bench.config, event, expected(order))

    assert isinstance(outcome, Mismatch)
    assert outcome.code == "confirm.contradicted"


def test_without_payus_id_nothing_is_found_and_nothing_is_asked(bench):
    order = bench.started()
    before = len(bench.control.log())

    assert bench.operator.fetch_status(bench.config, order.ref) == []
    assert len(bench.control.log()) == before


def test_the_id_of_another_order_of_ours_is_not_an_answer(bench):
    order, other = bench.started(), bench.started()
    other_id = bench.control.transaction(other.ref)["operator_tx_id"]

    with pytest.raises(AnswerLost):
        bench.operator.fetch_status(bench.config, order.ref, other_id)


@pytest.mark.parametrize("order_id", ["../paymethods", "x/refunds", "x?y=1", "%2e%2e"])
def test_an_id_cannot_lead_to_another_address(bench, order_id):
    assert bench.operator.fetch_status(bench.config, "ref", order_id) == []


def test_the_status_of_an_order_is_read():
    found = read(ORDER, properties=[{"name": "PAYMENT_ID", "value": "151471228"}])

    assert (found.status, found.amount_gr, found.currency) == (RemoteStatus.PAID, 1266, "PLN")
    assert (found.ref, found.statement) == ("ref-1", "151471228")
    assert found.registered_at.isoformat() == "2026-03-02T12:55:41+01:00"
    assert read() is None


def test_an_unknown_status_is_for_a_person_and_never_paid():
    assert read({**ORDER, "status": "REJECTED"}).status is RemoteStatus.UNKNOWN


@pytest.mark.parametrize(
    "orders",
    [
        ({**ORDER, "orderId": "ANOTHER"},),
        ({**ORDER, "merchantPosId": "145227"},),
        (ORDER, ORDER),
        ({**ORDER, "totalAmount": "12.66"},),
        ({**ORDER, "totalAmount": None},),
        ("x",),
    ],
)
def test_an_answer_about_something_else_is_no_answer(orders):
    with pytest.raises(AnswerLost):
        read(*orders)


def test_an_unpaid_order_is_withdrawn_and_told(bench):
    order = bench.started()
    [found] = bench.remote(order)

    bench.operator.cancel(bench.config, order.ref, found.operator_tx_id)
    bench.control.settle()

    assert bench.state(order) == "cancelled"
    assert [event.status for event in events(bench, order)] == [RemoteStatus.CANCELLED]


def test_a_withdrawal_whose_answer_was_lost_is_not_called_refused(bench):
    order = bench.started()
    [found] = bench.remote(order)
    bench.control.fault("cancel", "commit_then_reset")

    with pytest.raises(AnswerLost):
        bench.operator.cancel(bench.config, order.ref, found.operator_tx_id)

    assert [one.status for one in bench.remote(order)] == [RemoteStatus.CANCELLED]


@pytest.mark.parametrize(
    ("whose", "paid", "code"),
    [
        ("ours", True, "cancel.wrong_status"),
        ("theirs", False, "cancel.not_found"),
        ("none", False, "cancel.not_found"),
    ],
)
def test_what_cannot_be_withdrawn_stays(bench, whose, paid, code):
    order = bench.started()
    [found] = bench.remote(order)
    if paid:
        bench.control.pay(order.ref)
    config = bench.stranger if whose == "theirs" else bench.config

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.cancel(config, order.ref, "" if whose == "none" else found.operator_tx_id)

    assert raised.value.code == code
    assert bench.state(order) == ("paid" if paid else "started")
