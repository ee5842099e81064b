from datetime import timedelta

import pytest

from integrations.payments.base import (
    Confirmed,
    Expected,
    OperatorError,
    OperatorRefused,
    RemoteStatus,
)


@pytest.fixture(autouse=True)
def _needs_status_api(bench):
    bench.need("status_api")


def test_an_unknown_reference_has_no_transactions(bench):
    assert bench.operator.fetch_status(bench.config, "nieznana") == []


def test_a_started_payment_is_pending(bench):
    order = bench.started()

    [found] = bench.remote(order)

    assert found.status is RemoteStatus.PENDING
    assert found.ref == order.ref
    assert not found.needs_confirmation


def test_a_payer_who_leaves_is_told_by_no_message_and_stays_pending(bench):
    order = bench.started()
    bench.control.abandon(order.ref)
    assert bench.control.settle()

    [found] = bench.remote(order)

    assert found.status is RemoteStatus.PENDING
    assert bench.receiver.of(order.ref) == []


def test_a_payer_whom_the_bank_refused_is_told_by_the_operator_or_stays_pending_in_silence(bench):
    order = bench.started()
    bench.control.fail(order.ref)
    assert bench.control.settle()

    [found] = bench.remote(order)
    messages = bench.receiver.of(order.ref)

    if bench.operator.caps.notifies_failure:
        event = bench.operator.parse_notification(bench.config, messages[-1])
        assert {event.status, found.status} <= {RemoteStatus.FAILED, RemoteStatus.CANCELLED}
    else:
        assert found.status is not RemoteStatus.PAID
        assert messages == []


def test_a_paid_payment_is_told_with_its_amount_time_and_fee(bench):
    order, _ = bench.event()

    [found] = bench.remote(order)

    assert found.status is RemoteStatus.PAID
    assert found.needs_confirmation == bench.operator.caps.needs_confirmation
    assert (found.ref, found.amount_gr, found.currency) == (order.ref, order.amount_gr, "PLN")
    if "paid_at" in bench.status_tells:
        assert found.paid_at.utcoffset() in {timedelta(0), timedelta(hours=1), timedelta(hours=2)}
        assert found.paid_at_text
    if "fee" in bench.status_tells:
        assert found.fee_gr > 0
    if "method" in bench.status_tells:
        assert found.method_id == bench.bank


def test_a_payment_of_which_no_notification_came_is_found_and_confirmed(bench):
    bench.control.fault("notify", "never")
    order = bench.started()
    bench.control.pay(order.ref)
    bench.control.settle()
    assert bench.receiver.of(order.ref) == []

    [found] = bench.remote(order)
    outcome = bench.operator.confirm(bench.config, found.as_event(), Expected(order.ref, order.amount_gr))

    assert isinstance(outcome, Confirmed)
    assert bench.state(order) == bench.taken


def test_a_confirmed_payment_needs_nothing_more(bench):
    order, event = bench.event()
    bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))

    [found] = bench.remote(order)

    assert found.status is RemoteStatus.PAID
    assert not found.needs_confirmation


def test_money_that_the_operator_gave_back_is_returned(bench):
    bench.need("tells_returned")
    order, event = bench.event()
    bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))
    bench.control.give_back(order.ref)

    [found] = bench.remote(order)

    assert found.status is RemoteStatus.RETURNED


def test_another_gmina_cannot_see_the_transaction(bench):
    order = bench.started()

    [record] = bench.books(order)
    assert bench.operator.fetch_status(bench.stranger, order.ref, record["operator_tx_id"]) == []


@pytest.mark.parametrize("mode", ["500", "429", "reset", "bad_body", "html"])
def test_an_operator_that_does_not_answer_is_not_an_absent_transaction(bench, mode):
    order = bench.started()
    bench.control.fault("status", mode)

    with pytest.raises(OperatorError) as raised:
        bench.remote(order)

    assert not raised.value.permanent


def test_wrong_credentials_are_named_as_such(bench):
    order = bench.started()
    bench.control.fault("status", "401", times=3)

    with pytest.raises(OperatorRefused) as raised:
        bench.remote(order)

    assert raised.value.code == "operator.credentials"
