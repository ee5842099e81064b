"""imoje's shop API against hand-written requests; the adapter has no part in these tests."""

import hashlib
import json
import re
import time
import uuid
from collections.abc import Iterator
from itertools import pairwise

import httpx
import pytest

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from integrations.payments.base import HttpReply

MERCHANT = "6yt3gjtm9p7b8h9xsdqz"
SERVICE = "63f574ed-d4ad-407e-9981-39ed7584a7b7"
KEY = "klucz-sklepu-borki-1"
TOKEN = "token-autoryzacyjny-borki-1"
BORKI = {
    "name": "Gmina Borki",
    "account": "61109010140000071219812874",
    "ids": {"merchant_id": MERCHANT, "service_id": SERVICE},
    "secrets": {"service_key": KEY, "api_token": TOKEN},
}
DABROWA = {
    "name": "Dąbrowa Górnicza",
    "account": "27114020040000300201355387",
    "ids": {"merchant_id": "9mkvs1m0a7szxlxpxkvr", "service_id": "8010f629-dcc7-4391-82ab-10e6a9ddeff9"},
    "secrets": {"service_key": "klucz-dabrowa-1", "api_token": "token-dabrowa-1"},
}
V1 = f"/v1/merchant/{MERCHANT}"
OK = HttpReply(200, b'{"status":"ok"}', "application/json")
WAITS = [10] * 3 + [300] * 5 + [3600] * 5 + [21600] * 5 + [43200] * 5


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    with start("imoje", merchants=[BORKI, DABROWA]) as emulator:
        yield emulator


@pytest.fixture
def imoje(running) -> Iterator[Emulator]:
    yield running
    running.control.reset()


@pytest.fixture
def ask(imoje):
    def send(method, path, document=None, *, token=TOKEN, base=V1):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.request(
            method, imoje.url + base + path, json=document, headers=headers, timeout=15, trust_env=False
        )

    return send


@pytest.fixture
def order(receiver):
    def make(**changes):
        name = uuid.uuid4().hex
        return {
            "type": "sale",
            "serviceId": SERVICE,
            "amount": 12345,
            "currency": "PLN",
            "orderId": name,
            "title": "Opłata za śmieci, maj",
            "paymentMethod": "pbl",
            "paymentMethodCode": "miejski",
            "successReturnUrl": "http://borki.localhost:8000/wroc/",
            "failureReturnUrl": "http://borki.localhost:8000/nie/",
            "notificationUrl": receiver.url(name),
            "clientIp": "192.0.2.7",
            "customer": {"firstName": "Jan", "lastName": "Próbny", "email": "jan@example.org"},
            **changes,
        }

    return make


def started(ask, document):
    answer = ask("POST", "/transaction", document)
    assert answer.status_code == 200, answer.text
    return answer.json()


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
def test_no_call_is_answered_without_the_token_of_the_merchant_in_the_path(
    imoje, ask, order, method, path, token
):
    answer = ask(method, path, order() if method == "POST" else None, token=token)

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
def test_an_order_beyond_the_documented_limits_is_refused_by_name(imoje, ask, order, changes, wrong):
    answer = ask("POST", "/transaction", order(**changes))

    assert answer.status_code == 422
    assert answer.json()["apiErrorResponse"]["errors"] == [wrong]
    assert imoje.control.state()["transactions"] == []


def test_an_order_by_a_channel_that_is_unknown_or_away_is_not_acceptable(imoje, ask, order):
    unknown = ask("POST", "/transaction", order(paymentMethodCode="nieznany"))
    imoje.control.switch_method("pbl-miejski", active=False)
    away = ask("POST", "/transaction", order())
    imoje.control.switch_method("pbl-miejski", active=True)

    assert (unknown.status_code, away.status_code) == (406, 406)
    assert imoje.control.state()["transactions"] == []


