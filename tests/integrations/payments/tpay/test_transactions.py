"""What only Tpay's tokens, statuses, cancelling and refunds can do."""

from dataclasses import replace

import pytest

from integrations.payments.base import (
    Confirmed,
    EventKind,
    Expected,
    MethodState,
    Mismatch,
    OperatorRefused,
    OperatorUnavailable,
    RefundOrder,
    RefundOutcomeUnknown,
    RemoteStatus,
    Retry,
)
from integrations.payments.tpay import answers

STATUS = {
    "transactionId": "01EMU",
    "title": "TR-1",
    "hiddenDescription": "ref-1",
    "amount": 10,
    "currency": "PLN",
    "date": {"creation": "2026-10-25 02:30:00", "realization": None},
    "payments": {"amountPaid": 9},
}


def expected(order):
    return Expected(order.ref, order.amount_gr)


def test_a_dead_token_is_renewed_without_anybody_noticing(bench):
    bench.operator.list_methods(bench.config, 100, "pl")
    bench.control.revoke_tokens()

    assert bench.operator.list_methods(bench.config, 100, "pl")


@pytest.mark.parametrize("mode", ["500", "bad_body", "html", "reset", "429"])
def test_an_operator_that_gives_no_token_can_be_tried_again_and_has_accepted_nothing(bench, mode):
    bench.control.revoke_tokens()
    bench.control.fault("token", mode, times=3)
    order = bench.order()

    with pytest.raises(OperatorUnavailable):
        bench.operator.start(bench.config, order)

    assert bench.books(order) == []


@pytest.mark.parametrize(("paid_gr", "error"), [(12344, "surcharge"), (20000, "overpay")])
def test_a_transfer_typed_with_another_amount_is_a_mismatch_by_message_and_by_poller(bench, paid_gr, error):
    """Class 5: Tpay takes over- and underpayments of manual transfers."""
    order = bench.started()
    bench.control.pay(order.ref, amount_gr=paid_gr)
    bench.control.settle()
    request = bench.receiver.wait(order.ref)[-1]
    event = bench.read(order, request)
    [found] = bench.remote(order)

    assert f"tr_error={error}".encode() in request.body
    assert (event.amount_gr, event.requested_gr, found.amount_gr) == (paid_gr, 12345, paid_gr)
    for told in (event, found.as_event()):
        outcome = bench.operator.confirm(bench.config, told, expected(order))
        assert isinstance(outcome, Mismatch)
        assert outcome.code == "event.amount"


def test_a_payment_that_the_operator_still_calls_pending_is_asked_for_again(bench):
    order, event = bench.event()
    bench.control.fault("status", "pending")

    assert bench.operator.confirm(bench.config, event, expected(order)) == Retry("confirm.pending")


def test_an_unknown_status_is_for_a_person_and_never_paid(bench):
    order, event = bench.event()
    bench.control.fault("status", "unknown_status", times=2)

    [found] = bench.remote(order)
    outcome = bench.operator.confirm(bench.config, event, expected(order))

    assert found.status is RemoteStatus.UNKNOWN
    assert isinstance(outcome, Mismatch)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", RemoteStatus.PENDING),
        ("correct", RemoteStatus.PAID),
        ("paid", RemoteStatus.PAID),
        ("success", RemoteStatus.PAID),
        ("refund", RemoteStatus.RETURNED),
        ("declined", RemoteStatus.FAILED),
        ("error", RemoteStatus.FAILED),
        ("cancel", RemoteStatus.CANCELLED),
        ("CORRECT", RemoteStatus.UNKNOWN),
        ("chargeback", RemoteStatus.UNKNOWN),
        (None, RemoteStatus.UNKNOWN),
        (True, RemoteStatus.UNKNOWN),
    ],
)
def test_only_the_known_words_mean_something(word, status):
    found = answers.transaction({**STATUS, "status": word})

    assert found.status is status
    assert found.amount_gr == (900 if status is RemoteStatus.PAID else 1000)
    assert found.registered_at.isoformat() == "2026-10-25T02:30:00+02:00"  # the first of the two


