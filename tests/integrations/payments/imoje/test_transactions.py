"""What only imoje can do: functions of the signature, transactions by its own id, refunds without a key of ours."""

import uuid

import pytest

from integrations.payments.base import (
    BadSignature,
    Confirmed,
    EventKind,
    Expected,
    InvalidRequest,
    MethodGroup,
    Mismatch,
    NotSupported,
    OperatorError,
    OperatorRefused,
    OperatorUnavailable,
    RefundOrder,
    RefundStatus,
    RemoteStatus,
    Retry,
)


def expected(order):
    return Expected(order.ref, order.amount_gr)


def refund_order(order, event, amount_gr, key=""):
    return RefundOrder(
        key or uuid.uuid4().hex, order.ref, event.operator_tx_id, amount_gr, "Zwrot – nadpłata"
    )


@pytest.mark.parametrize("function", ["md5", "sha1"])
def test_a_notification_under_a_weak_function_is_refused_although_our_key_made_it(bench, function):
    """Bug class 8: an algorithm named in the header and not on the list."""
    bench.control.fault("notify", function)
    _, request = bench.notified()

    with pytest.raises(BadSignature):
        bench.operator.parse_notification(bench.config, request)


@pytest.mark.parametrize("function", ["sha224", "sha384", "sha512"])
def test_a_notification_under_another_published_function_is_read(bench, function):
    bench.control.fault("notify", function)
    order, event = bench.event()

    assert f"alg={function}" in bench.receiver.of(order.ref)[-1].header("X-Imoje-Signature")
    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Confirmed)


def test_a_settlement_that_the_status_does_not_tell_yet_stays_open(bench):
    order, event = bench.event()
    bench.control.fault("status", "pending")

    assert bench.operator.confirm(bench.config, event, expected(order)) == Retry("confirm.pending")


def test_an_event_about_a_transaction_that_imoje_does_not_know_is_a_mismatch(bench):
    order, event = bench.event()

    outcome = bench.operator.confirm(bench.stranger, event, expected(order))

    assert outcome == Mismatch("confirm.contradicted", "no such transaction")


def test_both_published_forms_of_a_transaction_are_read(bench):
    """The schema has the values in `transaction`, the example bare."""
    order, _ = bench.event()
    [wrapped] = bench.remote(order)
    bench.control.fault("status", "bare")

    assert bench.remote(order) == [wrapped]


def test_an_id_of_imoje_under_another_reference_is_an_error_and_not_a_transaction(bench):
    order = bench.started()
    [record] = bench.books(order)

    with pytest.raises(OperatorError) as raised:
        bench.operator.fetch_status(bench.config, "another-ref", record["operator_tx_id"])

    assert raised.value.code == "operator.bad_answer"


def test_a_link_that_died_is_told_as_cancelled_and_a_late_payment_is_still_confirmed(bench):
    """Bug class 12: a payment after the end of its link."""
    bench.receiver.on_request = bench.accepting
    order = bench.started(ttl_minutes=15)
    bench.control.advance(16 * 60)
    told = bench.operator.parse_notification(bench.config, bench.receiver.wait(order.ref)[-1])
    [dead] = bench.remote(order)

    bench.control.pay(order.ref, late=True)
    assert bench.control.settle()
    late = bench.operator.parse_notification(bench.config, bench.receiver.wait(order.ref, 2)[-1])

    assert told.status is dead.status is RemoteStatus.CANCELLED
    assert late.dedupe_key != told.dedupe_key
    assert isinstance(bench.operator.confirm(bench.config, late, expected(order)), Confirmed)


@pytest.mark.parametrize("kind", ["new", "pending", "authorized", "submitted_for_settlement"])
def test_a_message_on_the_way_to_the_money_is_not_yet_money(bench, kind):
    order = bench.started()
    bench.control.notify(order.ref, kind=kind)

    event = bench.operator.parse_notification(bench.config, bench.receiver.wait(order.ref)[-1])

    assert event.status is RemoteStatus.PENDING
    assert isinstance(bench.operator.confirm(bench.config, event, expected(order)), Mismatch)


def test_a_failure_told_after_the_money_is_another_event(bench):
    """Bug class 16: the status pull has the last word."""
    order, paid = bench.event()
    bench.control.notify(order.ref, kind="error")

    failed = bench.operator.parse_notification(bench.config, bench.receiver.wait(order.ref, 2)[-1])

    assert failed.status is RemoteStatus.FAILED
    assert failed.dedupe_key != paid.dedupe_key
    assert [found.status for found in bench.remote(order)] == [RemoteStatus.PAID]


def test_channels_that_need_more_than_a_redirect_are_not_offered(bench):
    assert any(row["id"] == "card-ecom3ds" for row in bench.control.state()["methods"])

    methods = bench.operator.list_methods(bench.config, 12345, "pl")

    assert {method.group for method in methods} == {MethodGroup.TRANSFER, MethodGroup.BLIK}
    assert all(method.min_gr and method.max_gr for method in methods)


