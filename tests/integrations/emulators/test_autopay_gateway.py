"""Autopay's emulator against requests and answers that are written by hand."""

import base64
import hashlib
import re
import uuid
from collections.abc import Iterator
from urllib.parse import parse_qs

import httpx
import pytest

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from integrations.payments.base import HttpReply

WEB = httpx.Client(timeout=15, trust_env=False)
KEY = "klucz-borki-1"
IDS = {
    "service_id": "1001",
    "start_path": "/payment",
    "hash_algorithm": "SHA256",
    "fee_model": "PAYER",
    "itn_nodes": "title,customerData,startAmount",
}
BORKI = {
    "name": "Gmina Borki",
    "account": "61109010140000071219812874",
    "ids": IDS,
    "secrets": {"shared_key": KEY},
}
DABROWA = {
    **BORKI,
    "name": "Dąbrowa Górnicza",
    "ids": {**IDS, "service_id": "1002"},
    "secrets": {"shared_key": "klucz-dabrowa-1"},
}
CONTINUE = {"BmHeader": "pay-bm-continue-transaction-url"}


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Emulator]:
    state = tmp_path_factory.mktemp("autopay") / "autopay.sqlite"
    with start("autopay", state=state, merchants=[BORKI, DABROWA]) as emulator:
        yield emulator


@pytest.fixture
def emulator(running) -> Iterator[Emulator]:
    yield running
    running.control.reset()


def digest(*values, key=KEY):
    return hashlib.sha256("|".join([*(value for value in values if value), key]).encode()).hexdigest()


def order(key=KEY, **changes):
    form = {
        "ServiceID": "1001",
        "OrderID": uuid.uuid4().hex,
        "Amount": "123.45",
        "Description": "Oplata za odpady",
        "GatewayID": "106",
        "Currency": "PLN",
        "CustomerEmail": "anna@example.org",
        "Language": "PL",
        "CustomerNRB": "83101010230000261395100000",
        "Title": "Opłata za odpady",
        "ReceiverName": "Gmina Borki",
        "ReturnURL": "http://borki.localhost:8000/wroc/",
    } | changes
    form = {name: value for name, value in form.items() if value != ""}
    return {**form, "Hash": digest(*form.values(), key=key)}


def post(emulator, form, headers=CONTINUE, path="/payment"):
    return WEB.post(emulator.url + path, data=form, headers=headers)


def started(emulator, url="", **changes):
    form = order(**changes)
    answer = post(emulator, form, {**CONTINUE, "X-Emulator-ITN": url})
    assert "<status>PENDING</status>" in answer.text, answer.text
    return form["OrderID"]


def ask(emulator, method, key=KEY, **form):
    headers = {"BmHeader": "pay-bm"}
    data = {"ServiceID": "1001", **form}
    return post(emulator, {**data, "Hash": digest(*data.values(), key=key)}, headers, method)


def value(text, name):
    found = re.search(f"<{name}>([^<]*)</{name}>", text)
    return found[1] if found else None


def itn(request):
    return base64.b64decode(parse_qs(request.body.decode())["transactions"][0]).decode()


def confirmation(request, said="CONFIRMED", key=KEY, service="1001"):
    ref = value(itn(request), "orderID")
    hashed = digest(service, ref, said, key=key)
    body = (
        f"<confirmationList><serviceID>{service}</serviceID><transactionsConfirmations><transactionConfirmed>"
        f"<orderID>{ref}</orderID><confirmation>{said}</confirmation></transactionConfirmed>"
        f"</transactionsConfirmations><hash>{hashed}</hash></confirmationList>"
    )
    return HttpReply(200, body.encode(), "application/xml")


# --- orders ---------------------------------------------------------------------------------------------------------


def test_a_background_start_is_answered_with_a_signed_link(emulator):
    form = order()

    text = post(emulator, form).text

    link, remote = value(text, "redirecturl"), value(text, "remoteID")
    assert value(text, "hash") == digest("PENDING", link, form["OrderID"], remote)
    page = WEB.get(link).text.replace("\u00a0", " ")
    assert "123,45 zł" in page
    assert "1,00 zł" in page  # the payer sees the fee before paying
    assert "83 1010 1023 0000 2613 9510 0000" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"Amount": "123,45"},
        {"Amount": "0.00"},
        {"Amount": "-1.00"},
        {"Amount": "1.5"},
        {"Amount": ""},
        {"OrderID": "a/b"},
        {"OrderID": "x" * 33},
        {"Description": "Opłata"},
        {"Description": "x" * 80},
        {"Title": "x" * 96},
        {"ReceiverName": "x" * 36},
        {"CustomerNRB": "123"},
        {"Currency": "EUR"},
        {"GatewayID": "bank"},
        {"CustomerEmail": "bez-malpy"},
        {"ReturnURL": "javascript:alert(1)"},
        {"Language": "XX"},
    ],
)
def test_an_order_beyond_the_documented_limits_is_not_confirmed(emulator, changes):
    text = post(emulator, order(**changes)).text

    assert value(text, "confirmation") == "NOTCONFIRMED"
    assert emulator.control.transactions() == []


