from dataclasses import replace

import httpx
import pytest

from integrations.payments.base import (
    OperatorRefused,
    OperatorUnavailable,
    Redirect,
    StartOutcomeUnknown,
)


def test_a_start_sends_the_payer_to_the_operators_own_page(bench):
    order = bench.order()

    answer = bench.operator.start(bench.config, order)

    assert isinstance(answer, Redirect)
    assert answer.url.startswith(bench.config.profile.payer_url)
    page = httpx.get(answer.url).text
    assert "123,45" in page
    assert "Łęczna 7/9" in page


def test_the_operator_registers_exactly_the_amount_title_and_addresses_of_the_order(bench):
    order = bench.started(amount_gr=99_999_999)

    record = bench.control.transaction(order.ref)

    assert record["amount"] == 99_999_999
    assert record["currency"] == "PLN"
    assert record["description"] == order.title
    assert record["url_status"] == order.notify_url
    assert record["url_return"] == order.return_url


@pytest.mark.parametrize("amount_gr", [1, 10, 29, 100, 1010])
def test_every_grosz_arrives_as_it_is(bench, amount_gr):
    order, event = bench.event(amount_gr=amount_gr)

    assert event.amount_gr == event.requested_gr == amount_gr
    assert bench.control.transaction(order.ref)["amount"] == amount_gr


@pytest.mark.parametrize("mode", ["429", "503"])
def test_an_overloaded_operator_can_be_tried_again_and_has_registered_nothing(bench, mode):
    bench.control.fault("start", mode)
    order = bench.order()

    with pytest.raises(OperatorUnavailable) as raised:
        bench.operator.start(bench.config, order)

    assert not raised.value.permanent
    assert bench.operator.fetch_status(bench.config, order.ref) == []


@pytest.mark.parametrize("mode", ["400", "401", "403"])
def test_a_refusal_is_permanent_and_has_registered_nothing(bench, mode):
    bench.control.fault("start", mode)
    order = bench.order()

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(bench.config, order)

    assert raised.value.permanent
    assert raised.value.code == ("operator.refused" if mode == "400" else "operator.credentials")
    assert bench.operator.fetch_status(bench.config, order.ref) == []


@pytest.mark.parametrize("mode", ["500", "html", "reset", "bad_json"])
def test_a_start_without_a_usable_answer_has_an_unknown_outcome(bench, mode):
    bench.control.fault("start", mode)
    order = bench.order()

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, order)

    assert bench.operator.fetch_status(bench.config, order.ref) == []


@pytest.mark.parametrize("mode", ["commit_then_reset", "no_token"])
def test_a_start_that_was_accepted_and_not_answered_is_found_by_the_status_pull(bench, mode):
    bench.control.fault("start", mode)
    order = bench.order()

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, order)

    [found] = bench.operator.fetch_status(bench.config, order.ref)
    assert found.amount_gr == order.amount_gr


def test_a_start_that_takes_too_long_has_an_unknown_outcome(bench, impatient):
    bench.control.fault("start", "slow", seconds=1.5)

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, bench.order())


def test_an_operator_that_is_away_can_be_tried_again(bench, unused_port):
    url = f"http://127.0.0.1:{unused_port}"
    away = replace(bench.config, profile=replace(bench.config.profile, api_url=url))

    with pytest.raises(OperatorUnavailable) as raised:
        bench.operator.start(away, bench.order())

    assert raised.value.code == "operator.unavailable"