@pytest.mark.parametrize("ask", ["check_access", "list_methods"])
def test_a_shop_that_is_switched_off_at_imoje_is_refused(bench, ask):
    bench.control.fault("lists", "inactive")
    more = (12345, "pl") if ask == "list_methods" else ()

    with pytest.raises(OperatorRefused):
        getattr(bench.operator, ask)(bench.config, *more)


def test_an_unpaid_transaction_is_withdrawn_and_cannot_be_paid_any_more(bench):
    order = bench.started()
    [record] = bench.books(order)

    bench.operator.cancel(bench.config, order.ref, record["operator_tx_id"])

    assert [found.status for found in bench.remote(order)] == [RemoteStatus.CANCELLED]
    assert bench.control.pay(order.ref)["paid"] is False


@pytest.mark.parametrize("ask", ["paid", "stranger", "no id"])
def test_what_is_not_an_unpaid_transaction_of_ours_is_not_withdrawn(bench, ask):
    order = bench.started()
    if ask == "paid":
        bench.control.pay(order.ref)
    [record] = bench.books(order)
    config = bench.stranger if ask == "stranger" else bench.config

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.cancel(config, order.ref, "" if ask == "no id" else record["operator_tx_id"])

    assert raised.value.code == ("cancel.wrong_status" if ask == "paid" else "cancel.not_found")
    assert bench.state(order) == ("paid" if ask == "paid" else "started")


def test_a_transaction_without_a_payment_ends_by_its_link_alone(bench):
    order = bench.started()
    [record] = bench.books(order)
    bench.control.fault("status", "no_payment")

    with pytest.raises(NotSupported):
        bench.operator.cancel(bench.config, order.ref, record["operator_tx_id"])

    assert bench.state(order) == "started"


def test_our_key_ends_the_title_of_the_refund_that_the_payer_sees(bench):
    """Bug class 17: imoje knows no key of ours, so a repeated order is found by it."""
    order, event = bench.event(amount_gr=10_000)

    bench.operator.refund(bench.config, refund_order(order, event, 4_000, key="r_1-2"))

    assert [row["description"] for row in bench.refunds(order.ref)] == ["Zwrot - nadpłata #r_1-2"]


def test_a_key_that_cannot_stand_in_a_title_is_refused_before_anything_is_sent(bench):
    order, event = bench.event()
    before = len(bench.control.log())

    with pytest.raises(InvalidRequest):
        bench.operator.refund(bench.config, refund_order(order, event, 100, key="klucz żółty"))

    assert len(bench.control.log()) == before


def test_without_a_list_of_refunds_all_can_be_given_back_and_nothing_twice(bench):
    """Bug class 17: a repeat after a lost answer must not be a second refund."""
    order, event = bench.event(amount_gr=10_000)
    wish = refund_order(order, event, 6_000)
    bench.control.fault("status", "no_payment")
    assert bench.operator.refund(bench.config, wish).status is RefundStatus.PENDING
    bench.control.fault("status", "no_payment")

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, wish)

    assert raised.value.code == "refund.amount_exceeded"
    assert [row["amount_gr"] for row in bench.refunds(order.ref)] == [6_000]


def test_without_a_list_of_refunds_a_part_that_would_fit_twice_is_not_ordered(bench):
    """Bug class 17."""
    order, event = bench.event(amount_gr=10_000)
    bench.control.fault("status", "no_payment")

    with pytest.raises(NotSupported):
        bench.operator.refund(bench.config, refund_order(order, event, 5_000))

    assert bench.refunds(order.ref) == []


def test_without_a_list_of_refunds_there_is_none_to_fetch(bench):
    order, event = bench.event()
    bench.control.fault("status", "no_payment")

    with pytest.raises(NotSupported):
        bench.operator.fetch_refunds(bench.config, event.operator_tx_id)

    assert bench.state(order) == "paid"


@pytest.mark.parametrize("mode", ["500", "reset", "bad_body", "503"])
def test_a_question_that_is_not_answered_leaves_a_refund_unordered_and_not_unknown(bench, mode):
    """Bug class 17."""
    order, event = bench.event()
    bench.control.fault("status", mode)

    with pytest.raises(OperatorUnavailable) as raised:
        bench.operator.refund(bench.config, refund_order(order, event, 100))

    assert type(raised.value) is OperatorUnavailable
    assert bench.refunds(order.ref) == []


def test_a_refund_from_imojes_panel_is_told_and_listed_as_a_refund_of_its_own(bench):
    order, event = bench.event(amount_gr=10_000)
    ours = refund_order(order, event, 4_000)
    bench.operator.refund(bench.config, ours)
    bench.control.give_back(order.ref)
    bench.control.advance(3600)

    listed = bench.operator.fetch_refunds(bench.config, event.operator_tx_id)
    events = [bench.operator.parse_notification(bench.config, one) for one in bench.receiver.of(order.ref)]

    assert sorted(one.amount_gr for one in listed) == [4_000, 6_000]
    assert len({one.key for one in listed}) == 2
    assert {one.refund_key for one in events if one.kind is EventKind.REFUND} == {one.key for one in listed}
    assert ours.idempotency_key in {one.key for one in listed}
    assert [found.status for found in bench.remote(order)] == [RemoteStatus.PAID]
