"""Przelewy24 on the bench: signed values in JSON, money only after our confirmation."""

import json
from dataclasses import replace

from integrations.payments.base import RawRequest
from tests.integrations.payments.benches.base import Bench


class Przelewy24Bench(Bench):
    code = "przelewy24"
    merchants = (
        {
            "name": "Gmina Borki",
            "account": "61109010140000071219812874",
            "ids": {"merchant_id": "144354", "pos_id": "144354"},
            "secrets": {"api_key": "klucz-raportow-borki-1", "crc": "crc-borki-tajny-1"},
        },
        {
            "name": "Dąbrowa Górnicza",
            "account": "27114020040000300201355387",
            "ids": {"merchant_id": "200100", "pos_id": "200101"},
            "secrets": {"api_key": "klucz-raportow-dabrowa-1", "crc": "crc-dabrowa-tajny-1"},
        },
    )
    bank = "25"
    confirm_place = "confirm"
    wrappings = frozenset({"reserialised", "extra_fields", "wrong_content_type"})
    access_secret = "api_key"
    status_tells = frozenset({"paid_at", "fee", "method"})

    def signature(self, request: RawRequest) -> str:
        return json.loads(request.body)["sign"]

    def changed(self, request: RawRequest, amount_gr: int) -> RawRequest:
        document = {**json.loads(request.body), "amount": amount_gr, "originAmount": amount_gr}
        return replace(request, body=json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
