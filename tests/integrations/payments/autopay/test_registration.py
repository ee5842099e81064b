from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from integrations.payments.autopay.registration import (
    description,
    gateway_time,
    receiver_name,
    registration,
    transfer_title,
)
from integrations.payments.autopay.signature import START
from integrations.payments.base import InvalidRequest, OperatorRefused

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def sent(bench):
    """The form of the last start as it came to the operator."""
    last = [
        line for line in bench.control.log() if line["address"] == bench.config.merchant_id("start_path")
    ][-1]
    return {name: values[0] for name, values in parse_qs(last["sent"]).items()}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ref": ""}, "start.ref"),
        ({"ref": "a" * 33}, "start.ref"),
        ({"ref": "a/b"}, "start.ref"),
        ({"amount_gr": 0}, "start.amount"),
        ({"amount_gr": -1}, "start.amount"),
        ({"amount_gr": 12.5}, "start.amount"),
        ({"currency": "EUR"}, "start.currency"),
        ({"title": "  "}, "start.title"),
        ({"email": ""}, "start.email"),
        ({"email": "a" * 250 + "@b.pl.org"}, "start.email"),
        ({"method_id": "106|1"}, "start.method"),
        ({"method_id": "²"}, "start.method"),
        ({"method_id": "0"}, "start.method"),
        ({"method_id": "123456"}, "start.method"),
        ({"return_url": ""}, "start.url"),
        ({"return_url": "https://borki.example.org/" + "x" * 1000}, "start.url"),
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
    ("title", "shown"),
    [
        ("Opłata za śmieci – „maj”", "Oplata za smieci - maj"),
        ("ZAŻÓŁĆ GĘŚLĄ JAŹŃ zażółć gęślą jaźń", "ZAZOLC GESLA JAZN zazolc gesla jazn"),
        ("Rata 2/2026: 50%", "Rata 2-2026: 50"),
        ("😀😀", ""),
        ("ą" * 80, "a" * 79),
        ("a" * 78 + " bc", "a" * 78),
    ],
)
def test_the_title_on_the_operators_page_has_only_the_characters_that_are_allowed(title, shown):
    """Bug class 19: cut by characters."""
    assert description(title) == shown


@pytest.mark.parametrize(
    ("text", "title", "payee"),
    [
        ("Łączna 7/9 – „ą”", "Łączna 7-9 - ą", "Łączna 7-9 - ą"),
        ("Gmina (Śródmieście); [x]: a=b?", "Gmina (Śródmieście) x a b", "Gmina (Śródmieście); [x]: a=b?"),
        ("ż" * 100, "ż" * 95, "ż" * 35),
    ],
)
def test_title_and_receiver_of_the_transfer_keep_their_polish_letters(text, title, payee):
    assert (transfer_title(text), receiver_name(text)) == (title, payee)


def test_the_money_of_a_payment_goes_to_its_own_account_with_title_and_receiver(bench):
    order = bench.started(account_nrb="83101010230000261395100000")

    form = sent(bench)
    assert form["CustomerNRB"] == "83101010230000261395100000"
    assert form["Title"] == "Podatek od nieruchomości 2026, rata I - Łęczna 7-9"
    assert form["ReceiverName"] == "Gmina Borki"
    assert "CustomerPesel" not in form
    assert bench.control.transaction(order.ref)["account"] == "83101010230000261395100000"


def test_without_an_account_the_service_is_settled_as_agreed(bench):
    bench.started(account_nrb="")

    assert not {"CustomerNRB", "Title", "ReceiverName"} & set(sent(bench))


def test_without_a_bank_the_payer_chooses_on_the_operators_page(bench):
    order = bench.started(method_id=None)

    assert sent(bench)["GatewayID"] == "0"
    assert bench.control.transaction(order.ref)["method"] == ""


