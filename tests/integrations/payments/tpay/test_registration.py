import json
from dataclasses import replace
from decimal import Decimal

import pytest

from integrations.payments.base import InvalidRequest, OperatorRefused
from integrations.payments.tpay.registration import registration, with_amount


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ref": ""}, "start.ref"),
        ({"ref": "a" * 33}, "start.ref"),
        ({"amount_gr": 0}, "start.amount"),
        ({"amount_gr": -1}, "start.amount"),
        ({"amount_gr": 12.5}, "start.amount"),
        ({"currency": "EUR"}, "start.currency"),
        ({"title": "  "}, "start.title"),
        ({"email": ""}, "start.email"),
        ({"email": "a" * 250 + "@b.pl"}, "start.email"),
        ({"method_id": "21; DROP"}, "start.method"),
        ({"method_id": "²"}, "start.method"),
        ({"return_url": ""}, "start.url"),
        ({"notify_url": "https://borki.example.org/" + "x" * 512}, "start.url"),
        ({"account_nrb": "PL61109010140000071219812874"}, "start.account"),
        ({"account_nrb": "6110901014000007121981287"}, "start.account"),
    ],
)
def test_an_order_beyond_the_protocols_limits_is_not_sent(bench, changes, code):
    before = len(bench.control.log())

    with pytest.raises(InvalidRequest) as raised:
        bench.operator.start(bench.config, bench.order(**changes))

    assert raised.value.code == code
    assert len(bench.control.log()) == before


@pytest.mark.parametrize(
    ("amount_gr", "text"),
    [(1, "0.01"), (29, "0.29"), (1010, "10.10"), (99_999_999, "999999.99"), (100, "1.00")],
)
def test_the_amount_is_a_number_with_two_decimals_and_never_a_float(amount_gr, text):
    """Class 18."""
    assert with_amount(amount_gr, {}) == f'{{"amount": {text}}}'.encode()
    document = json.loads(with_amount(amount_gr, {"title": '"żółć"'}), parse_float=Decimal)
    assert document == {"amount": Decimal(text), "title": '"żółć"'}


def test_the_document_says_where_the_money_goes_and_who_we_are_to_the_payer(bench):
    document = json.loads(registration(bench.config, bench.order(ref="ref-1")))

    assert document["collect"] == {
        "account": "PL" + bench.config.account_nrb,
        "receiver": "Gmina Borki",
    }
    assert document["hiddenDescription"] == "ref-1"
    assert document["pay"] == {"channelId": 21}
    assert "Anna" not in document["payer"]["name"]  # the operator need not know who owes the gmina


def test_without_an_account_nothing_is_said_about_one(bench):
    config = replace(bench.config, account_nrb="")

    assert "collect" not in json.loads(registration(config, bench.order(account_nrb="")))


def test_a_long_title_is_cut_by_characters_and_not_by_bytes(bench):
    """Class 19."""
    order = bench.started(title="ą" * 200)

    assert bench.control.transaction(order.ref)["title"] == "ą" * 128


def test_a_payer_is_not_sent_to_a_host_outside_the_profile(bench):
    """Class 23: the address comes from the operator's answer."""
    narrow = replace(bench.config.profile, redirect_hosts=("secure.tpay.com",))

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(replace(bench.config, profile=narrow), bench.order())

    assert raised.value.code == "operator.foreign_redirect"


def test_a_payer_is_not_sent_to_a_transaction_of_another_amount(bench):
    bench.control.fault("start", "other_amount")

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(bench.config, bench.order())

    assert raised.value.code == "operator.bad_answer"
