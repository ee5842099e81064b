"""What imoje tells a shop, how it signs it and how often."""

import hashlib
import json
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from integrations.payments.base import HttpReply
from tests.integrations.emulators.imoje_shop import BORKI, DABROWA, KEY, MERCHANT, OK, SERVICE, ImojeShop

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
def shop(imoje, receiver) -> ImojeShop:
    return ImojeShop(imoje, receiver)


def test_a_settled_payment_is_told_with_the_digest_of_the_bytes_and_the_key(imoje, shop, receiver):
    receiver.on_request = lambda request: OK
    document = shop.order()
    tx_id = shop.started(document)["transaction"]["id"]
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
def test_an_end_without_money_is_told_too(imoje, shop, receiver, act, status):
    receiver.on_request = lambda request: OK
    document = shop.order()
    shop.started(document)
    getattr(imoje.control, act)(document["orderId"])
    assert imoje.control.settle()

    [request] = receiver.of(document["orderId"])

    assert json.loads(request.body)["transaction"]["status"] == status


def test_a_link_that_nobody_used_is_told_as_cancelled_at_its_end(imoje, shop, receiver):
    receiver.on_request = lambda request: OK
    document = shop.order(validTo=int(time.time()) + 900)
    shop.started(document)
    imoje.control.advance(880)
    assert receiver.of(document["orderId"]) == []

    imoje.control.advance(30)

    [request] = receiver.of(document["orderId"])
    assert json.loads(request.body)["transaction"]["status"] == "cancelled"


@pytest.mark.parametrize("reply", [200, 500, HttpReply(200, b'{"status":"error"}'), HttpReply(200, b"[]")])
def test_a_message_that_is_not_answered_with_ok_comes_after_each_interval_and_then_no_more(
    imoje, shop, receiver, reply
):
    receiver.on_request = lambda request: reply
    document = shop.order()
    shop.started(document)
    imoje.control.pay(document["orderId"])
    assert imoje.control.settle()

    imoje.control.advance(30 * 86400)

    assert len(receiver.of(document["orderId"])) == 1 + len(WAITS) == 24
    assert len({request.body for request in receiver.of(document["orderId"])}) == 1
    due = [row["due_at"] for row in imoje.control.state()["notifications"]]
    assert [later - earlier for earlier, later in pairwise(due)] == pytest.approx(WAITS, abs=5)


def test_the_answer_ok_ends_the_repetitions(imoje, shop, receiver):
    replies = iter([HttpReply(500), OK])
    receiver.on_request = lambda request: next(replies)
    document = shop.order()
    shop.started(document)
    imoje.control.pay(document["orderId"])
    imoje.control.advance(7 * 86400)

    assert len(receiver.of(document["orderId"])) == 2
