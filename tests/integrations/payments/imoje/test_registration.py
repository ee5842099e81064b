import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from integrations.payments.base import FormPost, InvalidRequest, OperatorRefused, StartOutcomeUnknown
from integrations.payments.imoje.registration import registration, title


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ref": ""}, "start.ref"),
        ({"ref": "a" * 33}, "start.ref"),
        ({"amount_gr": 0}, "start.amount"),
        ({"amount_gr": -1}, "start.amount"),
        ({"amount_gr": 12.5}, "start.amount"),
        ({"amount_gr": True}, "start.amount"),
        ({"currency": "EUR"}, "start.currency"),
        ({"title": "  "}, "start.title"),
        ({"title": "😀😀"}, "start.title"),
        ({"email": ""}, "start.email"),
        ({"email": "a" * 195 + "@b.org"}, "start.email"),
        ({"method_id": None}, "start.method"),
        ({"method_id": "ipko"}, "start.method"),
        ({"method_id": "card-ecom3ds"}, "start.method"),
        ({"method_id": "imoje_installments-inbank"}, "start.method"),
        ({"method_id": "pbl-ipko\n"}, "start.method"),
        ({"method_id": "pbl-"}, "start.method"),
        ({"return_url": ""}, "start.url"),
        ({"notify_url": "https://borki.example.org/" + "x" * 300}, "start.url"),
    ],
)
def test_an_order_beyond_the_protocols_limits_is_not_sent(bench, changes, code):
    """Bug class 18 and 19."""
    before = len(bench.control.log())

    with pytest.raises(InvalidRequest) as raised:
        bench.operator.start(bench.config, bench.order(**changes))

    assert raised.value.code == code
    assert len(bench.control.log()) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Podatek rolny 2026 – rata II", "Podatek rolny 2026 - rata II"),
        ("Opłata za śmieci, „maj” (dz. 7/9)", 'Opłata za śmieci, "maj" dz. 7/9'),
        ("Żółć & Gęś #3", "Żółć & Gęś #3"),
        ("a\tb\nc  d", "a b c d"),
        ("Opłata 😀 skarbowa", "Opłata skarbowa"),
        ("ą" * 256, "ą" * 255),
        ("a" * 254 + " b", "a" * 254),
    ],
)
def test_the_title_has_only_the_characters_that_imoje_takes_and_is_cut_by_characters(bench, text, told):
    """Bug class 19."""
    assert title(text) == told
    assert bench.control.transaction(bench.started(title=text).ref)["title"] == told


@pytest.mark.parametrize(("minutes", "seconds"), [(0, 120), (1, 120), (15, 900), (60 * 24, 86400)])
def test_the_link_never_outlives_the_time_that_was_asked_for(bench, minutes, seconds):
    order = bench.order(ttl_minutes=minutes)
    now = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)  # the night in which an hour is missing

    assert registration(bench.config, order, now)["validTo"] == int(now.timestamp()) + seconds

    record = bench.control.transaction(bench.started(ttl_minutes=minutes).ref)
    assert abs(record["expires_at"] - time.time() - seconds) < 30


def test_a_day_ahead_of_the_operators_clock_is_still_a_whole_life_of_the_link(bench):
    bench.control.advance(86400)

    order = bench.started(ttl_minutes=15)

    record = bench.control.transaction(order.ref)
    assert record["expires_at"] - record["registered_at"] > 14 * 60


def test_nothing_of_the_payer_is_told_but_the_address_and_the_mail(bench):
    document = registration(bench.config, bench.order(), datetime.now(UTC))

    assert document["customer"] == {
        "firstName": "Osoba",
        "lastName": "płacąca",
        "email": "anna@example.org",
        "locale": "pl",
    }
    assert document["clientIp"] == "192.0.2.7"
    assert "clientIp" not in registration(bench.config, bench.order(payer_ip=""), datetime.now(UTC))
    assert bench.config.account_nrb not in str(document)


def test_an_action_of_the_kind_post_is_a_form_that_the_payers_browser_sends(bench):
    bench.control.fault("start", "post_action")
    order = bench.order()

    answer = bench.operator.start(bench.config, order)

    [record] = bench.books(order)
    assert isinstance(answer, FormPost)
    assert answer.fields == (("sesja", "a+b"), ("kwota", ""), ("bank", "Bank Miejski"))
    assert answer.operator_tx_id == record["operator_tx_id"]


def test_an_answer_about_another_amount_is_no_answer(bench):
    """Bug class 13: the transaction exists, so the outcome is unknown and not refused."""
    bench.control.fault("start", "other_amount")
    order = bench.order()

    with pytest.raises(StartOutcomeUnknown):
        bench.operator.start(bench.config, order)

    assert len(bench.books(order)) == 1


@pytest.mark.parametrize("fault", ["", "post_action"])
def test_a_payer_is_not_sent_to_a_host_outside_the_profile(bench, fault):
    """Bug class 23: neither by a redirect nor by a form."""
    if fault:
        bench.control.fault("start", fault)
    narrow = replace(bench.config.profile, redirect_hosts=("paywall.imoje.pl",))

    with pytest.raises(OperatorRefused) as raised:
        bench.operator.start(replace(bench.config, profile=narrow), bench.order())

    assert raised.value.code == "operator.foreign_redirect"


def test_a_channel_that_went_away_after_it_was_listed_is_to_be_chosen_again(bench):
    """Bug class 22."""
    bench.control.switch_method(bench.bank, active=False)
    order = bench.order()
    try:
        with pytest.raises(OperatorRefused) as raised:
            bench.operator.start(bench.config, order)
    finally:
        bench.control.switch_method(bench.bank, active=True)

    assert raised.value.code == "start.method"
    assert bench.books(order) == []


def test_a_reference_is_started_once(bench):
    order = bench.started()

    with pytest.raises(OperatorRefused):
        bench.operator.start(bench.config, order)

    assert len(bench.books(order)) == 1