def test_an_order_with_a_wrong_hash_a_wrong_key_or_an_unsigned_field_is_refused(emulator):
    form = order()
    forged = [
        {**form, "Amount": "1.00"},
        {**form, "Hash": form["Hash"].upper()},
        {**form, "Hash": ""},
        {name: text for name, text in form.items() if name != "Hash"},
        {**form, "Unknown": "1"},
        {**form, "Nip": "1234563218"},
        {**form, "ServiceID": "1002"},
        {**form, "ServiceID": "9999"},
        order(key="klucz-dabrowa-1"),
    ]

    assert {post(emulator, one).status_code for one in forged} == {401}
    assert emulator.control.transactions() == []


def test_an_order_to_another_path_or_without_the_header_of_a_background_start_is_refused(emulator):
    assert post(emulator, order(), path="/inna").status_code == 404
    assert post(emulator, order(), headers={}).status_code == 400
    assert emulator.control.transactions() == []


def test_an_order_id_is_used_once_by_a_merchant(emulator):
    ref = started(emulator)

    text = post(emulator, order(OrderID=ref)).text

    assert value(text, "confirmation") == "NOTCONFIRMED"
    assert len(emulator.control.transactions(ref)) == 1


def test_the_payer_returns_with_a_hash_that_proves_nothing_but_is_right(emulator):
    ref = started(emulator)
    token = emulator.control.transaction(ref)["token"]

    answer = WEB.post(
        f"{emulator.url}/payment/continue/{token}",
        data={"action": "pay", "method": "106"},
        follow_redirects=False,
    )

    query = httpx.URL(answer.headers["location"]).params
    assert dict(query) == {"ServiceID": "1001", "OrderID": ref, "Hash": digest("1001", ref)}


def test_an_end_of_the_link_in_the_orders_own_time_counts_although_the_emulators_clock_was_moved(emulator):
    emulator.control.advance(10 * 24 * 3600)

    ref = started(emulator)

    record = emulator.control.transaction(ref)
    assert abs(record["expires_at"] - emulator.control.state()["now"] - 6 * 24 * 3600) < 30


# --- status, cancellation, refunds ----------------------------------------------------------------------------------


def test_the_status_lists_every_try_under_one_hash(emulator):
    ref = started(emulator)
    emulator.control.fail(ref)
    emulator.control.pay(ref)

    text = ask(emulator, "/webapi/transactionStatus", OrderID=ref).text

    assert re.findall("<paymentStatus>(.*?)<", text) == ["FAILURE", "SUCCESS"]
    values = re.findall(r"<(?!hash)\w+>([^<]+)</", text)
    assert value(text, "hash") == digest(*values)
    assert (value(text, "amount"), value(text, "startAmount")) == ("124.45", "123.45")


def test_another_merchants_order_and_an_unknown_one_are_empty_lists(emulator):
    form = order(ServiceID="1002", key="klucz-dabrowa-1")
    post(emulator, form)

    for ref in (form["OrderID"], "nieznana"):
        text = ask(emulator, "/webapi/transactionStatus", OrderID=ref).text
        assert "<transaction>" not in text
        assert value(text, "hash") == digest("1001")


@pytest.mark.parametrize("key", ["", "zly-klucz", "klucz-dabrowa-1"])
@pytest.mark.parametrize(
    "method", ["/webapi/transactionStatus", "/webapi/transactionCancel", "/settlementapi/transactionRefund"]
)
def test_no_question_is_answered_without_the_right_key(emulator, method, key):
    assert ask(emulator, method, key=key, OrderID="x").status_code == 401


def test_a_cancellation_names_an_order_or_a_transaction_and_not_both(emulator):
    ref = started(emulator)
    remote, message = emulator.control.transaction(ref)["operator_tx_id"], "m" * 32

    both = ask(emulator, "/webapi/transactionCancel", MessageID=message, RemoteID=remote, OrderID=ref)
    one = ask(emulator, "/webapi/transactionCancel", MessageID=message, RemoteID=remote)
    again = ask(emulator, "/webapi/transactionCancel", MessageID=message, OrderID=ref)

    assert both.status_code == 400
    assert value(one.text, "reason") == "CANCELED_FULLY"
    assert value(one.text, "hash") == digest("1001", message, "CONFIRMED", "CANCELED_FULLY")
    assert value(again.text, "reason") == "INCORRECT_PAYMENT_STATUS"


