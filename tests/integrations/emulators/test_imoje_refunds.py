"""Refunds at imoje against hand-written requests."""

import json
from collections.abc import Iterator

import pytest

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from tests.integrations.emulators.imoje_shop import BORKI, DABROWA, OK, SERVICE, ImojeShop


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


def test_a_refund_is_a_transaction_of_its_own_that_ends_and_is_told(imoje, shop, receiver):
    receiver.on_request = lambda request: OK
    document = shop.order()
    tx_id = shop.paid(document)
    wish = {"type": "refund", "serviceId": SERVICE, "amount": 345, "title": "Zwrot #k1"}

    told = shop.ask("POST", f"/transaction/{tx_id}/refund", wish).json()["transaction"]
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
    sale = shop.ask("GET", f"/transaction/{tx_id}").json()["transaction"]
    assert sale["status"] == "settled"
    listed = shop.ask("GET", f"/payment/{sale['payment']['id']}").json()["transactions"]
    assert [(one["type"], one["amount"]) for one in listed] == [("sale", 12345), ("refund", 345)]


def test_the_same_refund_twice_is_two_refunds_because_there_is_no_key(imoje, shop):
    tx_id = shop.paid(shop.order())
    wish = {"type": "refund", "serviceId": SERVICE, "amount": 345}

    first, second = (shop.ask("POST", f"/transaction/{tx_id}/refund", wish).json() for _ in range(2))

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
def test_a_refund_that_cannot_be_is_refused(imoje, shop, changes):
    tx_id = shop.paid(shop.order())
    wish = {"type": "refund", "serviceId": SERVICE, "amount": 345, **changes}

    assert shop.ask("POST", f"/transaction/{tx_id}/refund", wish).status_code == 422
    assert imoje.control.state()["refunds"] == []


def test_what_can_be_given_back_shrinks_with_every_refund(imoje, shop):
    document = shop.order()
    tx_id = shop.started(document)["transaction"]["id"]
    unpaid = shop.ask("POST", f"/transaction/{tx_id}/can-refund", {"amount": 1}).json()
    imoje.control.pay(document["orderId"])
    shop.ask("POST", f"/transaction/{tx_id}/refund", {"type": "refund", "serviceId": SERVICE, "amount": 345})

    left = shop.ask("POST", f"/transaction/{tx_id}/can-refund", {"amount": 1}).json()

    assert unpaid["refundable"] is False
    assert (left["refundable"], left["balance"], left["fullRefund"]) == (True, True, 12000)
    assert left["partialRefund"] == {"maxRefundAmount": 12000, "minRefundAmount": 1}
