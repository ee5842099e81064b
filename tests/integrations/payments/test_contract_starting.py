from dataclasses import replace

import pytest

from integrations.payments.base import OperatorRefused, OperatorUnavailable, StartOutcomeUnknown


def test_a_start_sends_the_payer_to_the_operators_own_page(bench):
    order = bench.order()

    answer = bench.operator.start(bench.config, order)

    assert answer.url.startswith(bench.config.profile.payer_url)
    page = bench.opened(answer).text
    assert "123,45" in page
    assert bench.told_title(order.title) in page


def test_a_start_tells_the_operators_id_where_only_that_can_be_asked_for_later(bench):
    order = bench.order()

    answer = bench.operator.start(bench.config, order)

    known = bench.books(order)
    if answer.operator_tx_id or not bench.operator.caps.status_by_ref:
        assert [one["operator_tx_id"] for one in known] == [answer.operator_tx_id]


def test_the_operator_registers_exactly_the_amount_title_and_addresses_of_the_order(bench):
    order = bench.started(amount_gr=99_999_999)

    record = bench.control.transaction(order.ref)

    assert record["amount_gr"] == 99_999_999
    assert record["currency"] == "PLN"
    assert record["title"] == bench.told_title(order.title)
    assert record["url_notify"] == order.notify_url
    assert record["url_return"] == order.return_url


def test_the_money_goes_to_the_account_of_the_order_where_the_operator_lets_us_name_it(bench):
    bench.need("per_payment_account")
    order = bench.started(account_nrb=bench.stranger.account_nrb)

    assert bench.control.transaction(order.ref)["account"] == bench.stranger.account_nrb


@pytest.mark.parametrize("amount_gr", [1, 10, 29, 100, 1010])
def test_every_grosz_arrives_as_it_is(bench, amount_gr):
    order, event = bench.event(amount_gr=amount_gr)

    assert event.amount_gr == event.requested_gr == amount_gr
    assert bench.control.transaction(order.ref)["amount_gr"] == amount_gr


@pytest.mark.parametrize("mode", ["429", "503"])
def test_an_overloaded_operator_can_be_tried_again_and_has_registered_nothing(bench, mode):
    bench.need("starts_by_call")
    bench.control.fault("start", mode, times=3)  # an operator may be asked again with a fresh access token
    order = bench.order()

    with pytest.raises(OperatorUnavailable) as raised:
        bench.operator.start(bench.config, order)

    assert not raised.value.permanent
    assert bench.books(order) == []


@pytest.mark.parametrize("mode", ["400", "401", "403"])
def test_a_refusal_is_permanent_and_has_registered_nothing(bench, mode):
    bench.need("starts_by_call")
    bench.control.fault("start", mode, times=3)  # an operator may be asked again with a fresh access token
    order = bench.order()

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(bench.config, order)

    assert raised.value.permanent
    assert raised.value.code == ("operator.refused" if mode == "400" else "operator.credentials")
    assert bench.books(order) == []


@pytest.mark.parametrize("mode", ["500", "html", "reset", "bad_body"])
def test_a_start_without_a_usable_answer_has_an_unknown_outcome(bench, mode):
    bench.need("starts_by_call")
    bench.control.fault("start", mode, times=3)  # an operator may be asked again with a fresh access token
    order = bench.order()

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, order)

    assert bench.books(order) == []


@pytest.mark.parametrize("mode", ["commit_then_reset", "no_token"])
def test_a_start_that_was_accepted_and_not_answered_stays_in_the_operators_books(bench, mode):
    bench.need("starts_by_call")
    bench.control.fault("start", mode, times=3)  # an operator may be asked again with a fresh access token
    order = bench.order()

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, order)

    [record] = bench.books(order)
    assert record["amount_gr"] == order.amount_gr
    if bench.operator.caps.status_by_ref:
        [found] = bench.remote(order)
        assert (found.operator_tx_id, found.amount_gr) == (record["operator_tx_id"], order.amount_gr)


def test_a_start_that_takes_too_long_has_an_unknown_outcome(bench, impatient):
    bench.need("starts_by_call")
    bench.control.fault("start", "slow", seconds=1.5)

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, bench.order())


def test_an_operator_that_is_away_can_be_tried_again(bench, unused_port):
    bench.need("starts_by_call")
    url = f"http://127.0.0.1:{unused_port}"
    away = replace(bench.config, profile=replace(bench.config.profile, api_url=url))

    with pytest.raises(OperatorUnavailable) as raised:
        bench.operator.start(away, bench.order())

    assert raised.value.code == "operator.unavailable"
