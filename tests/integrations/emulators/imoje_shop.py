"""A shop at imoje that speaks the protocol by hand."""

import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from integrations.emulators.operators import Emulator
from integrations.payments.base import HttpReply
from tests.fixtures.receiving import Receiver

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
OK = HttpReply(200, b'{"status":"ok"}', "application/json")


@dataclass
class ImojeShop:
    """What a shop asks; the adapter has no part in it."""

    emulator: Emulator
    receiver: Receiver

    def ask(
        self, method: str, path: str, document: Any = None, *, token: str = TOKEN, merchant: str = MERCHANT
    ) -> httpx.Response:
        return httpx.request(
            method,
            f"{self.emulator.url}/v1/merchant/{merchant}{path}",
            json=document,
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=15,
            trust_env=False,
        )

    def order(self, **changes: object) -> dict[str, Any]:
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
            "notificationUrl": self.receiver.url(name),
            "clientIp": "192.0.2.7",
            "customer": {"firstName": "Jan", "lastName": "Próbny", "email": "jan@example.org"},
            **changes,
        }

    def started(self, document: dict[str, Any]) -> dict[str, Any]:
        answer = self.ask("POST", "/transaction", document)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def paid(self, document: dict[str, Any]) -> str:
        """The id of a transaction that the payer has paid."""
        tx_id = self.started(document)["transaction"]["id"]
        self.emulator.control.pay(document["orderId"])
        return str(tx_id)
