import hashlib
import uuid
from urllib.parse import parse_qs

import httpx
import pytest

from integrations.emulators.registry import start
from integrations.payments.base import HttpReply

BORKI = {
    "name": "Gmina Borki",
    "account": "61109010140000071219812874",
    "ids": {"merchant_id": "101010", "client_id": "01BORKI"},
    "secrets": {"client_secret": "haslo-klienta-borki-1", "security_code": "kod-borki-1"},
}
DABROWA = {
    **BORKI,
    "name": "Dąbrowa Górnicza",
    "ids": {"merchant_id": "202020", "client_id": "01DABROWA"},
    "secrets": {"client_secret": "haslo-klienta-dabrowa-1", "security_code": "kod-dabrowa-1"},
}
WEB = httpx.Client(timeout=15, trust_env=False)


@pytest.fixture(scope="module")
def running():
    with start("tpay", merchants=[BORKI, DABROWA]) as emulator:
        yield emulator


@pytest.fixture
def emulator(running):
    yield running
    running.control.reset()


def token(emulator, merchant=BORKI):
    form = {"client_id": merchant["ids"]["client_id"], "client_secret": merchant["secrets"]["client_secret"]}
    answer = WEB.post(emulator.url + "/oauth/auth", data=form).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 7200)
    return {"Authorization": "Bearer " + answer["access_token"]}


def order(**changes):
    return {
        "amount": 123.45,
        "description": "Opłata za śmieci – „maj”",
        "hiddenDescription": uuid.uuid4().hex,
        "payer": {"email": "anna@example.org", "name": "Płatnik"},
        "pay": {"channelId": 21},
        "callbacks": {"payerUrls": {"success": "http://borki.localhost:8000/wroc/"}},
        "collect": {"account": "PL61109010140000071219812874", "receiver": "Gmina Borki"},
        **changes,
    }


def created(emulator, **changes):
    answer = WEB.post(emulator.url + "/transactions", json=order(**changes), headers=token(emulator))
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/transactions"),
        ("GET", "/transactions/x"),
        ("POST", "/transactions/x/cancel"),
        ("GET", "/transactions/x/refunds"),
        ("POST", "/transactions/x/refunds"),
        ("GET", "/transactions/channels"),
    ],
)
def test_no_call_is_answered_without_a_token(emulator, method, path, headers):
    answer = WEB.request(method, emulator.url + path, headers=headers)

    assert answer.status_code == 401
    assert answer.json()["result"] == "failed"
    assert emulator.control.state()["transactions"] == []


def test_wrong_keys_get_no_token_and_right_ones_as_json_do(emulator):
    wrong = {"client_id": "01BORKI", "client_secret": "zly"}
    right = {**wrong, "client_secret": BORKI["secrets"]["client_secret"]}

    assert WEB.post(emulator.url + "/oauth/auth", data=wrong).status_code == 401
    assert WEB.post(emulator.url + "/oauth/auth", json=right).json()["access_token"]


def test_a_token_dies_on_the_operators_clock(emulator):
    headers = token(emulator)
    emulator.control.advance(7201)

    assert WEB.get(emulator.url + "/transactions/channels", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "123.45"},
        {"amount": 123.456},
        {"amount": 0},
        {"amount": -1},
        {"amount": True},
        {"description": ""},
        {"description": "x" * 129},
        {"hiddenDescription": "x" * 129},
        {"payer": {"email": "a@example.org"}},
        {"pay": {"channelId": "21"}},
        {"collect": {"account": "61109010140000071219812874"}},
        {"collect": {"account": "PL61109010140000071219812875"}},
    ],
)
def test_an_order_beyond_the_documented_limits_is_refused(emulator, changes):
    answer = WEB.post(emulator.url + "/transactions", json=order(**changes), headers=token(emulator))

    assert answer.status_code == 400
    assert emulator.control.state()["transactions"] == []


