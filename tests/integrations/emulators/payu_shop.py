"""A merchant that speaks PayU's protocol by hand."""

import uuid
from dataclasses import dataclass, field

import httpx

BORKI = {
    "name": "Gmina Borki",
    "account": "61109010140000071219812874",
    "ids": {"pos_id": "300746", "client_id": "300747"},
    "secrets": {
        "client_secret": "b0431e00000000000000000000000001",
        "second_key": "b0431e00000000000000000000000002",
    },
}
DABROWA = {
    "name": "Dąbrowa Górnicza",
    "account": "27114020040000300201355387",
    "ids": {"pos_id": "145227", "client_id": "145228"},
    "secrets": {
        "client_secret": "dab20a00000000000000000000000001",
        "second_key": "dab20a00000000000000000000000002",
    },
}
AUTHORIZE = "/pl/standard/user/oauth/authorize"
ORDERS = "/api/v2_1/orders"
WEB = httpx.Client(timeout=15, trust_env=False)  # one client: building one costs more than a call


@dataclass
class Shop:
    url: str
    merchant: dict = field(default_factory=lambda: BORKI)
    token: str = ""

    def authorize(self, **changes: str) -> httpx.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.merchant["ids"]["client_id"],
            "client_secret": self.merchant["secrets"]["client_secret"],
            **changes,
        }
        return WEB.post(self.url + AUTHORIZE, data=form)

    def http(self, method: str, path: str, **arguments: object) -> httpx.Response:
        if not self.token:
            self.token = self.authorize().json()["access_token"]
        headers = {"Authorization": f"Bearer {self.token}"}
        return WEB.request(method, self.url + path, **{"headers": headers, **arguments})

    def document(self, **changes: object) -> dict:
        document = {
            "extOrderId": uuid.uuid4().hex,
            "merchantPosId": self.merchant["ids"]["pos_id"],
            "customerIp": "192.0.2.7",
            "notifyUrl": "",
            "continueUrl": "http://borki.localhost:8000/wroc/?a=1",
            "description": "Opłata za gospodarowanie odpadami – „maj”",
            "currencyCode": "PLN",
            "totalAmount": "12345",
            "validityTime": "900",
            "products": [{"name": "Opłata", "unitPrice": "12345", "quantity": "1"}],
            "payMethods": {"payMethod": {"type": "PBL", "value": "bm"}},
            **changes,
        }
        return {name: value for name, value in document.items() if value is not None}

    def order(self, **changes: object) -> dict:
        """A registered order: its document with PayU's answer."""
        document = self.document(**changes)
        answer = self.http("POST", ORDERS, json=document)
        assert answer.status_code == 302, answer.text
        return {**document, **answer.json()}

    def refund(self, order: dict, **refund: str) -> httpx.Response:
        wish = {"refund": {"description": "Zwrot", **refund}}
        return self.http("POST", f"{ORDERS}/{order['orderId']}/refunds", json=wish)