def test_a_started_transaction_tells_its_id_and_where_the_payer_goes(imoje, ask, order):
    document = order()

    answer = started(ask, document)

    told = answer["transaction"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", told["id"])
    assert (told["status"], told["amount"], told["orderId"]) == ("new", 12345, document["orderId"])
    assert (answer["action"]["type"], answer["action"]["method"]) == ("redirect", "GET")
    page = httpx.get(answer["action"]["url"], trust_env=False).text
    assert "123,45" in page
    assert document["title"] in page


def test_one_reference_is_one_transaction(imoje, ask, order):
    document = order()
    started(ask, document)

    assert ask("POST", "/transaction", document).status_code == 422
    assert len(imoje.control.state()["transactions"]) == 1


def test_a_transaction_is_found_by_its_own_id_and_by_its_own_merchant(ask, order):
    tx_id = started(ask, order())["transaction"]["id"]
    base = f"/v1/merchant/{DABROWA['ids']['merchant_id']}"

    assert ask("GET", f"/transaction/{tx_id}").json()["transaction"]["id"] == tx_id
    assert ask("GET", f"/transaction/{uuid.uuid4()}").status_code == 404
    assert ask("GET", f"/transaction/{tx_id}", token="token-dabrowa-1", base=base).status_code == 404


def test_a_refused_payer_comes_back_by_the_address_for_failures(imoje, ask, order):
    document = order()
    answer = started(ask, document)

    httpx.post(answer["action"]["url"], data={"action": "fail", "method": "pbl-miejski"}, trust_env=False)

    page = httpx.get(answer["action"]["url"], trust_env=False).text
    assert f'href="{document["failureReturnUrl"]}"' in page
    assert imoje.control.transaction(document["orderId"])["state"] == "failed"


def test_a_settled_payment_is_told_with_the_digest_of_the_bytes_and_the_key(imoje, ask, order, receiver):
    receiver.on_request = lambda request: OK
    document = order()
    tx_id = started(ask, document)["transaction"]["id"]
    imoje.control.pay(document["orderId"])
    assert imoje.control.settle()

    [request] = receiver.of(document["orderId"])

    digest = hashlib.sha256(request.body + KEY.encode()).hexdigest()
    assert request.header("X-Imoje-Signature") == (
        f"merchantid={MERCHANT};serviceid={SERVICE};signature={digest};alg=sha256"
    )
    assert request.header("content-type") == "application/json"
    told = json.loads(request.body)["transaction"]
    assert (told["id"], told["type"], told["status"]) == (tx_id, "sale", "settled")
    assert (told["amount"], told["currency"], told["serviceId"]) == (12345, "PLN", SERVICE)


@pytest.mark.parametrize(("act", "status"), [("fail", "rejected"), ("cancel", "cancelled")])
def test_an_end_without_money_is_told_too(imoje, ask, order, receiver, act, status):
    receiver.on_request = lambda request: OK
    document = order()
    started(ask, document)
    getattr(imoje.control, act)(document["orderId"])
    assert imoje.control.settle()

    [request] = receiver.of(document["orderId"])

    assert json.loads(request.body)["transaction"]["status"] == status


def test_a_link_that_nobody_used_is_told_as_cancelled_at_its_end(imoje, ask, order, receiver):
    receiver.on_request = lambda request: OK
    document = order(validTo=int(time.time()) + 900)
    started(ask, document)
    imoje.control.advance(880)
    assert receiver.of(document["orderId"]) == []

    imoje.control.advance(30)

    [request] = receiver.of(document["orderId"])
    assert json.loads(request.body)["transaction"]["status"] == "cancelled"


@pytest.mark.parametrize("reply", [200, 500, HttpReply(200, b'{"status":"error"}'), HttpReply(200, b"[]")])
def test_a_message_that_is_not_answered_with_ok_comes_after_each_interval_and_then_no_more(
    imoje, ask, order, receiver, reply
):
    receiver.on_request = lambda request: reply
    document = order()
    started(ask, document)
    imoje.control.pay(document["orderId"])
    assert imoje.control.settle()

    imoje.control.advance(30 * 86400)

    assert len(receiver.of(document["orderId"])) == 1 + len(WAITS) == 24
    assert len({request.body for request in receiver.of(document["orderId"])}) == 1
    due = [row["due_at"] for row in imoje.control.state()["notifications"]]
    assert [later - earlier for earlier, later in pairwise(due)] == pytest.approx(WAITS, abs=5)


def test_the_answer_ok_ends_the_repetitions(imoje, ask, order, receiver):
    replies = iter([HttpReply(500), OK])
    receiver.on_request = lambda request: next(replies)
    document = order()
    started(ask, document)
    imoje.control.pay(document["orderId"])
    imoje.control.advance(7 * 86400)

    assert len(receiver.of(document["orderId"])) == 2


def paid(imoje, ask, document):
    tx_id = started(ask, document)["transaction"]["id"]
    imoje.control.pay(document["orderId"])
    return tx_id


def test_a_refund_is_a_transaction_of_its_own_that_ends_and_is_told(imoje, ask, order, receiver):
    receiver.on_request = lambda request: OK
    document = order()
    tx_id = paid(imoje, ask, document)
    wish = {"type": "refund", "serviceId": SERVICE, "amount": 345, "title": "Zwrot #k1"}

    told = ask("POST", f"/transaction/{tx_id}/refund", wish).json()["transaction"]
    imoje.control.advance(120)

    assert (told["type"], told["status"], told["amount"], told["title"]) == (
        "refund",
        "pending",
        345,
        "Zwrot #k1",
    )
    assert told["id"] != tx_id
    message = json.loads(receiver.of(document["orderId"])[-1].body)
    assert (message["transaction"]["id"], message["transaction"]["status"]) == (told["id"], "settled")
    assert message["originalTransactionId"] == tx_id
    sale = ask("GET", f"/transaction/{tx_id}").json()["transaction"]
    assert sale["status"] == "settled"
    listed = ask("GET", f"/payment/{sale['payment']['id']}").json()["transactions"]
    assert [(one["type"], one["amount"]) for one in listed] == [("sale", 12345), ("refund", 345)]


def test_the_same_refund_twice_is_two_refunds_because_there_is_no_key(imoje, ask, order):
    tx_id = paid(imoje, ask, order())
    wish = {"type": "refund", "serviceId": SERVICE, "amount": 345}

    first, second = (ask("POST", f"/transaction/{tx_id}/refund", wish).json() for _ in range(2))

    assert first["transaction"]["id"] != second["transaction"]["id"]
    assert len(imoje.control.state()["refunds"]) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 12346},
        {"amount": 0},
        {"amount": "345"},
        {"type": "sale"},
        {"serviceId": "x"},
        {"title": "–"},
    ],
)
def test_a_refund_that_cannot_be_is_refused(imoje, ask, order, changes):
    tx_id = paid(imoje, ask, order())
    wish = {"type": "refund", "serviceId": SERVICE, "amount": 345, **changes}

    assert ask("POST", f"/transaction/{tx_id}/refund", wish).status_code == 422
    assert imoje.control.state()["refunds"] == []


