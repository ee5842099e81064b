import json
import threading
from hashlib import sha384

import pytest

from integrations.emulators.delivery import loopback_target

SCHEDULE_MINUTES = (3, 5, 15, 30, 60, 150, 450)


@pytest.fixture
def paid(emulator, shop, receiver):
    def pay(**changes):
        name = f"n{len(receiver.requests)}"
        document = shop.register(urlStatus=receiver.url(name), **changes)
        emulator.control.pay(document["sessionId"])
        emulator.control.settle()
        return name, document

    return pay


def order_of(emulator, document):
    return int(emulator.control.transaction(document["sessionId"])["operator_tx_id"])


def test_the_host_header_of_a_localhost_address_is_kept(receiver, paid):
    name, _ = paid()

    [request] = receiver.of(name)
    assert request.header("host") == f"borki.localhost:{receiver.port}"
    assert request.header("content-type") == "application/json"


@pytest.mark.parametrize(
    ("url", "target", "host"),
    [
        ("http://borki.localhost:8000/a?b=1", "http://127.0.0.1:8000/a?b=1", "borki.localhost:8000"),
        ("http://localhost/a", "http://127.0.0.1/a", "localhost"),
        ("https://borki.example.org/a", "https://borki.example.org/a", "borki.example.org"),
        ("http://localhost.example.org/a", "http://localhost.example.org/a", "localhost.example.org"),
    ],
)
def test_only_localhost_names_are_connected_to_loopback(url, target, host):
    assert loopback_target(url) == (target, host)


def test_an_unverified_payment_is_notified_after_each_interval_and_then_no_more(emulator, receiver, paid):
    name, _ = paid()
    assert len(receiver.of(name)) == 1

    for count, minutes in enumerate(SCHEDULE_MINUTES, start=1):
        emulator.control.advance(minutes * 60 - 60)
        assert len(receiver.of(name)) == count
        emulator.control.advance(61)
        assert len(receiver.of(name)) == count + 1
    emulator.control.advance(30 * 24 * 3600)

    assert len(receiver.of(name)) == 1 + len(SCHEDULE_MINUTES)
    assert len({request.body for request in receiver.of(name)}) == 1


def test_three_days_pass_at_once_and_still_every_try_is_made(emulator, receiver, paid):
    name, _ = paid()

    emulator.control.advance(72 * 3600)

    assert len(receiver.of(name)) == 1 + len(SCHEDULE_MINUTES)


def test_the_notifications_end_with_the_verification_and_not_with_an_answer_200(
    emulator, shop, receiver, paid
):
    name, document = paid()
    emulator.control.advance(200)
    assert len(receiver.of(name)) == 2

    shop.verify(shop.verification(document, order_of(emulator, document)))
    emulator.control.advance(72 * 3600)

    assert len(receiver.of(name)) == 2


def test_a_merchant_that_answers_500_is_asked_again(emulator, receiver, paid):
    receiver.on_request = lambda request: 500
    name, _ = paid()

    emulator.control.advance(200)

    assert len(receiver.of(name)) == 2
    answers = [row["answer"] for row in emulator.control.state()["notifications"] if row["sent_at"]]
    assert answers == ["500", "500"]


def test_a_merchant_that_is_away_is_asked_again(emulator, shop, receiver, unused_port):
    document = shop.register(urlStatus=f"http://127.0.0.1:{unused_port}/webhook")
    emulator.control.pay(document["sessionId"])
    emulator.control.settle()

    [first, second] = emulator.control.state()["notifications"]

    assert first["answer"] == "brak odpowiedzi"
    assert second["open"] == 1


@pytest.mark.parametrize("act", ["fail", "abandon"])
def test_a_payment_that_did_not_happen_is_notified_to_nobody(emulator, shop, receiver, act):
    name = f"{act}-n"
    document = shop.register(urlStatus=receiver.url(name))
    getattr(emulator.control, act)(document["sessionId"])

    emulator.control.advance(72 * 3600)

    assert receiver.of(name) == []
    assert emulator.control.transaction(document["sessionId"])["state"] == "started"


def test_a_payment_is_paid_once_however_often_the_payer_pays(emulator, shop, receiver):
    document = shop.register(urlStatus=receiver.url("twice"))

    first, second = (emulator.control.pay(document["sessionId"]) for _ in range(2))
    emulator.control.settle()

    assert (first["paid"], second["paid"]) == (True, False)
    assert len(receiver.of("twice")) == 1


def test_an_expired_link_can_be_paid_only_on_purpose(emulator, shop):
    document = shop.register(timeLimit=15)
    emulator.control.advance(16 * 60)

    with pytest.raises(Exception, match="400"):
        emulator.control.pay(document["sessionId"])
    assert emulator.control.transaction(document["sessionId"])["state"] == "started"

    assert emulator.control.pay(document["sessionId"], late=True)["paid"]


def test_a_delayed_notification_comes_when_its_time_has_come(emulator, receiver, paid):
    emulator.control.fault("notify", "delay", seconds=600)
    name, _ = paid()
    assert receiver.of(name) == []

    emulator.control.advance(590)
    assert receiver.of(name) == []
    emulator.control.advance(20)

    assert len(receiver.of(name)) == 1


def test_a_notification_that_never_comes_does_not_come_later_either(emulator, receiver, paid):
    emulator.control.fault("notify", "never")
    name, document = paid()

    emulator.control.advance(72 * 3600)

    assert receiver.of(name) == []
    assert emulator.control.transaction(document["sessionId"])["state"] == "paid"


def test_duplicates_come_in_parallel(emulator, shop, receiver):
    together = threading.Barrier(20, timeout=10)

    def wait_for_all(request):
        together.wait()  # would break unless twenty are here at once
        return 200

    receiver.on_request = wait_for_all
    emulator.control.fault("notify", "duplicate", copies=20)
    document = shop.register(urlStatus=receiver.url("twenty"))
    emulator.control.pay(document["sessionId"])

    assert emulator.control.settle()
    assert len({request.body for request in receiver.of("twenty")}) == 1
    assert len(receiver.of("twenty")) == 20
    assert not together.broken


@pytest.mark.parametrize(
    ("mode", "field", "value"),
    [
        ("wrong_amount", "amount", 12344),
        ("wrong_currency", "currency", "EUR"),
        ("wrong_merchant", "posId", 200101),
    ],
)
def test_a_lying_operator_lies_with_a_good_signature(emulator, receiver, paid, mode, field, value):
    emulator.control.fault("notify", mode)
    name, _ = paid()

    document = json.loads(receiver.of(name)[0].body)
    assert document[field] == value
    signed = {key: document[key] for key in document if key != "sign"} | {"crc": "crc-borki-tajny-1"}
    text = json.dumps(signed, ensure_ascii=False, separators=(",", ":"))
    assert document["sign"] == sha384(text.encode()).hexdigest()


def test_an_extra_notification_can_be_sent_long_after_the_verification(emulator, shop, receiver, paid):
    name, document = paid()
    shop.verify(shop.verification(document, order_of(emulator, document)))
    emulator.control.advance(30 * 24 * 3600)

    [answer] = emulator.control.notify(document["sessionId"])

    assert answer["status"] == 200
    first, second = receiver.of(name)
    assert first.body == second.body


def test_the_log_shows_what_was_sent_and_what_was_answered(emulator, receiver, paid):
    _, document = paid()

    sent = [line for line in emulator.control.log() if line["direction"] == "out"]

    assert [(line["method"], line["status"]) for line in sent] == [("POST", 200)]
    assert document["sessionId"] in sent[0]["sent"]
