from dataclasses import replace

import pytest

from integrations.payments.base import Confirmed, Expected, Mismatch, Retry


def expected(order):
    return Expected(order.ref, order.amount_gr)


def test_a_true_payment_is_confirmed_and_from_then_on_ours(bench):
    order, event = bench.event()
    assert bench.state(order) == "paid"

    outcome = bench.operator.confirm(bench.config, event, expected(order))

    assert isinstance(outcome, Confirmed)
    assert (outcome.operator_tx_id, outcome.amount_gr) == (event.operator_tx_id, order.amount_gr)
    assert bench.state(order) == bench.taken


def test_a_second_confirmation_confirms_again_and_changes_nothing(bench):
    order, event = bench.event()
    bench.operator.confirm(bench.config, event, expected(order))

    again = bench.operator.confirm(bench.config, event, expected(order))

    assert isinstance(again, Confirmed)
    assert again.amount_gr == order.amount_gr


@pytest.mark.parametrize("difference", [-12345, -1, 1, 100, -24690])
def test_another_amount_than_ours_is_a_mismatch_and_nothing_is_taken(bench, difference):
    order, event = bench.event()

    outcome = bench.operator.confirm(
        bench.config, event, replace(expected(order), amount_gr=order.amount_gr + difference)
    )

    assert isinstance(outcome, Mismatch)
    assert outcome.code == "event.amount"
    assert bench.state(order) == "paid"


@pytest.mark.parametrize(
    ("mode", "code"), [("wrong_amount", "event.amount"), ("wrong_currency", "event.currency")]
)
def test_a_well_signed_lie_is_a_mismatch_and_nothing_is_taken(bench, mode, code):
    bench.control.fault("notify", mode)
    order, event = bench.event()

    outcome = bench.operator.confirm(bench.config, event, expected(order))

    assert outcome == Mismatch(code, outcome.detail)
    assert bench.state(order) == "paid"


def test_an_event_of_another_payment_is_a_mismatch(bench):
    order, _ = bench.event()
    other_order, other_event = bench.event()

    outcome = bench.operator.confirm(bench.config, other_event, expected(order))

    assert isinstance(outcome, Mismatch)
    assert outcome.code == "event.ref"
    assert bench.state(order) == bench.state(other_order) == "paid"


def test_an_event_with_a_foreign_transaction_number_is_a_mismatch(bench):
    bench.need("confirm_place")
    order, event = bench.event()
    _, other = bench.event()

    outcome = bench.operator.confirm(
        bench.config, replace(event, operator_tx_id=other.operator_tx_id), expected(order)
    )

    assert isinstance(outcome, Mismatch)
    assert bench.state(order) == "paid"


@pytest.mark.parametrize("mode", ["500", "503", "429", "reset", "bad_body", "html", "401"])
def test_an_operator_that_does_not_answer_leaves_the_confirmation_open(bench, mode):
    bench.need("confirm_place")
    order, event = bench.event()
    bench.control.fault(bench.confirm_place, mode, times=3)

    outcome = bench.operator.confirm(bench.config, event, expected(order))

    assert isinstance(outcome, Retry)
    assert bench.state(order) == "paid"
    bench.control.forget_faults()
    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Confirmed)


def test_a_confirmation_that_takes_too_long_stays_open(bench, impatient):
    bench.need("confirm_place")
    order, event = bench.event()
    bench.control.fault(bench.confirm_place, "slow", seconds=1.5)

    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Retry)


def test_a_confirmation_whose_answer_was_lost_is_confirmed_by_the_next_try(bench):
    bench.need("needs_confirmation")
    order, event = bench.event()
    bench.control.fault("confirm", "commit_then_reset")

    first = bench.operator.confirm(bench.config, event, expected(order))
    second = bench.operator.confirm(bench.config, event, expected(order))

    assert isinstance(first, Retry)
    assert isinstance(second, Confirmed)
    assert bench.state(order) == bench.taken
