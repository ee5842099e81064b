import uuid

import pytest

from integrations.payments.base import (
    EventKind,
    Expected,
    OperatorError,
    OperatorRefused,
    RefundOrder,
    RefundOutcomeUnknown,
    RefundStatus,
    RemoteStatus,
)

LATER = 3600
"""Seconds after which every refund has ended."""


@pytest.fixture(autouse=True)
def _needs_refunds(bench):
    bench.need("refund_api")


@pytest.fixture
def paid(bench):
    order, event = bench.event(amount_gr=10_000)
    bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))

    def refund_order(amount_gr, key=None, notify_url=""):
        return RefundOrder(
            key or uuid.uuid4().hex,
            order.ref,
            event.operator_tx_id,
            amount_gr,
            "Zwrot nadpłaty – żółć",
            notify_url,
        )

    return refund_order


def amounts(bench, wish):
    """What the operator's own books say."""
    return sorted(row["amount_gr"] for row in bench.refunds(wish.ref))


def listed(bench, wish):
    bench.need("lists_refunds")
    ordered = {wish.idempotency_key: wish.amount_gr}
    return bench.operator.fetch_refunds(bench.config, wish.operator_tx_id, ordered)


def test_a_refund_is_pending_and_later_completed(bench, paid):
    wish = paid(4_000)

    answer = bench.operator.refund(bench.config, wish)

    assert (answer.status, answer.amount_gr, answer.key) == (
        RefundStatus.PENDING,
        4_000,
        wish.idempotency_key,
    )
    assert amounts(bench, wish) == [4_000]
    bench.control.advance(LATER)
    [found] = listed(bench, wish)
    assert (found.status, found.amount_gr) == (RefundStatus.COMPLETED, 4_000)
    if bench.refunds_have_keys:
        assert found.key == wish.idempotency_key


def test_a_payment_without_refunds_has_none(bench, paid):
    assert listed(bench, paid(1)) == []


def test_the_same_key_twice_is_one_refund(bench, paid):
    bench.need("refunds_have_keys")
    wish = paid(4_000)

    first, second = bench.operator.refund(bench.config, wish), bench.operator.refund(bench.config, wish)

    assert (first.key, first.amount_gr) == (second.key, second.amount_gr)
    assert amounts(bench, wish) == [4_000]


def test_the_same_key_for_another_amount_is_refused(bench, paid):
    bench.need("refunds_have_keys")
    key = "klucz-1" + uuid.uuid4().hex[:20]
    bench.operator.refund(bench.config, paid(4_000, key=key))

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, paid(5_000, key=key))

    assert raised.value.code == "refund.key_reused"
    assert amounts(bench, paid(1)) == [4_000]


def test_two_partial_refunds_with_two_keys_are_two_refunds(bench, paid):
    bench.operator.refund(bench.config, paid(4_000))
    bench.operator.refund(bench.config, paid(6_000))

    assert amounts(bench, paid(1)) == [4_000, 6_000]


def test_more_than_was_paid_cannot_be_refunded(bench, paid):
    bench.operator.refund(bench.config, paid(6_000))

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, paid(4_001))

    assert raised.value.code == "refund.amount_exceeded"
    assert amounts(bench, paid(1)) == [6_000]


def test_an_operator_without_enough_money_of_ours_refuses(bench, paid):
    bench.control.fault("refund", "insufficient")

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, paid(100))

    assert raised.value.code == "refund.insufficient_funds"
    assert amounts(bench, paid(1)) == []


def test_a_payment_that_was_never_confirmed_cannot_be_refunded(bench):
    bench.need("needs_confirmation")
    order, event = bench.event()

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, RefundOrder("k" * 20, order.ref, event.operator_tx_id, 100))

    assert raised.value.code == "refund.wrong_status"
    assert bench.refunds(order.ref) == []


def test_another_gmina_cannot_refund_our_payment(bench, paid):
    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.stranger, paid(100))

    assert raised.value.code == "refund.not_found"
    assert amounts(bench, paid(1)) == []


def test_a_refund_whose_answer_was_lost_is_one_refund_after_the_second_try(bench, paid):
    bench.need("refunds_have_keys")
    bench.control.fault("refund", "commit_then_reset")
    wish = paid(4_000)

    with pytest.raises(RefundOutcomeUnknown):
        bench.operator.refund(bench.config, wish)
    answer = bench.operator.refund(bench.config, wish)

    assert answer.key == wish.idempotency_key
    assert amounts(bench, wish) == [4_000]


def test_a_refund_whose_answer_was_lost_is_never_called_refused(bench, paid):
    bench.control.fault("refund", "commit_then_reset")
    wish = paid(4_000)

    with pytest.raises(RefundOutcomeUnknown):
        bench.operator.refund(bench.config, wish)

    assert amounts(bench, wish) == [4_000]


def test_a_refund_can_be_rejected_after_it_was_accepted(bench, paid):
    bench.control.fault("refund", "rejected_later")
    wish = paid(4_000)
    bench.operator.refund(bench.config, wish)
    bench.control.advance(LATER)

    assert listed(bench, wish)[0].status is RefundStatus.REJECTED


@pytest.mark.parametrize(
    ("mode", "status"), [(None, RemoteStatus.REFUNDED), ("rejected_later", RemoteStatus.REFUND_REJECTED)]
)
def test_the_operator_tells_how_a_refund_ended(bench, paid, mode, status):
    bench.need("refunds_are_told")
    if mode:
        bench.control.fault("refund", mode)
    name = uuid.uuid4().hex
    wish = paid(2_500, notify_url=bench.receiver.url(name))
    bench.operator.refund(bench.config, wish)
    bench.control.advance(LATER)

    # An operator without an address for each refund tells it where it tells of the payment.
    request = (bench.receiver.of(name) or bench.receiver.of(wish.ref))[-1]
    event = bench.operator.parse_notification(bench.config, request)

    assert event.kind is EventKind.REFUND
    assert (event.status, event.amount_gr) == (status, 2_500)
    if bench.refunds_have_keys:
        assert event.refund_key == wish.idempotency_key


@pytest.mark.parametrize("amount_gr", [0, -1])
def test_nothing_and_less_cannot_be_refunded(bench, paid, amount_gr):
    with pytest.raises(OperatorError) as raised:
        bench.operator.refund(bench.config, paid(amount_gr))

    assert raised.value.code == "refund.amount"
    assert amounts(bench, paid(1)) == []
