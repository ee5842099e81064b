import json

import pytest

from integrations.payments.base import (
    EventKind,
    Expected,
    OperatorRefused,
    RefundOrder,
    RefundOutcomeUnknown,
    RefundStatus,
)
from integrations.payments.http import Answer
from integrations.payments.payu import answers

REFUND = {"refundId": "5000000142", "extRefundId": "k-1", "amount": "1000", "status": "PENDING"}


@pytest.fixture
def paid(bench):
    order, event = bench.event(amount_gr=10_000)
    bench.operator.confirm(bench.config, event, Expected(order.ref, order.amount_gr))

    def wish(key, amount_gr=4_000, title="Zwrot – żółć"):
        return RefundOrder(key, order.ref, event.operator_tx_id, amount_gr, title)

    return wish


def answer(monkeypatch, status, document):
    body = json.dumps(document).encode()
    monkeypatch.setattr(
        "integrations.payments.payu.operator.Client.post", lambda *_, **__: Answer(status, body)
    )


def test_two_equal_partial_refunds_with_two_keys_are_two_refunds(bench, paid):
    """payments.md 11.17: PayU takes identical data for a repetition, so the key must tell them apart."""
    first = bench.operator.refund(bench.config, paid("klucz-1"))
    second = bench.operator.refund(bench.config, paid("klucz-2"))

    assert (first.key, second.key) == ("klucz-1", "klucz-2")
    assert [row["amount_gr"] for row in bench.refunds(paid("x").ref)] == [4_000, 4_000]


def test_a_repetition_tells_how_the_refund_stands_now(bench, paid):
    """payments.md 11.17."""
    bench.operator.refund(bench.config, paid("klucz-1"))
    bench.control.advance(3600)

    again = bench.operator.refund(bench.config, paid("klucz-1"))

    assert again.status is RefundStatus.COMPLETED
    assert len(bench.refunds(paid("x").ref)) == 1


def test_the_whole_amount_is_refunded_only_when_it_was_asked_for(bench, paid):
    bench.operator.refund(bench.config, paid("klucz-1", amount_gr=1))

    [line] = [one for one in bench.control.log() if one["address"].endswith("/refunds")][-1:]
    assert json.loads(line["sent"])["refund"]["amount"] == "1"
    assert [row["amount_gr"] for row in bench.refunds(paid("x").ref)] == [1]


def test_a_refund_without_a_title_still_has_the_description_that_payu_requires(bench, paid):
    bench.operator.refund(bench.config, paid("klucz-1", title=""))

    assert [row["description"] for row in bench.refunds(paid("x").ref)] == ["Zwrot"]


def test_a_refund_is_told_where_the_payment_is_told(bench, paid):
    wish = paid("klucz-1")
    bench.operator.refund(bench.config, wish)
    bench.control.advance(3600)

    events = [
        bench.operator.parse_notification(bench.config, request) for request in bench.receiver.of(wish.ref)
    ]

    assert [event.kind for event in events] == [EventKind.PAYMENT, EventKind.REFUND]
    assert events[1].refund_key == "klucz-1"


def test_a_payment_that_is_not_finished_cannot_be_refunded(bench):
    order = bench.started()
    [found] = bench.remote(order)

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, RefundOrder("klucz-1", order.ref, found.operator_tx_id, 100))

    assert raised.value.code == "refund.wrong_status"
    assert bench.refunds(order.ref) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (
            {"status": {"statusCode": "ERROR_VALUE_INVALID", "codeLiteral": "SOMETHING_NEW"}},
            "operator.refused",
        ),
        (
            {"status": {"statusCode": "BUSINESS_ERROR", "codeLiteral": "NO_BALANCE"}},
            "refund.insufficient_funds",
        ),
        ({}, "operator.refused"),
        ([], "operator.refused"),
    ],
)
def test_a_refusal_with_unknown_words_is_still_a_refusal(bench, monkeypatch, document, code):
    answer(monkeypatch, 400, document)

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, RefundOrder("k-1", "ref", "ORDER", 1000))

    assert raised.value.code == code


@pytest.mark.parametrize("status", [200, 201])
def test_both_codes_of_success_are_one(bench, monkeypatch, status):
    """payments.md 11.17: taking 201 for a failure would refund twice."""
    answer(monkeypatch, status, {"refund": REFUND})

    found = bench.operator.refund(bench.config, RefundOrder("k-1", "ref", "ORDER", 1000))

    assert found.status is RefundStatus.PENDING


@pytest.mark.parametrize(
    "document",
    [{}, {"refund": None}, {"refund": {**REFUND, "extRefundId": "k-2"}}, {"refund": {"amount": 1.5}}],
)
def test_an_answer_that_is_not_about_our_refund_decides_nothing(bench, monkeypatch, document):
    answer(monkeypatch, 200, document)

    with pytest.raises(RefundOutcomeUnknown):
        bench.operator.refund(bench.config, RefundOrder("k-1", "ref", "ORDER", 1000))


def test_an_answer_with_another_amount_is_a_key_that_was_used(bench, monkeypatch):
    answer(monkeypatch, 200, {"refund": REFUND})

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.refund(bench.config, RefundOrder("k-1", "ref", "ORDER", 999))

    assert raised.value.code == "refund.key_reused"


@pytest.mark.parametrize("document", [[REFUND], {"refunds": [REFUND], "status": {"statusCode": "SUCCESS"}}])
def test_both_forms_of_the_list_of_refunds_are_read(document):
    [found] = answers.refunds(Answer(200, json.dumps(document).encode()), "ORDER")

    assert (found.key, found.amount_gr, found.operator_tx_id) == ("k-1", 1000, "ORDER")


def test_an_unknown_status_of_a_refund_is_for_a_person():
    assert answers.refund({**REFUND, "status": "LOST"}, "ORDER").status is RefundStatus.UNKNOWN
