"""One order, several transactions of the operator, and more than one message about each."""

import re
from dataclasses import replace

import pytest

from integrations.payments.base import Confirmed, Expected, Mismatch, RemoteStatus, Retry
from tests.integrations.payments.benches.autopay import itn


@pytest.fixture(autouse=True)
def _answering(bench, receiver):
    receiver.on_request = bench.answering


def expected(order):
    return Expected(order.ref, order.amount_gr)


def told(bench, order):
    """Every message about the order, in the order in which they came."""
    assert bench.control.settle()
    return [bench.operator.parse_notification(bench.config, one) for one in bench.receiver.of(order.ref)]


def statuses(bench, order):
    return [event.status for event in told(bench, order)]


def test_a_payment_is_told_as_pending_and_then_as_paid(bench):
    order = bench.started()
    bench.control.pay(order.ref)

    first, second = told(bench, order)

    assert (first.status, second.status) == (RemoteStatus.PENDING, RemoteStatus.PAID)
    assert first.operator_tx_id == second.operator_tx_id
    assert first.dedupe_key != second.dedupe_key
    outcome = bench.operator.confirm(bench.config, first, expected(order))
    assert outcome == Mismatch("event.not_a_payment", outcome.detail)


def test_a_refusal_and_a_second_try_are_two_transactions_of_one_order(bench):
    order = bench.started()
    bench.control.fail(order.ref)
    assert bench.control.settle()  # two transactions are told side by side, in any order
    bench.control.pay(order.ref)

    *_, paid = told(bench, order)

    assert statuses(bench, order) == [RemoteStatus.FAILED, RemoteStatus.PENDING, RemoteStatus.PAID]
    assert [one.status for one in bench.remote(order)] == [RemoteStatus.FAILED, RemoteStatus.PAID]
    assert isinstance(bench.operator.confirm(bench.config, paid, expected(order)), Confirmed)


def test_a_failure_of_another_try_after_the_success_takes_nothing_back(bench):
    """Bug class 16: it is confirmed, and the payment stays paid."""
    order = bench.started()
    failed = bench.control.transaction(order.ref)["operator_tx_id"]
    bench.control.fail(order.ref)
    bench.control.pay(order.ref)
    assert bench.control.settle()
    [answer] = bench.control.notify(failed)

    late = told(bench, order)[-1]

    assert (late.status, late.operator_tx_id) == (RemoteStatus.FAILED, failed)
    assert "<confirmation>CONFIRMED</confirmation>" in answer["body"]
    paid = next(event for event in told(bench, order) if event.status is RemoteStatus.PAID)
    assert isinstance(bench.operator.confirm(bench.config, paid, expected(order)), Confirmed)
    outcome = bench.operator.confirm(bench.config, late, expected(order))
    assert isinstance(outcome, Mismatch)


def test_a_success_that_the_operator_knows_as_a_failure_is_not_confirmed(bench):
    order = bench.started()
    failed = bench.control.transaction(order.ref)["operator_tx_id"]
    bench.control.fail(order.ref)
    bench.control.pay(order.ref)
    paid = replace(told(bench, order)[-1], operator_tx_id=failed)

    outcome = bench.operator.confirm(bench.config, paid, expected(order))

    assert outcome == Mismatch("confirm.contradicted", outcome.detail)


def test_an_order_that_was_paid_twice_has_two_successes(bench):
    """Bug class 12: the second one is for the clerk to give back."""
    order = bench.started()
    bench.control.pay(order.ref)
    bench.control.pay(order.ref, again=True)

    paid = [event for event in told(bench, order) if event.status is RemoteStatus.PAID]

    assert len({event.operator_tx_id for event in paid}) == len({event.dedupe_key for event in paid}) == 2
    assert [one.status for one in bench.remote(order)] == [RemoteStatus.PAID] * 2
    for event in paid:
        outcome = bench.operator.confirm(bench.config, event, expected(order))
        assert (outcome.operator_tx_id, outcome.amount_gr) == (event.operator_tx_id, order.amount_gr)


