"""PayU on the bench: the raw body is signed in a header, orders are known by the operator's id only."""

import json
from dataclasses import replace

from integrations.payments.base import RawRequest
from tests.integrations.payments.benches.base import Bench


class PayUBench(Bench):
    code = "payu"
    merchants = (
        {
            "name": "Gmina Borki",
            "account": "61109010140000071219812874",
            "ids": {"pos_id": "300746", "client_id": "300746"},
            "secrets": {
                "client_secret": "b0431e00000000000000000000000001",
                "second_key": "b0431e00000000000000000000000002",
            },
        },
        {
            "name": "Dąbrowa Górnicza",
            "account": "27114020040000300201355387",
            "ids": {"pos_id": "145227", "client_id": "145227"},
            "secrets": {
                "client_secret": "dab20a00000000000000000000000001",
                "second_key": "dab20a00000000000000000000000002",
            },
        },
    )
    bank = "bm"
    wrappings = frozenset({"extra_fields", "wrong_content_type"})
    access_secret = "client_secret"
    tells_returned = False

    def signature(self, request: RawRequest) -> str:
        fields = dict(part.split("=", 1) for part in request.header("OpenPayu-Signature").split(";"))
        return fields["signature"]

    def changed(self, request: RawRequest, amount_gr: int) -> RawRequest:
        document = json.loads(request.body)
        document["order"]["totalAmount"] = str(amount_gr)
        return replace(request, body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