def test_a_known_message_id_is_confirmed_again_and_refunds_nothing_more(emulator):
    ref = started(emulator)
    remote = emulator.control.pay(ref)["operator_tx_id"]
    asked = {"MessageID": "m" * 32, "RemoteID": remote, "Amount": "10.00", "Currency": "PLN"}

    first, second = (ask(emulator, "/settlementapi/transactionRefund", **asked).text for _ in range(2))
    other = ask(emulator, "/settlementapi/transactionRefund", **{**asked, "Amount": "11.00"}).text

    assert value(first, "hash") == value(second, "hash") == digest("1001", "m" * 32)
    assert value(other, "name") == "MESSAGE_ID_NOT_UNIQUE"
    assert [row["amount_gr"] for row in emulator.control.state()["refunds"]] == [1000]


# --- notifications --------------------------------------------------------------------------------------------------


def test_a_notification_has_the_agreed_nodes_in_the_order_of_their_numbers(emulator, receiver):
    ref = started(emulator, receiver.url("nodes"))
    emulator.control.pay(ref)
    emulator.control.settle()
    emulator.control.notify(ref, kind="customer_data")

    pending, success, enriched = map(itn, receiver.of("nodes"))

    assert [value(one, "paymentStatus") for one in (pending, success, enriched)] == [
        "PENDING",
        "SUCCESS",
        "SUCCESS",
    ]
    names = re.findall(r"<(\w+)>", enriched)
    assert names[4:] == [
        "orderID", "remoteID", "amount", "currency", "gatewayID", "paymentDate", "paymentStatus", "paymentStatusDetails",
        "title", "customerData", "fName", "lName", "streetName", "streetHouseNo", "postalCode", "city", "nrb",
        "senderData", "startAmount", "hash",
    ]  # fmt: skip
    assert receiver.of("nodes")[0].header("content-type") == "application/x-www-form-urlencoded"
    values = [text.replace("&amp;", "&") for text in re.findall(r"<(?!hash)\w+>([^<]+)</", enriched)]
    assert value(enriched, "hash") == digest(*values)


def test_a_notification_is_repeated_by_the_published_plan_and_then_no_more(emulator, receiver):
    receiver.on_request = lambda request: 500
    ref = started(emulator, receiver.url("plan"))
    emulator.control.fail(ref)
    emulator.control.settle()

    emulator.control.advance(12 * 180 + 60)  # each interval begins when the answer has come
    assert len(receiver.of("plan")) == 13
    emulator.control.advance(600)
    assert len(receiver.of("plan")) == 14
    emulator.control.advance(30 * 24 * 3600)

    assert len(receiver.of("plan")) == 1 + 12 + 144 + 48 + 5


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: 200,
        lambda request: confirmation(request, key="zly-klucz"),
        lambda request: confirmation(request, said="NOTCONFIRMED"),
        lambda request: confirmation(request, service="1002"),
        lambda request: HttpReply(500, confirmation(request).body),
        lambda request: HttpReply(200, confirmation(request).body[:-20]),
        lambda request: HttpReply(200, b"<!DOCTYPE x>" + confirmation(request).body),
        lambda request: HttpReply(200, b"CONFIRMED"),
    ],
    ids=["plain 200", "wrong key", "NOTCONFIRMED", "other service", "500", "cut", "doctype", "word"],
)
def test_only_a_signed_confirmation_ends_the_repetitions(emulator, receiver, answer):
    receiver.on_request = answer
    name = uuid.uuid4().hex
    ref = started(emulator, receiver.url(name))
    emulator.control.fail(ref)
    emulator.control.settle()

    emulator.control.advance(200)
    assert len(receiver.of(name)) == 2
    receiver.on_request = confirmation
    emulator.control.advance(200)
    emulator.control.advance(24 * 3600)

    assert len(receiver.of(name)) == 3


def test_pending_is_not_repeated_beside_the_success(emulator, receiver):
    receiver.on_request = lambda request: 500
    ref = started(emulator, receiver.url("newest"))
    emulator.control.pay(ref)
    emulator.control.settle()

    emulator.control.advance(200)

    assert [value(itn(one), "paymentStatus") for one in receiver.of("newest")] == [
        "PENDING",
        "SUCCESS",
        "SUCCESS",
    ]


def test_neither_the_state_nor_the_log_nor_the_panel_shows_a_key(emulator, receiver):
    ref = started(emulator, receiver.url("keys"))
    emulator.control.pay(ref)
    emulator.control.settle()

    shown = "".join(WEB.get(emulator.url + path).text for path in ("/__emu__/state", "/__emu__/log", "/"))

    assert ref in shown
    assert KEY not in shown


def test_what_the_merchant_sends_cannot_become_markup(emulator, receiver):
    ref = started(emulator, receiver.url("markup"), Title="Opłata (maj), 1", ReturnURL='http://x/"><script>')
    token = emulator.control.transaction(ref)["token"]

    page = WEB.post(f"{emulator.url}/payment/continue/{token}", data={"action": "fail", "method": "106"}).text

    assert "<script>" not in page
