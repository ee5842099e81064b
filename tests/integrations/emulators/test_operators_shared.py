"""What all emulated operators share, shown on one that is made up for it: several tries, failures and ends that are told."""

import json

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.routing import Route

from integrations.emulators.operators import Control, Emulator, tokens
from integrations.emulators.operators.notices import FORM, JSON, Message, compact, rewritten
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.records import Bank, NewTransaction
from integrations.emulators.operators.server import application
from integrations.emulators.serving import InThread
from integrations.payments.base import HttpReply

MERCHANT = {
    "name": "Gmina Borki",
    "account": "61109010140000071219812874",
    "ids": {"shop": "7"},
    "secrets": {"key": "tajny"},
}


class Example(EmulatedOperator):
    code, brand, merchant_key = "example", "Przykład", "shop"
    banks = (Bank("b1", "Bank Miejski", "przelew"),)
    default_bank = "b1"
    retries = (10.0, 60.0)
    retries_text = "po 10 sekundach i po minucie"
    told = frozenset({"pending", "paid", "failed", "expired", "cancelled", "returned"})
    tries_again = True
    places = (*EmulatedOperator.places, "token")

    @staticmethod
    def new_id(number):
        return f"ex-{number}"

    def routes(self) -> list[Route]:
        return [
            self.open_route("POST", "/token", "token", self.token),
            self.route("POST", "/orders", "start", self.order),
        ]

    def token(self, exchange, fault):
        merchant = self.store.merchant("7")
        return JSONResponse({"token": tokens.issue(self.store, merchant, 600)})

    def authenticated(self, exchange):
        return tokens.bearer(self.store, exchange.headers.get("authorization", ""))

    def refusal(self, status):
        return JSONResponse({}, status_code=status)

    def order(self, merchant, exchange, fault):
        wish = exchange.json()
        found = self.store.register(
            merchant,
            NewTransaction(
                ref=wish["ref"], amount_gr=500, title="Próba", url_return="http://x/", url_notify=wish["url"],
                expires_at=self.store.now() + 900,
            ),
        )  # fmt: skip
        return JSONResponse({"id": found.operator_tx_id, "link": f"/pay/{found.token}"})

    def message(self, notice):
        told = {"kind": notice.kind, "id": notice.transaction.operator_tx_id, "ref": notice.transaction.ref}
        return Message(compact({**told, "amount": notice.paid_gr, "key": notice.signer.secrets["key"]}))

    def heard(self, transaction, kind, answers):
        return any(answer.body == "OK" for answer in answers)

    def tell_paid(self, transaction):
        self.tell(transaction, "pending")
        self.tell(transaction, "paid")


@pytest.fixture(scope="module")
def example():
    with Emulator(InThread(application(Example, merchants=[MERCHANT]))) as running:
        yield running


@pytest.fixture
def control(example) -> Control:
    example.control.reset()
    return example.control


@pytest.fixture
def order(control, receiver, request):
    def make(ref):
        name = f"{request.node.name.partition('[')[0]}-{ref}"
        token = httpx.post(f"{control.url}/token").json()["token"]
        answer = httpx.post(
            f"{control.url}/orders",
            json={"ref": ref, "url": receiver.url(name)},
            headers={"Authorization": f"Bearer {token}"},
        )
        return answer.json(), name

    return make


def kinds(receiver, name):
    return [json.loads(request.body)["kind"] for request in receiver.of(name)]


def test_messages_of_one_transaction_come_one_after_the_other(control, receiver, order):
    _, name = order("a")

    control.pay("a")
    control.settle()

    assert kinds(receiver, name) == ["pending", "paid"]


def test_a_refused_try_is_told_and_the_next_one_is_another_transaction(control, receiver, order):
    first, name = order("a")
    page = control.url + first["link"]
    httpx.post(page, data={"action": "fail", "method": "b1"})
    assert control.transaction("a")["state"] == "failed"
    control.settle()  # only messages of one transaction keep their order

    httpx.post(page, data={"action": "pay", "method": "b1"})
    control.settle()

    second, failed = control.transactions("a")
    assert (failed["state"], second["state"]) == ("failed", "paid")
    assert failed["operator_tx_id"] != second["operator_tx_id"]
    assert kinds(receiver, name) == ["failed", "pending", "paid"]