@pytest.mark.parametrize(("minutes", "lives"), [(0, 1), (15, 15), (60 * 24 * 40, 60 * 24 * 31)])
def test_the_link_never_lives_without_a_limit_of_ours(bench, minutes, lives):
    """The default would be six days: longer than our lock."""
    order = bench.started(ttl_minutes=minutes)

    left = bench.control.transaction(order.ref)["details"]["seconds_left"]
    assert abs(left - lives * 60) < 30


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 7, 3, 21, 59, 59, tzinfo=UTC), "2026-07-03 23:59:59"),
        (datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), "2026-03-29 01:59:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29 03:00:00"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "2026-10-25 02:00:00"),
    ],
)
def test_times_are_those_of_polish_clocks(moment, text):
    assert gateway_time(moment) == text


def test_half_an_hour_over_the_change_of_time_is_half_an_hour(bench):
    """payments.md 2.4: minutes are added to the moment and not to what the clocks show."""
    before = datetime(2026, 3, 29, 0, 45, tzinfo=UTC)

    assert registration(bench.order(), before)["ValidityTime"] == "2026-03-29 03:15:00"


@pytest.mark.parametrize(
    ("consents", "accepted"),
    [
        ((), ""),
        (("autopay-default-6288-1",), "6288"),
        (("autopay-rodo-1-1", "autopay-default-6288-2"), "6288"),
        (("autopay-recurring-6288-1", "autopay-default-x-1", "6288"), ""),
    ],
)
def test_the_payers_consent_is_told_with_its_number_and_time(bench, consents, accepted):
    values = registration(bench.order(consents=consents), NOW)

    assert values.get("DefaultRegulationAcceptanceID", "") == accepted
    assert values.get("DefaultRegulationAcceptanceState") == ("ACCEPTED" if accepted else None)
    assert values.get("DefaultRegulationAcceptanceTime") == ("2026-11-20 13:00:00" if accepted else None)


def test_the_operator_hears_of_the_consent(bench):
    [regulation, _] = bench.operator.legal_texts(bench.config, bench.bank, "pl")

    order = bench.started(consents=(regulation.id,))

    assert bench.control.transaction(order.ref)["details"]["accepted"] == "6288"


def test_a_payer_is_not_sent_to_a_host_outside_the_profile(bench):
    """Bug class 23."""
    narrow = replace(bench.config.profile, redirect_hosts=("pay.autopay.eu",))

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(replace(bench.config, profile=narrow), bench.order())

    assert raised.value.code == "operator.foreign_redirect"


def test_a_reference_is_never_used_twice(bench):
    order = bench.started()

    with pytest.raises(OperatorRefused, match="ORDER_ID_NOT_UNIQUE"):
        bench.operator.start(bench.config, order)

    assert len(bench.books(order)) == 1


def test_an_e_mail_address_that_the_operator_refuses_is_a_refusal_and_not_an_unknown_outcome(bench):
    order = bench.order(email="bez-malpy")

    with pytest.raises(OperatorRefused, match="INVALID_EMAIL"):
        bench.operator.start(bench.config, order)

    assert bench.books(order) == []


def test_only_an_emulator_is_told_where_to_notify(bench, monkeypatch):
    """The real operator has one address for the service, by contract."""
    seen = []

    def call(profile, method, path, **arguments):
        seen.append(arguments["headers"])
        raise InvalidRequest("not sent")

    monkeypatch.setattr("integrations.payments.autopay.client.call", call)
    real = replace(bench.config, profile=replace(bench.config.profile, api_url="https://pay.autopay.eu", payer_url="",
                                                 redirect_hosts=("pay.autopay.eu",), allow_loopback=False))  # fmt: skip
    for config in (bench.config, real):
        with pytest.raises(InvalidRequest):
            bench.operator.start(config, bench.order())

    local, remote = seen
    assert "X-Emulator-ITN" in local
    assert set(remote) == {"Accept", "BmHeader"}
    assert remote["BmHeader"] == "pay-bm-continue-transaction-url"


def test_the_order_under_the_hash_is_the_order_that_was_sent(bench):
    """Nothing of an order is outside the hash: a field that the recipe forgets would be unsigned."""
    bench.started(consents=("autopay-default-6288-1",))

    assert set(sent(bench)) - {"Hash"} <= set(START)
