import hashlib
import json
from itertools import pairwise

import pytest

from integrations.emulators.registry import start
from tests.integrations.emulators.payu_shop import BORKI, DABROWA, WEB, Shop

MINUTES = (1, 2, 5, 10, 30)
HOURS = (1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 36, 48, 60, 72)
TRIES = [0, *(60 * minutes for minutes in MINUTES), *(3600 * hours for hours in HOURS)]


@pytest.fixture(scope="module")
def running():
    with start("payu", merchants=[BORKI, DABROWA]) as emulator:
        yield emulator


@pytest.fixture
def emulator(running):
    yield running
    running.control.reset()


@pytest.fixture
def shop(emulator):
    return Shop(emulator.url)


@pytest.fixture
def ordered(shop, receiver):
    def order(**changes):
        name = f"payu-{len(receiver.requests)}-{id(changes)}"
        return name, shop.order(notifyUrl=receiver.url(name), **changes)

    return order


@pytest.fixture
def paid(emulator, ordered):
    def pay(**changes):
        name, order = ordered(**changes)
        emulator.control.pay(order["extOrderId"])
        assert emulator.control.settle()
        return name, order

    return pay


def documents(receiver, name):
    return [json.loads(request.body) for request in receiver.of(name)]


def md5(body, key):
    return hashlib.md5(body + key.encode(), usedforsecurity=False).hexdigest()


def test_a_payment_is_told_with_the_digest_of_body_and_key_under_both_names(receiver, paid):
    name, order = paid()

    [request] = receiver.of(name)
    told = json.loads(request.body)
    expected = f"sender=checkout;signature={md5(request.body, BORKI['secrets']['second_key'])};algorithm=MD5"
    assert request.header("OpenPayu-Signature") == f"{expected};content=DOCUMENT"
    assert request.header("X-OpenPayU-Signature") == request.header("OpenPayu-Signature")
    assert request.header("Content-Type").startswith("application/json")
    assert (told["order"]["orderId"], told["order"]["extOrderId"]) == (order["orderId"], order["extOrderId"])
    assert (told["order"]["status"], told["order"]["totalAmount"]) == ("COMPLETED", "12345")
    assert told["order"]["merchantPosId"] == BORKI["ids"]["pos_id"]
    assert told["properties"][0]["name"] == "PAYMENT_ID"
    assert told["localReceiptDateTime"][-6:] in {"+01:00", "+02:00"}


def test_there_are_twenty_tries_up_to_72_hours(emulator, receiver, paid):
    """payments.md section 4: at once, 1, 2, 5, 10, 30 minutes, 1, 2, 3, … 24, 36, 48, 60, 72 hours."""
    receiver.on_request = lambda request: 500
    name, _ = paid()
    assert len(TRIES) == 20

    for count, (earlier, later) in enumerate(pairwise(TRIES), start=1):
        emulator.control.advance(later - earlier - 20)
        assert len(receiver.of(name)) == count
        emulator.control.advance(20.5)
        assert len(receiver.of(name)) == count + 1
    emulator.control.advance(30 * 24 * 3600)

    assert len(receiver.of(name)) == 20
    assert len({request.body for request in receiver.of(name)}) == 1


@pytest.mark.parametrize("status", [201, 204, 302, 400, 404, 500])
def test_only_200_ends_the_tries(emulator, receiver, paid, status):
    answers = [status, 200]
    receiver.on_request = lambda request: answers.pop(0)
    name, _ = paid()

    emulator.control.advance(72 * 3600)

    assert len(receiver.of(name)) == 2


@pytest.mark.parametrize("end", ["cancel", "fail", "expire"])
def test_an_order_that_ended_without_money_is_told_as_canceled(emulator, receiver, ordered, end):
    name, order = ordered()
    if end == "expire":
        emulator.control.advance(16 * 60)
    else:
        getattr(emulator.control, end)(order["extOrderId"])
    assert emulator.control.settle()

    [told] = documents(receiver, name)
    assert told["order"]["status"] == "CANCELED"
    assert "properties" not in told


