import json
from dataclasses import replace

import pytest

from integrations.payments.base import (
    InvalidRequest,
    MethodState,
    OperatorRefused,
    StartOutcomeUnknown,
)
from integrations.payments.http import Answer


def sent(bench):
    """The last order document that PayU received."""
    orders = [line for line in bench.control.log() if line["address"] == "/api/v2_1/orders"]
    return json.loads(orders[-1]["sent"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ref": ""}, "start.ref"),
        ({"ref": "a" * 33}, "start.ref"),
        ({"ref": "a/b"}, "start.ref"),
        ({"amount_gr": 0}, "start.amount"),
        ({"amount_gr": -1}, "start.amount"),
        ({"amount_gr": 0.1 + 0.2}, "start.amount"),
        ({"amount_gr": True}, "start.amount"),
        ({"currency": "EUR"}, "start.currency"),
        ({"title": "  "}, "start.title"),
        ({"email": ""}, "start.email"),
        ({"email": "a" * 250 + "@b.pl.org"}, "start.email"),
        ({"method_id": "m; DROP"}, "start.method"),
        ({"method_id": ""}, "start.method"),
        ({"return_url": ""}, "start.url"),
        ({"notify_url": "https://borki.example.org/" + "x" * 1024}, "start.url"),
        ({"payer_ip": ""}, "start.payer_ip"),
        ({"payer_ip": "0.0.0.0"}, "start.payer_ip"),  # noqa: S104 -- a value that PayU refuses
        ({"payer_ip": "::"}, "start.payer_ip"),
        ({"payer_ip": "192.0.2.7, 10.0.0.1"}, "start.payer_ip"),
    ],
)
def test_an_order_beyond_the_protocols_limits_is_not_sent(bench, changes, code):
    """payments.md 11.18: no amount but whole grosze."""
    before = len(bench.control.log())

    with pytest.raises(InvalidRequest) as raised:
        bench.operator.start(bench.config, bench.order(**changes))

    assert raised.value.code == code
    assert raised.value.permanent
    assert len(bench.control.log()) == before


def test_the_order_document_has_what_payu_requires_and_amounts_as_texts(bench):
    order = bench.started(amount_gr=12345, ttl_minutes=15)

    document = sent(bench)

    assert document["merchantPosId"] == bench.config.merchant_id("pos_id")
    assert document["totalAmount"] == document["products"][0]["unitPrice"] == "12345"
    assert document["products"][0]["quantity"] == "1"
    assert (document["currencyCode"], document["extOrderId"]) == ("PLN", order.ref)
    assert document["validityTime"] == "900"
    assert document["payMethods"] == {"payMethod": {"type": "PBL", "value": bench.bank}}
    assert document["buyer"] == {"email": order.email, "language": "pl"}


def test_without_a_bank_the_payer_chooses_at_payu(bench):
    bench.started(method_id=None)

    assert "payMethods" not in sent(bench)


def test_a_long_title_is_cut_by_characters_and_not_by_bytes(bench):
    """payments.md 11.19."""
    order = bench.started(title="ą" * 4001)

    record = bench.control.transaction(order.ref)
    assert record["title"] == "ą" * 4000
    assert record["details"]["visible_description"] == "ą" * 80
    assert record["details"]["products"][0]["name"] == "ą" * 255


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:0db8:0000:0000:0000:0000:0000:0001"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ],
)
def test_the_payers_address_is_told_in_the_form_that_payu_takes(bench, address, told):
    bench.started(payer_ip=address)

    assert sent(bench)["customerIp"] == told


@pytest.mark.parametrize(("minutes", "seconds"), [(0, 60), (1, 60), (30, 1800), (60 * 24 * 7, 604800)])
def test_the_link_never_lives_for_payus_default_day(bench, minutes, seconds):
    order = bench.started(ttl_minutes=minutes)

    record = bench.control.transaction(order.ref)
    assert record["expires_at"] - record["registered_at"] == pytest.approx(seconds, abs=1)


def test_the_answer_302_is_read_and_not_followed(bench):
    answer = bench.operator.start(bench.config, bench.order())

    opened = [line for line in bench.control.log() if line["address"].startswith("/pay/")]
    assert answer.url.startswith(bench.config.profile.payer_url + "/pay/")
    assert answer.operator_tx_id.startswith("EMU")
    assert opened == []


def test_a_reference_that_payu_knows_already_leaves_the_outcome_unknown(bench):
    """payments.md 11.13: the first start may have handed out the link, so the lock must stay."""
    order = bench.started()

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, order)

    assert len(bench.books(order)) == 1


def test_two_points_of_sale_may_use_the_same_reference(bench):
    order = bench.started()

    answer = bench.operator.start(bench.stranger, order)

    assert {one["operator_tx_id"] for one in bench.books(order)} >= {answer.operator_tx_id}
    assert len(bench.books(order)) == 2


def test_a_bank_that_went_away_after_the_list_is_named_so_that_another_can_be_chosen(bench):
    """payments.md 11.22."""
    [listed] = [one for one in bench.operator.list_methods(bench.config, 100, "pl") if one.id == bench.bank]
    bench.control.switch_method(bench.bank, active=False)
    order = bench.order()
    try:
        with pytest.raises(OperatorRefused) as raised:
            bench.operator.start(bench.config, order)
    finally:
        bench.control.switch_method(bench.bank, active=True)

    assert listed.state is MethodState.OK
    assert raised.value.code == "start.method_unavailable"
    assert bench.books(order) == []


def test_an_order_for_another_point_of_sale_than_the_tokens_is_refused(bench):
    ids = {**bench.config.merchant_ids, "pos_id": bench.stranger.merchant_id("pos_id")}
    order = bench.order()

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(replace(bench.config, merchant_ids=ids), order)

    assert raised.value.code == "operator.credentials"
    assert bench.books(order) == []


def test_a_payer_is_not_sent_to_a_host_outside_the_profile(bench):
    """payments.md 11.23."""
    narrow = replace(bench.config.profile, redirect_hosts=("secure.payu.com",))

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(replace(bench.config, profile=narrow), bench.order())

    assert raised.value.code == "operator.foreign_redirect"


@pytest.mark.parametrize(
    "changes",
    [
        {"orderId": None},
        {"orderId": "../x"},
        {"redirectUri": None},
        {"redirectUri": 5},
        {"extOrderId": "another"},
    ],
)
@pytest.mark.parametrize("status", [200, 201, 302])
def test_an_answer_that_is_not_about_our_order_leaves_the_outcome_unknown(
    bench, monkeypatch, status, changes
):
    order = bench.order()
    good = {"orderId": "WZHF5FFDRJ140731GUEST000P01", "redirectUri": "x", "extOrderId": order.ref}
    body = json.dumps({**good, **changes, "status": {"statusCode": "SUCCESS"}}).encode()
    monkeypatch.setattr(
        "integrations.payments.payu.operator.Client.post", lambda *_, **__: Answer(status, body)
    )

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, order)


def test_a_legal_text_names_terms_and_controller_and_needs_no_tick(bench):
    [polish] = bench.operator.legal_texts(bench.config, bench.bank, "pl")
    [english] = bench.operator.legal_texts(bench.config, None, "en")

    assert not polish.checkbox
    assert "administrator danych osobowych" in polish.sentence
    assert "controller" in english.sentence
    assert polish.links[0].url != english.links[0].url