def test_a_transaction_has_an_id_a_title_and_an_address(emulator):
    made = created(emulator, amount=10.10)

    assert (made["status"], made["amount"], made["currency"]) == ("pending", 10.1, "PLN")
    assert made["title"].startswith("TR-")
    assert made["title"] != made["transactionId"]
    assert emulator.control.transaction(made["transactionId"])["amount_gr"] == 1010
    assert "10,10" in WEB.get(made["transactionPaymentUrl"]).text


def test_one_hidden_description_can_have_several_transactions(emulator):
    created(emulator, hiddenDescription="ref-1")
    created(emulator, hiddenDescription="ref-1")

    assert len(emulator.control.transactions("ref-1")) == 2


def test_another_merchant_finds_nothing(emulator):
    made = created(emulator)

    found = WEB.get(f"{emulator.url}/transactions/{made['transactionId']}", headers=token(emulator, DABROWA))

    assert found.status_code == 404


def test_the_notification_is_a_form_with_the_merchants_checksum(emulator, receiver):
    notify = {"notification": {"url": receiver.url("tpay-n1")}}
    made = created(emulator, amount=10.10, hiddenDescription="ref-1", callbacks=notify)
    emulator.control.pay(made["transactionId"])
    [request] = receiver.wait("tpay-n1")

    told = {key: values[0] for key, values in parse_qs(request.body.decode(), strict_parsing=True).items()}
    text = f"101010{made['title']}10.10ref-1kod-borki-1"
    assert told["md5sum"] == hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    assert (told["tr_status"], told["tr_paid"], told["tr_error"]) == ("TRUE", "10.10", "none")
    assert request.header("content-type") == "application/x-www-form-urlencoded"
    assert ".." in request.header("x-jws-signature")


@pytest.mark.parametrize(
    ("body", "again"), [(b"TRUE", 0), (b"true", 1), (b"TRUE\n", 1), (b"OK", 1), (b"FALSE", 1), (b"", 1)]
)
def test_only_the_exact_word_ends_the_repetitions(emulator, receiver, body, again):
    name = f"tpay-{uuid.uuid4().hex}"
    receiver.on_request = lambda request: HttpReply(200, body)
    made = created(emulator, callbacks={"notification": {"url": receiver.url(name)}})
    emulator.control.pay(made["transactionId"])
    receiver.wait(name)
    emulator.control.settle()

    emulator.control.advance(61)

    assert len(receiver.of(name)) == 1 + again


@pytest.mark.parametrize("act", ["fail", "abandon", "cancel"])
def test_a_payment_that_did_not_happen_is_told_to_nobody(emulator, receiver, act):
    name = f"tpay-{act}"
    made = created(emulator, callbacks={"notification": {"url": receiver.url(name)}})
    getattr(emulator.control, act)(made["transactionId"])

    emulator.control.advance(72 * 3600)

    assert receiver.of(name) == []


def test_the_same_refund_twice_is_two_refunds(emulator):
    """Tpay has no idempotency key: whoever repeats a request gives the money back twice."""
    made = created(emulator, amount=100)
    emulator.control.pay(made["transactionId"])
    path = f"{emulator.url}/transactions/{made['transactionId']}/refunds"

    for _ in range(2):
        assert WEB.post(path, json={"amount": 40}, headers=token(emulator)).status_code == 200
    refused = WEB.post(path, json={"amount": 20.01}, headers=token(emulator))

    assert refused.status_code == 400
    listed = WEB.get(path, headers=token(emulator)).json()["refunds"]
    assert [one["amount"] for one in listed] == [40, 40]


def test_neither_the_state_nor_the_log_nor_the_panel_shows_the_security_code(emulator):
    made = created(emulator)
    emulator.control.pay(made["transactionId"])

    shown = "".join(WEB.get(emulator.url + path).text for path in ("/__emu__/state", "/__emu__/log", "/"))

    assert made["transactionId"] in shown
    assert "kod-borki-1" not in shown
