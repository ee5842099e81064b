"""An emulator that forgets everything after each test, driven by hand-written requests.

The adapters have no part in these tests.
"""

import hashlib
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest

from integrations.emulators import przelewy24

BORKI = {
    "merchant_id": 144354,
    "pos_id": 144354,
    "name": "Gmina Borki",
    "account": "61109010140000071219812874",
    "api_key": "klucz-raportow-borki-1",
    "crc": "crc-borki-tajny-1",
}
DABROWA = {
    **BORKI,
    "merchant_id": 200100,
    "pos_id": 200101,
    "name": "Dąbrowa Górnicza",
    "crc": "crc-dabrowa-1",
}

WEB = httpx.Client(timeout=15, trust_env=False)  # one client: building one costs more than a call


def digest(keys: str, values: dict, crc: str) -> str:
    """The signature as the documentation's sample code computes it."""
    document = {**{key: values[key] for key in keys.split()}, "crc": crc}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha384(text.encode()).hexdigest()


@dataclass
class Shop:
    """A merchant that speaks the protocol by hand."""

    url: str
    merchant: dict = field(default_factory=lambda: BORKI)

    def http(self, method: str, path: str, **arguments: object) -> httpx.Response:
        auth = (str(self.merchant["pos_id"]), self.merchant["api_key"])
        return WEB.request(method, self.url + path, **{"auth": auth, **arguments})

    def registration(self, **changes: object) -> dict:
        document = {
            "merchantId": self.merchant["merchant_id"],
            "posId": self.merchant["pos_id"],
            "sessionId": uuid.uuid4().hex,
            "amount": 12345,
            "currency": "PLN",
            "description": "Opłata za gospodarowanie odpadami – „maj”",
            "email": "anna@example.org",
            "country": "PL",
            "language": "pl",
            "urlReturn": "http://borki.localhost:8000/wroc/",
            "urlStatus": "",
            **changes,
        }
        document.setdefault(
            "sign", digest("sessionId merchantId amount currency", document, self.merchant["crc"])
        )
        return document

    def register(self, **changes: object) -> dict:
        """A registered transaction: its document, with the payer's token."""
        document = self.registration(**changes)
        answer = self.http("POST", "/api/v1/transaction/register", json=document)
        assert answer.status_code == 200, answer.text
        return {**document, "token": answer.json()["data"]["token"]}

    def verification(self, document: dict, order_id: int, **changes: object) -> dict:
        values = {
            "merchantId": self.merchant["merchant_id"],
            "posId": self.merchant["pos_id"],
            "sessionId": document["sessionId"],
            "amount": document["amount"],
            "currency": document["currency"],
            "orderId": order_id,
            **changes,
        }
        return {**values, "sign": digest("sessionId orderId amount currency", values, self.merchant["crc"])}

    def verify(self, verification: dict) -> httpx.Response:
        return self.http("PUT", "/api/v1/transaction/verify", json=verification)


@pytest.fixture(scope="session")
def running_emulator(tmp_path_factory) -> Iterator[przelewy24.Emulator]:
    state = tmp_path_factory.mktemp("emulator") / "p24.sqlite"
    with przelewy24.start(state=state, merchants=[BORKI, DABROWA]) as running:
        yield running


@pytest.fixture
def emulator(running_emulator) -> Iterator[przelewy24.Emulator]:
    yield running_emulator
    running_emulator.control.reset()


@pytest.fixture
def shop(emulator) -> Shop:
    return Shop(emulator.url)