def test_what_can_be_given_back_shrinks_with_every_refund(imoje, ask, order):
    document = order()
    tx_id = started(ask, document)["transaction"]["id"]
    unpaid = ask("POST", f"/transaction/{tx_id}/can-refund", {"amount": 1}).json()
    imoje.control.pay(document["orderId"])
    ask("POST", f"/transaction/{tx_id}/refund", {"type": "refund", "serviceId": SERVICE, "amount": 345})

    left = ask("POST", f"/transaction/{tx_id}/can-refund", {"amount": 1}).json()

    assert unpaid["refundable"] is False
    assert (left["refundable"], left["balance"], left["fullRefund"]) == (True, True, 12000)
    assert left["partialRefund"] == {"maxRefundAmount": 12000, "minRefundAmount": 1}


def test_only_an_unpaid_payment_is_cancelled(imoje, ask, order):
    first, second = order(), order()
    for document in (first, second):
        started(ask, document)
    imoje.control.pay(second["orderId"])
    ids = [
        imoje.control.transaction(document["orderId"])["details"]["payment_id"]
        for document in (first, second)
    ]

    answers = [
        ask("POST", "/payment/cancel", {"serviceId": SERVICE, "paymentId": payment_id}) for payment_id in ids
    ]

    assert [answer.status_code for answer in answers] == [200, 422]
    assert answers[0].json()["status"] == "cancelled"
    assert imoje.control.transaction(second["orderId"])["state"] == "paid"


def test_neither_the_state_nor_the_log_nor_the_panel_shows_a_secret(imoje, ask, order):
    document = order()
    paid(imoje, ask, document)

    shown = "".join(
        httpx.get(imoje.url + path, trust_env=False).text for path in ("/__emu__/state", "/__emu__/log", "/")
    )

    assert document["orderId"] in shown
    assert KEY not in shown
    assert TOKEN not in shown
