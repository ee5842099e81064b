"""Autopay on the bench: XML in Base64, the payer's fee on top of our amount, several transactions for one order."""

import base64
import re
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

from integrations.emulators.operators import Control
from integrations.payments.base import HttpReply, OperatorError, RawRequest
from tests.fixtures.receiving import Receiver
from tests.integrations.payments.benches.base import Bench


class AutopayBench(Bench):
    code = "autopay"
    merchants = (
        {
            "name": "Gmina Borki",
            "account": "61109010140000071219812874",
            "ids": {
                "service_id": "102422",
                "start_path": "/payment",
                "hash_algorithm": "SHA256",
                "fee_model": "PAYER",
                "itn_nodes": "customerData,startAmount",
            },
            "secrets": {"shared_key": "klucz-wspoldzielony-borki-1"},
        },
        {
            "name": "Dąbrowa Górnicza",
            "account": "27114020040000300201355387",
            "ids": {
                "service_id": "102423",
                "start_path": "/dabrowa",
                "hash_algorithm": "SHA512",
                "fee_model": "MERCHANT",
                "itn_nodes": "brak",
            },
            "secrets": {"shared_key": "klucz-wspoldzielony-dabrowa-1"},
        },
    )
    bank = "106"
    wrappings = frozenset({"reserialised", "wrong_content_type"})
    access_secret = "shared_key"
    status_tells = frozenset({"paid_at", "fee", "method"})
    tells_returned = False
    refunds_are_told = False

    def __init__(self, url: str, control: Control, receiver: Receiver) -> None:
        super().__init__(url, control, receiver)
        # An unconfirmed message comes 209 times: what other tests left would come, too.
        control.reset()

    def signature(self, request: RawRequest) -> str:
        found = re.search(r"<hash>(\w+)</hash>", itn(request))
        assert found
        return found[1]

    def changed(self, request: RawRequest, amount_gr: int) -> RawRequest:
        amount = f"{amount_gr // 100}.{amount_gr % 100:02d}"
        text = re.sub(r"<(amount|startAmount)>[^<]+<", rf"<\g<1>>{amount}<", itn(request))
        return packed(request, text)

    def told_title(self, title: str) -> str:
        return {
            "Podatek od nieruchomości 2026, rata I – Łęczna 7/9": (
                "Podatek od nieruchomosci 2026, rata I - Leczna 7-9"
            )
        }[title]

    def answering(self, request: RawRequest) -> HttpReply:
        """The answer of a merchant that takes what is true and refuses the rest."""
        try:
            return self.accepting(request)
        except OperatorError:
            return self.refusing(request)


def itn(request: RawRequest) -> str:
    """The XML of a notification."""
    [text] = parse_qs(request.body.decode())["transactions"]
    return base64.b64decode(text).decode()


def packed(request: RawRequest, text: str) -> RawRequest:
    """The notification with another XML."""
    body = urlencode({"transactions": base64.b64encode(text.encode()).decode()})
    return replace(request, body=body.encode())