def test_a_message_whose_start_was_never_answered_stays_open(bench):
    order, event = bench.event()

    outcome = bench.operator.confirm(bench.config, replace(event, operator_tx_id=""), expected(order))

    assert isinstance(outcome, Retry)


def test_a_message_with_another_title_than_the_books_is_a_mismatch(bench):
    order, event = bench.event()

    outcome = bench.operator.confirm(
        bench.config, replace(event, statement="TR-EMU-999999X"), expected(order)
    )

    assert isinstance(outcome, Mismatch)
    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Confirmed)


def test_money_that_went_back_is_told_as_a_chargeback(bench):
    """Class 30."""
    order, _ = bench.event()
    bench.control.give_back(order.ref)
    bench.control.settle()

    event = bench.read(order, bench.receiver.wait(order.ref, 2)[-1])

    assert event.kind is EventKind.CHARGEBACK
    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Mismatch)


def test_an_unpaid_transaction_is_cancelled_and_a_paid_one_is_not(bench):
    unpaid, (paid, event) = bench.started(), bench.event()
    [found] = bench.remote(unpaid)

    bench.operator.cancel(bench.config, unpaid.ref, found.operator_tx_id)
    with pytest.raises(OperatorRefused):
        bench.operator.cancel(bench.config, paid.ref, event.operator_tx_id)
    with pytest.raises(OperatorRefused):
        bench.operator.cancel(bench.config, unpaid.ref)

    assert bench.state(unpaid) == "cancelled"
    assert bench.remote(unpaid)[0].status is RemoteStatus.CANCELLED
    assert bench.state(paid) == "paid"


def test_another_gmina_cannot_cancel_our_payment(bench):
    order = bench.started()
    [found] = bench.remote(order)

    with pytest.raises(OperatorRefused):
        bench.operator.cancel(bench.stranger, order.ref, found.operator_tx_id)

    assert bench.state(order) == "started"


def test_money_that_comes_after_the_cancelling_is_still_told(bench):
    """Class 12: late payment."""
    order = bench.started()
    bench.control.cancel(order.ref)
    bench.control.pay(order.ref, late=True)
    bench.control.settle()

    event = bench.read(order, bench.receiver.wait(order.ref)[-1])

    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Confirmed)


def test_a_refund_repeated_after_a_lost_answer_is_not_sent_twice(bench):
    """Class 17: Tpay knows no key, so its list is read first and our own record decides."""
    order, event = bench.event(amount_gr=10_000)
    wish = RefundOrder("klucz-1", order.ref, event.operator_tx_id, 4_000)
    bench.control.fault("refund", "commit_then_reset")
    with pytest.raises(RefundOutcomeUnknown):
        bench.operator.refund(bench.config, wish)

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, wish)

    assert raised.value.code == "refund.ambiguous"
    assert [row["amount_gr"] for row in bench.refunds(order.ref)] == [4_000]


def test_a_rejected_refund_can_be_ordered_again(bench):
    order, event = bench.event(amount_gr=10_000)
    wish = RefundOrder("klucz-1", order.ref, event.operator_tx_id, 4_000)
    bench.control.fault("refund", "rejected_later")
    bench.operator.refund(bench.config, wish)
    bench.control.advance(3600)

    bench.operator.refund(bench.config, replace(wish, idempotency_key="klucz-2"))

    assert [row["amount_gr"] for row in bench.refunds(order.ref)] == [4_000, 4_000]


@pytest.mark.parametrize("mode", ["500", "bad_body", "reset"])
def test_a_list_of_refunds_that_cannot_be_had_stops_the_refund_before_it_is_sent(bench, mode):
    order, event = bench.event()
    bench.control.fault("status", mode)

    with pytest.raises(OperatorUnavailable):
        bench.operator.refund(bench.config, RefundOrder("klucz-1", order.ref, event.operator_tx_id, 100))

    assert bench.refunds(order.ref) == []


def test_a_bank_whose_money_comes_days_later_cannot_be_chosen(bench):
    bench.control.fault("lists", "offline")

    methods = bench.operator.list_methods(bench.config, 100, "pl")

    assert {method.state for method in methods} == {MethodState.TEMP_OFF}
