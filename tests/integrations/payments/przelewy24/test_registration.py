from dataclasses import replace

import pytest

from integrations.payments.base import InvalidRequest
from integrations.payments.przelewy24.registration import transfer_label
from integrations.payments.przelewy24.settings import CONSENT_ID


@pytest.fixture
def bench(bench_of):
    return bench_of("przelewy24")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ref": ""}, "start.ref"),
        ({"ref": "a" * 33}, "start.ref"),
        ({"ref": "a/b"}, "start.ref"),
        ({"amount_gr": 0}, "start.amount"),
        ({"amount_gr": -1}, "start.amount"),
        ({"amount_gr": 12.5}, "start.amount"),
        ({"amount_gr": True}, "start.amount"),
        ({"currency": "EUR"}, "start.currency"),
        ({"title": "  "}, "start.title"),
        ({"email": ""}, "start.email"),
        ({"email": "a" * 42 + "@b.pl.org"}, "start.email"),
        ({"method_id": "25; DROP"}, "start.method"),
        ({"method_id": "²"}, "start.method"),
        ({"return_url": ""}, "start.url"),
        ({"notify_url": "https://borki.example.org/" + "x" * 250}, "start.url"),
    ],
)
def test_an_order_beyond_the_protocols_limits_is_not_sent(bench, changes, code):
    before = len(bench.control.log())

    with pytest.raises(InvalidRequest) as raised:
        bench.operator.start(bench.config, bench.order(**changes))

    assert raised.value.code == code
    assert raised.value.permanent
    assert len(bench.control.log()) == before


def test_a_long_title_is_cut_by_characters_and_not_by_bytes(bench):
    order = bench.started(title="ą" * 1025)

    assert bench.control.transaction(order.ref)["title"] == "ą" * 1024


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("Podatek rolny, rata 2", "Podatek rolny rata 2"),
        ("Opłata za śmieci – „maj”", "Opłata za śmieci maj"),
        ("😀😀", ""),
        ("Użytkowanie wieczyste gruntu", "Użytkowanie wieczyst"),
        ("a" * 19 + " bc", "a" * 19),
    ],
)
def test_the_transfers_title_has_only_the_characters_that_are_allowed(title, label):
    assert transfer_label(title) == label


@pytest.mark.parametrize(("minutes", "limit"), [(0, 1), (15, 15), (99, 99), (60 * 24, 99)])
def test_the_link_never_lives_without_a_limit(bench, minutes, limit):
    order = bench.started(ttl_minutes=minutes)

    assert bench.control.transaction(order.ref)["details"]["time_limit"] == limit


@pytest.mark.parametrize(("consents", "accepted"), [((), 0), ((CONSENT_ID,), 1), (("something-else",), 0)])
def test_the_operators_consent_page_is_skipped_only_with_the_payers_consent(bench, consents, accepted):
    order = bench.started(consents=consents)

    assert bench.control.transaction(order.ref)["details"]["regulation_accept"] == accepted


def test_a_payer_is_not_sent_to_a_host_outside_the_profile(bench):
    narrow = replace(bench.config.profile, redirect_hosts=("secure.przelewy24.pl",))

    with pytest.raises(Exception, match="foreign host") as raised:
        bench.operator.start(replace(bench.config, profile=narrow), bench.order())

    assert raised.value.code == "operator.foreign_redirect"
