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

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start

BORKI = {
    "name": "Gmina Borki",
    "account": "61109010140000071219812874",
    "ids": {"merchant_id": "144354", "pos_id": "144354"},
    "secrets": {"api_key": "klucz-raportow-borki-1", "crc": "crc-borki-tajny-1"},
}
DABROWA = {
    **BORKI,
    "name": "Dąbrowa Górnicza",
    "ids": {"merchant_id": "200100", "pos_id": "200101"},
    "secrets": {"api_key": "klucz-raportow-borki-1", "crc": "crc-dabrowa-1"},
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

    @property
    def ids(self) -> dict:
        names = {"merchantId": "merchant_id", "posId": "pos_id"}
        return {name: int(self.merchant["ids"][key]) for name, key in names.items()}

    @property
    def crc(self) -> str:
        return self.merchant["secrets"]["crc"]

    def http(self, method: str, path: str, **arguments: object) -> httpx.Response:
        auth = (self.merchant["ids"]["pos_id"], self.merchant["secrets"]["api_key"])
        return WEB.request(method, self.url + path, **{"auth": auth, **arguments})

    def registration(self, **changes: object) -> dict:
        document = {
            **self.ids,
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
        document.setdefault("sign", digest("sessionId merchantId amount currency", document, self.crc))
        return document

    def register(self, **changes: object) -> dict:
        """A registered transaction: its document, with the payer's token."""
        document = self.registration(**changes)
        answer = self.http("POST", "/api/v1/transaction/register", json=document)
        assert answer.status_code == 200, answer.text
        return {**document, "token": answer.json()["data"]["token"]}

    def verification(self, document: dict, order_id: int, **changes: object) -> dict:
        values = {
            **self.ids,
            "sessionId": document["sessionId"],
            "amount": document["amount"],
            "currency": document["currency"],
            "orderId": order_id,
            **changes,
        }
        return {**values, "sign": digest("sessionId orderId amount currency", values, self.crc)}

    def verify(self, verification: dict) -> httpx.Response:
        return self.http("PUT", "/api/v1/transaction/verify", json=verification)


@pytest.fixture(scope="session")
def running_emulator(tmp_path_factory) -> Iterator[Emulator]:
    state = tmp_path_factory.mktemp("emulator") / "p24.sqlite"
    with start("przelewy24", state=state, merchants=[BORKI, DABROWA]) as running:
        yield running


@pytest.fixture
def emulator(running_emulator) -> Iterator[Emulator]:
    yield running_emulator
    running_emulator.control.reset()


@pytest.fixture
def shop(emulator) -> Shop:
    return Shop(emulator.url)