def test_one_reference_can_be_paid_twice_on_purpose(control, order):
    order("a")
    control.pay("a")

    control.pay("a", again=True)

    assert [one["state"] for one in control.transactions("a")] == ["paid", "paid"]


def test_another_amount_can_be_paid_and_is_told(control, receiver, order):
    _, name = order("a")

    control.pay("a", amount_gr=499)
    control.settle()

    assert control.transaction("a")["paid_gr"] == 499
    assert json.loads(receiver.of(name)[-1].body)["amount"] == 499


def test_a_dead_link_is_told_when_its_time_has_come(control, receiver, order):
    _, name = order("a")
    control.advance(890)
    assert kinds(receiver, name) == []

    control.advance(20)

    assert control.transaction("a")["state"] == "expired"
    assert set(kinds(receiver, name)) == {"expired"}
    assert control.pay("a", late=True)["paid"]


def test_a_withdrawn_transaction_takes_no_money(control, receiver, order):
    _, name = order("a")

    assert control.cancel("a")

    assert not control.pay("a")["paid"]
    assert not control.cancel("a")
    control.settle()
    assert kinds(receiver, name) == ["cancelled"]


def test_the_exact_answer_ends_the_repetitions_and_another_200_does_not(control, receiver, order):
    receiver.on_request = lambda request: HttpReply(200, b"<html>OK</html>")
    _, name = order("a")
    control.pay("a")
    control.advance(3600)
    assert kinds(receiver, name).count("paid") == 3

    receiver.on_request = None
    _, name = order("b")
    control.pay("b")
    control.advance(3600)

    assert kinds(receiver, name).count("paid") == 1


def test_a_message_of_another_kind_can_be_sent_afterwards(control, receiver, order):
    _, name = order("a")
    control.pay("a")
    control.settle()

    control.notify("a", kind="cancelled")

    assert kinds(receiver, name) == ["pending", "paid", "cancelled"]
    assert control.transaction("a")["state"] == "paid"


@pytest.mark.parametrize("mode", ["forged", "other_key"])
def test_a_forged_message_is_signed_with_a_key_that_is_not_ours(control, receiver, order, mode):
    _, name = order("a")
    control.pay("a")
    control.settle()

    control.notify("a", mode)

    assert json.loads(receiver.of(name)[-1].body)["key"] != "tajny"


def test_access_tokens_die_on_the_clock_and_on_order(control, order):
    token = httpx.post(f"{control.url}/token").json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    wish = {"url": ""}
    assert httpx.post(f"{control.url}/orders", json={**wish, "ref": "a"}, headers=headers).status_code == 200

    control.revoke_tokens()
    assert httpx.post(f"{control.url}/orders", json={**wish, "ref": "b"}, headers=headers).status_code == 401
    headers = {"Authorization": "Bearer " + httpx.post(f"{control.url}/token").json()["token"]}
    control.advance(601)

    assert httpx.post(f"{control.url}/orders", json={**wish, "ref": "c"}, headers=headers).status_code == 401
    assert [one["ref"] for one in control.transactions()] == ["a"]


def test_a_merchant_can_be_added_and_no_key_is_shown(control):
    control.add_merchant(name="Dąbrowa", account="", ids={"shop": "8"}, secrets={"key": "drugi-tajny"})

    shown = str(control.state()) + httpx.get(control.url).text

    assert "Dąbrowa" in shown
    assert "tajny" not in shown


@pytest.mark.parametrize(
    ("message", "other"),
    [
        (Message(b'{"a":"\xc5\x82/","b":1}', JSON), b'{\n  "b": 1,\n  "a": "\\u0142\\/"\n}'),
        (Message(b"a=%C5%82&b=1&c=", FORM), b"c=&b=1&a=%C5%82"),
    ],
)
def test_the_same_values_can_be_written_in_other_bytes(message, other):
    assert rewritten(message) == other
