"""imoje's shop API against hand-written requests: starting, asking, withdrawing."""

import re
import time
import uuid
from collections.abc import Iterator

import httpx
import pytest

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from tests.integrations.emulators.imoje_shop import BORKI, DABROWA, KEY, SERVICE, TOKEN, ImojeShop


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with start("imoje", merchants=[BORKI, DABROWA]) as emulator:
        yield emulator


@pytest.fixture
def imoje(running) -> Iterator[Emulator]:
    yield running
    running.control.reset()


@pytest.fixture
def shop(imoje, receiver) -> ImojeShop:
    return ImojeShop(imoje, receiver)


@pytest.mark.parametrize("token", ["", "zly", "token-dabrowa-1"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/transaction"),
        ("GET", "/transaction/x"),
        ("POST", "/transaction/x/refund"),
        ("POST", "/transaction/x/can-refund"),
        ("GET", "/payment/x"),
        ("POST", "/payment/cancel"),
        ("GET", f"/service/{SERVICE}"),
    ],
)
def test_no_call_is_answered_without_the_token_of_the_merchant_in_the_path(imoje, shop, method, path, token):
    answer = shop.ask(method, path, shop.order() if method == "POST" else None, token=token)

    assert answer.status_code == 401
    assert answer.json()["apiErrorResponse"]["message"] == "Unauthorized"
    assert imoje.control.state()["transactions"] == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"type": "refund"}, "type"),
        ({"serviceId": DABROWA["ids"]["service_id"]}, "serviceId"),
        ({"amount": "12345"}, "amount"),
        ({"amount": 123.45}, "amount"),
        ({"amount": 0}, "amount"),
        ({"currency": "złote"}, "currency"),
        ({"orderId": "a" * 101}, "orderId"),
        ({"orderId": "a?b"}, "orderId"),
        ({"title": "Rata I – maj"}, "title"),
        ({"title": "a" * 256}, "title"),
        ({"paymentMethodCode": None}, "paymentMethodCode"),
        ({"successReturnUrl": "wroc"}, "successReturnUrl"),
        ({"failureReturnUrl": "https://x/" + "x" * 300}, "failureReturnUrl"),
        ({"notificationUrl": ""}, "notificationUrl"),
        ({"customer": {"firstName": "", "lastName": "P", "email": "j@example.org"}}, "firstName"),
        ({"customer": {"firstName": "J", "lastName": "P"}}, "email"),
        ({"validTo": "2026"}, "validTo"),
        ({"validTo": int(time.time()) + 30}, "validTo"),
    ],
)
def test_an_order_beyond_the_documented_limits_is_refused_by_name(imoje, shop, changes, wrong):
    answer = shop.ask("POST", "/transaction", shop.order(**changes))

    assert answer.status_code == 422
    assert answer.json()["apiErrorResponse"]["errors"] == [wrong]
    assert imoje.control.state()["transactions"] == []


def test_an_order_by_a_channel_that_is_unknown_or_away_is_not_acceptable(imoje, shop):
    unknown = shop.ask("POST", "/transaction", shop.order(paymentMethodCode="nieznany"))
    imoje.control.switch_method("pbl-miejski", active=False)
    away = shop.ask("POST", "/transaction", shop.order())
    imoje.control.switch_method("pbl-miejski", active=True)

    assert (unknown.status_code, away.status_code) == (406, 406)
    assert imoje.control.state()["transactions"] == []


def test_a_started_transaction_tells_its_id_and_where_the_payer_goes(imoje, shop):
    document = shop.order()

    answer = shop.started(document)

    told = answer["transaction"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", told["id"])
    assert (told["status"], told["amount"], told["orderId"]) == ("new", 12345, document["orderId"])
    assert (answer["action"]["type"], answer["action"]["method"]) == ("redirect", "GET")
    page = httpx.get(answer["action"]["url"], trust_env=False).text
    assert "123,45" in page
    assert document["title"] in page


def test_one_reference_is_one_transaction(imoje, shop):
    document = shop.order()
    shop.started(document)

    assert shop.ask("POST", "/transaction", document).status_code == 422
    assert len(imoje.control.state()["transactions"]) == 1


def test_a_transaction_is_found_by_its_own_id_and_by_its_own_merchant(shop):
    tx_id = shop.started(shop.order())["transaction"]["id"]
    merchant = DABROWA["ids"]["merchant_id"]

    assert shop.ask("GET", f"/transaction/{tx_id}").json()["transaction"]["id"] == tx_id
    assert shop.ask("GET", f"/transaction/{uuid.uuid4()}").status_code == 404
    assert (
        shop.ask("GET", f"/transaction/{tx_id}", token="token-dabrowa-1", merchant=merchant).status_code
        == 404
    )


def test_a_refused_payer_comes_back_by_the_address_for_failures(imoje, shop):
    document = shop.order()
    answer = shop.started(document)

    httpx.post(answer["action"]["url"], data={"action": "fail", "method": "pbl-miejski"}, trust_env=False)

    page = httpx.get(answer["action"]["url"], trust_env=False).text
    assert f'href="{document["failureReturnUrl"]}"' in page
    assert imoje.control.transaction(document["orderId"])["state"] == "failed"


def test_only_an_unpaid_payment_is_cancelled(imoje, shop):
    first, second = shop.order(), shop.order()
    for document in (first, second):
        shop.started(document)
    imoje.control.pay(second["orderId"])
    ids = [
        imoje.control.transaction(document["orderId"])["details"]["payment_id"]
        for document in (first, second)
    ]

    answers = [
        shop.ask("POST", "/payment/cancel", {"serviceId": SERVICE, "paymentId": payment_id})
        for payment_id in ids
    ]

    assert [answer.status_code for answer in answers] == [200, 422]
    assert answers[0].json()["status"] == "cancelled"
    assert imoje.control.transaction(second["orderId"])["state"] == "paid"


def test_neither_the_state_nor_the_log_nor_the_panel_shows_a_secret(imoje, shop):
    document = shop.order()
    shop.paid(document)

    shown = "".join(
        httpx.get(imoje.url + path, trust_env=False).text for path in ("/__emu__/state", "/__emu__/log", "/")
    )

    assert document["orderId"] in shown
    assert KEY not in shown
    assert TOKEN not in shown
