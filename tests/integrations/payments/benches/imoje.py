"""imoje on the bench: a signature over the raw body, transactions that only imoje's own id finds."""

import json
import re
from dataclasses import replace

from integrations.emulators.operators import Control
from integrations.payments.base import MethodGroup, RawRequest
from tests.fixtures.receiving import Receiver
from tests.integrations.payments.benches.base import Bench


class ImojeBench(Bench):
    code = "imoje"
    merchants = (
        {
            "name": "Gmina Borki",
            "account": "61109010140000071219812874",
            "ids": {
                "merchant_id": "6yt3gjtm9p7b8h9xsdqz",
                "service_id": "63f574ed-d4ad-407e-9981-39ed7584a7b7",
            },
            "secrets": {"service_key": "klucz-sklepu-borki-1", "api_token": "token-autoryzacyjny-borki-1"},
        },
        {
            "name": "Dąbrowa Górnicza",
            "account": "27114020040000300201355387",
            "ids": {
                "merchant_id": "9mkvs1m0a7szxlxpxkvr",
                "service_id": "8010f629-dcc7-4391-82ab-10e6a9ddeff9",
            },
            "secrets": {
                "service_key": "klucz-sklepu-dabrowa-1",
                "api_token": "token-autoryzacyjny-dabrowa-1",
            },
        },
    )
    bank = "pbl-miejski"
    wrappings = frozenset({"extra_fields", "wrong_content_type"})
    groups = frozenset({MethodGroup.TRANSFER, MethodGroup.BLIK})
    access_secret = "api_token"
    status_tells = frozenset({"paid_at", "method"})
    tells_returned = False

    def __init__(self, url: str, control: Control, receiver: Receiver) -> None:
        super().__init__(url, control, receiver)
        # A message without our answer comes 24 times: what other tests left would come, too.
        control.reset()

    def signature(self, request: RawRequest) -> str:
        found = re.search(r"signature=(\w+)", request.header("X-Imoje-Signature"))
        assert found
        return found[1]

    def changed(self, request: RawRequest, amount_gr: int) -> RawRequest:
        document = json.loads(request.body)
        document["transaction"]["amount"] = amount_gr
        return replace(request, body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())

    def told_title(self, title: str) -> str:
        return title.replace("–", "-")