def test_the_payers_data_come_in_a_second_message_of_the_same_event(bench):
    order = bench.started()
    bench.control.pay(order.ref)
    first = told(bench, order)[-1]
    [answer] = bench.control.notify(order.ref, kind="customer_data")

    second = told(bench, order)[-1]

    assert "<lName>Próbna</lName>" in itn(bench.receiver.of(order.ref)[-1])
    assert second.dedupe_key == first.dedupe_key
    assert "<confirmation>CONFIRMED</confirmation>" in answer["body"]


def test_an_expired_link_is_told_and_a_late_payment_after_it_too(bench):
    """Bug class 12."""
    order = bench.started(ttl_minutes=15)
    bench.control.advance(16 * 60)
    assert statuses(bench, order) == [RemoteStatus.EXPIRED]
    assert [one.status for one in bench.remote(order)] == [RemoteStatus.EXPIRED]

    bench.control.pay(order.ref, late=True)

    assert statuses(bench, order)[-1] is RemoteStatus.PAID
    assert isinstance(
        bench.operator.confirm(bench.config, told(bench, order)[-1], expected(order)), Confirmed
    )


def test_the_fee_is_on_top_and_told_apart_from_our_amount(bench):
    """Bug class 6; payments.md 2.4: the shown fee is compared with this one."""
    order, event = bench.event()

    [found] = bench.remote(order)

    text = itn(bench.receiver.of(order.ref)[-1])
    assert re.findall(r"<(?:amount|startAmount)>([^<]+)<", text) == ["124.45", "123.45"]
    assert (event.amount_gr, found.amount_gr, found.fee_gr) == (12345, 12345, 100)


def test_less_than_the_order_is_a_mismatch(bench):
    """Bug class 5."""
    order = bench.started()
    bench.control.pay(order.ref, amount_gr=12344)
    event = told(bench, order)[-1]

    outcome = bench.operator.confirm(bench.config, event, expected(order))

    assert outcome == Mismatch("event.amount", outcome.detail)


def test_a_success_that_the_status_does_not_know_yet_stays_open(bench):
    order, event = bench.event()
    bench.control.fault("status", "pending")

    assert bench.operator.confirm(bench.config, event, expected(order)) == Retry("confirm.pending")
    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Confirmed)


def test_an_unsigned_status_confirms_nothing_and_is_not_an_absent_transaction(bench):
    order, event = bench.event()
    bench.control.fault("status", "wrong_hash", times=2)

    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Retry)
    with pytest.raises(Exception, match="hash") as raised:
        bench.remote(order)
    assert not raised.value.permanent


def test_a_status_without_start_amount_confirms_the_signed_message_and_never_contradicts_it(bench):
    """Bug class 6. Whether `transactionStatus` tells it is not published."""
    order, event = bench.event()
    bench.control.fault("status", "no_start_amount", times=2)

    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Confirmed)
    with pytest.raises(Exception, match="startAmount") as raised:
        bench.remote(order)
    assert not raised.value.permanent


def test_an_open_order_without_start_amount_is_pending_all_the_same(bench):
    order = bench.started()
    bench.control.fault("status", "no_start_amount")

    assert [one.status for one in bench.remote(order)] == [RemoteStatus.PENDING]


def test_the_whole_payment_works_with_sha_512_and_without_a_fee_on_top(merchant_model):
    bench = merchant_model
    order, event = bench.event()

    [found] = bench.remote(order)

    assert len(bench.signature(bench.receiver.of(order.ref)[-1])) == 128
    assert (event.amount_gr, event.requested_gr, found.amount_gr, found.fee_gr) == (12345, 12345, 12345, None)
    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Confirmed)
    bench.control.advance(24 * 3600)
    assert len(told(bench, order)) == 2  # our answer was signed in the same way and ended the repetitions


def test_without_a_fee_on_top_more_than_the_order_is_a_mismatch(merchant_model):
    """Bug class 5."""
    bench = merchant_model
    order = bench.started()
    bench.control.pay(order.ref, amount_gr=12346)

    outcome = bench.operator.confirm(bench.config, told(bench, order)[-1], expected(order))

    assert outcome == Mismatch("event.amount", outcome.detail)
