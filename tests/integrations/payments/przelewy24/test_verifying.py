"""What only Przelewy24's verify and refund answers can do."""

from dataclasses import replace

import pytest

from integrations.payments.base import (
    Confirmed,
    Expected,
    Mismatch,
    RefundOrder,
    RefundStatus,
    RemoteStatus,
    Retry,
)


@pytest.fixture
def bench(bench_of):
    return bench_of("przelewy24")


def expected(order):
    return Expected(order.ref, order.amount_gr)


def test_a_refused_signature_is_a_mismatch(bench):
    order, event = bench.event()
    bench.control.fault("confirm", "incorrect_crc", times=2)

    outcome = bench.operator.confirm(bench.config, event, expected(order))

    assert outcome == Mismatch("verify.refused", "Incorrect CRC value")
    assert bench.state(order) == "paid"


def test_a_refusal_stays_open_when_the_status_cannot_be_asked(bench):
    order, event = bench.event()
    bench.control.fault("confirm", "incorrect_crc")
    bench.control.fault("status", "500")

    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Retry)


def test_an_advance_that_the_operator_still_reports_is_not_confirmed(bench):
    order, event = bench.event()
    bench.operator.confirm(bench.config, event, expected(order))
    bench.control.fault("status", "advance", times=2)

    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Mismatch)


def test_a_payment_that_takes_the_verify_and_answers_too_late_stays_open(bench, impatient):
    order, event = bench.event()
    bench.control.fault("confirm", "commit_then_slow", seconds=1.5)

    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Retry)


def test_a_refund_answered_with_200_is_a_success_too(bench):
    order, event = bench.event()
    bench.operator.confirm(bench.config, event, expected(order))
    bench.control.fault("refund", "200")

    answer = bench.operator.refund(bench.config, RefundOrder(order.ref, order.ref, event.operator_tx_id, 100))

    assert answer.status is RefundStatus.PENDING


@pytest.mark.parametrize("paid_gr", [12344, 12346])
def test_another_amount_than_ordered_is_a_mismatch_by_message_and_by_poller_alike(bench, paid_gr):
    """Class 5: a lost message does not let another amount pass as the ordered one."""
    order = bench.started()
    bench.control.pay(order.ref, amount_gr=paid_gr)
    bench.control.settle()
    event = bench.read(order, bench.receiver.wait(order.ref)[-1])
    [found] = bench.remote(order)

    for told in (event, found.as_event()):
        assert told.amount_gr == paid_gr
        outcome = bench.operator.confirm(bench.config, told, Expected(ref=order.ref, amount_gr=12345))
        assert isinstance(outcome, Mismatch)
    assert bench.control.transaction(order.ref)["state"] == "paid"


def test_a_refused_verify_of_what_nobody_has_paid_stays_open(bench):
    """As with the other operators: an unpaid transaction contradicts no amount, and may be paid yet."""
    order = bench.started()
    [found] = bench.remote(order)
    told = replace(found.as_event(), status=RemoteStatus.PAID)

    outcome = bench.operator.confirm(bench.config, told, expected(order))

    assert outcome == Retry("confirm.pending")
    assert bench.state(order) == "started"


def test_money_that_comes_between_the_refusal_and_the_question_is_confirmed(bench, monkeypatch):
    order = bench.started()
    [found] = bench.remote(order)
    told = replace(found.as_event(), status=RemoteStatus.PAID)
    ask = bench.operator.fetch_status

    def pay_first(*args):
        if bench.state(order) == "started":
            bench.control.pay(order.ref)
        return ask(*args)

    monkeypatch.setattr(bench.operator, "fetch_status", pay_first)
    outcome = bench.operator.confirm(bench.config, told, expected(order))

    assert isinstance(outcome, Confirmed)
    assert bench.state(order) == "confirmed"