def test_a_payer_who_leaves_is_told_only_when_the_link_dies(emulator, receiver, ordered):
    name, order = ordered()
    emulator.control.abandon(order["extOrderId"])
    emulator.control.advance(800)
    assert receiver.of(name) == []

    emulator.control.advance(200)

    assert [told["order"]["status"] for told in documents(receiver, name)] == ["CANCELED"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [("pending", "PENDING"), ("waiting", "WAITING_FOR_CONFIRMATION"), ("cancelled", "CANCELED")],
)
def test_every_status_can_be_told_out_of_order(emulator, receiver, paid, kind, status):
    """payments.md section 10: COMPLETED, then CANCELED for the same order; the books stay as they are."""
    name, order = paid()

    emulator.control.notify(order["extOrderId"], kind=kind)

    assert [told["order"]["status"] for told in documents(receiver, name)] == ["COMPLETED", status]
    assert emulator.control.transaction(order["orderId"])["state"] == "paid"


@pytest.mark.parametrize(
    ("mode", "field", "value"),
    [
        ("wrong_amount", "totalAmount", "12344"),
        ("wrong_currency", "currencyCode", "EUR"),
        ("wrong_merchant", "merchantPosId", DABROWA["ids"]["pos_id"]),
    ],
)
def test_a_lying_operator_lies_with_a_good_signature(emulator, receiver, paid, mode, field, value):
    emulator.control.fault("notify", mode)
    name, _ = paid()

    [request] = receiver.of(name)
    assert json.loads(request.body)["order"][field] == value
    assert md5(request.body, BORKI["secrets"]["second_key"]) in request.header("OpenPayu-Signature")


@pytest.mark.parametrize(
    ("mode", "named"), [("sha256", ";algorithm=SHA-256;"), ("sha1", ";algorithm=SHA-1;"), ("unsigned", "")]
)
def test_the_header_can_name_another_algorithm_or_be_missing(emulator, receiver, paid, mode, named):
    emulator.control.fault("notify", mode)
    name, _ = paid()

    [request] = receiver.of(name)
    header = request.header("OpenPayu-Signature")
    assert named in header
    assert bool(header) == (mode != "unsigned")


@pytest.mark.parametrize(("mode", "status"), [(None, "FINALIZED"), ("rejected_later", "CANCELED")])
def test_a_refund_is_told_at_the_address_of_the_order(emulator, shop, receiver, paid, mode, status):
    name, order = paid()
    if mode:
        emulator.control.fault("refund", mode)
    shop.refund(order, amount="4000", extRefundId="k1")

    emulator.control.advance(3600)

    told = documents(receiver, name)[-1]
    assert (told["orderId"], told["extOrderId"]) == (order["orderId"], order["extOrderId"])
    assert (told["refund"]["status"], told["refund"]["amount"]) == (status, "4000")
    assert told["refund"]["extRefundId"] == "k1"
    assert "order" not in told


def test_after_a_refusal_the_payer_returns_with_error_501(emulator, shop):
    order = shop.order()

    page = WEB.post(order["redirectUri"], data={"action": "fail", "method": "bm"}).text

    assert "http://borki.localhost:8000/wroc/?a=1&amp;error=501" in page
    assert emulator.control.transaction(order["orderId"])["state"] == "failed"


def test_after_paying_the_payer_returns_without_a_claim(emulator, shop):
    """payments.md 11.26: nothing in the address says that it was paid."""
    order = shop.order()

    answer = WEB.post(order["redirectUri"], data={"action": "pay", "method": "bm"}, follow_redirects=False)

    assert answer.headers["location"] == "http://borki.localhost:8000/wroc/?a=1"
    assert emulator.control.transaction(order["orderId"])["state"] == "paid"
