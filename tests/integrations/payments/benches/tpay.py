"""Tpay on the bench: a form under two signatures, in which only our reference names the transaction."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from integrations.payments.base import RawRequest
from tests.integrations.payments.benches.base import Bench


class TpayBench(Bench):
    code = "tpay"
    merchants = (
        {
            "name": "Gmina Borki",
            "account": "61109010140000071219812874",
            "ids": {"merchant_id": "101010", "client_id": "01BORKI-01KLIENT"},
            "secrets": {"client_secret": "haslo-klienta-borki-1", "security_code": "kod-borki-tajny-1"},
        },
        {
            "name": "Dąbrowa Górnicza",
            "account": "27114020040000300201355387",
            "ids": {"merchant_id": "202020", "client_id": "01DABROWA-01KLIENT"},
            "secrets": {"client_secret": "haslo-klienta-dabrowa-1", "security_code": "kod-dabrowa-tajny-1"},
        },
    )
    bank = "21"
    wrappings = frozenset({"extra_fields", "wrong_content_type"})
    access_secret = "client_secret"
    status_tells = frozenset({"paid_at"})
    notices_name_the_id = False
    refunds_have_keys = False
    refunds_are_told = False

    def signature(self, request: RawRequest) -> str:
        return request.header("X-JWS-Signature")

    def changed(self, request: RawRequest, amount_gr: int) -> RawRequest:
        amount = f"{amount_gr // 100}.{amount_gr % 100:02d}"
        fields = {**dict(parse_qsl(request.body.decode())), "tr_amount": amount, "tr_paid": amount}
        return replace(request, body=urlencode(fields).encode())
