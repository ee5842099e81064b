from datetime import timedelta

import pytest

from integrations.payments.base import (
    Confirmed,
    Expected,
    OperatorError,
    OperatorRefused,
    RemoteStatus,
)


def test_an_unknown_reference_has_no_transactions(bench):
    assert bench.operator.fetch_status(bench.config, "nieznana") == []


def test_a_started_payment_is_pending(bench):
    order = bench.started()

    [found] = bench.operator.fetch_status(bench.config, order.ref)

    assert found.status is RemoteStatus.PENDING
    assert found.ref == order.ref
    assert not found.needs_confirmation


@pytest.mark.parametrize("act", ["fail", "abandon"])
def test_a_payer_who_is_refused_or_leaves_is_told_by_no_message_and_stays_pending(bench, act):
    order = bench.started()
    getattr(bench.control, act)(order.ref)
    assert bench.control.settle()

    [found] = bench.operator.fetch_status(bench.config, order.ref)

    assert found.status is RemoteStatus.PENDING
    assert bench.receiver.of(order.ref) == []


def test_a_paid_payment_waits_for_our_confirmation_with_its_time_and_fee(bench):
    order, _ = bench.event()

    [found] = bench.operator.fetch_status(bench.config, order.ref)

    assert found.status is RemoteStatus.PAID
    assert found.needs_confirmation
    assert found.amount_gr == order.amount_gr
    assert found.paid_at.utcoffset() in {timedelta(hours=1), timedelta(hours=2)}
    assert found.paid_at_text
    assert found.fee_gr > 0
    assert found.method_id == bench.bank


def test_a_payment_of_which_no_notification_came_is_found_and_confirmed(bench):
    bench.control.fault("notify", "never")
    order = bench.started()
    bench.control.pay(order.ref)
    bench.control.settle()
    assert bench.receiver.of(order.ref) == []

    [found] = bench.operator.fetch_status(bench.config, order.ref)
    outcome = bench.operator.confirm(bench.config, found.as_event(), Expected(order.ref, order.amount_gr))

    assert isinstance(outcome, Confirmed)
    assert bench.state(order) == "verified"


def test_a_confirmed_payment_needs_nothing_more(bench):
    order, event = bench.event()
    bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))

    [found] = bench.operator.fetch_status(bench.config, order.ref)

    assert found.status is RemoteStatus.PAID
    assert not found.needs_confirmation


def test_money_that_the_operator_gave_back_is_returned(bench):
    order, event = bench.event()
    bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))
    bench.control.give_back(order.ref)

    [found] = bench.operator.fetch_status(bench.config, order.ref)

    assert found.status is RemoteStatus.RETURNED


def test_another_gmina_cannot_see_the_transaction(bench):
    order = bench.started()

    assert bench.operator.fetch_status(bench.stranger, order.ref) == []


@pytest.mark.parametrize("mode", ["500", "429", "reset", "bad_json", "html"])
def test_an_operator_that_does_not_answer_is_not_an_absent_transaction(bench, mode):
    order = bench.started()
    bench.control.fault("status", mode)

    with pytest.raises(OperatorError) as raised:
        bench.operator.fetch_status(bench.config, order.ref)

    assert not raised.value.permanent


def test_wrong_credentials_are_named_as_such(bench):
    bench.control.fault("status", "401")

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.fetch_status(bench.config, "ref")

    assert raised.value.code == "operator.credentials"
