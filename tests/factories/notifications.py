"""Notifications of Przelewy24 as its protocol signs them, for messages that the emulator would not send."""

import json

from integrations.emulators.przelewy24.sign import NOTIFICATION, sign
from integrations.payments.values import RawRequest
from services.payments.models import Payment
from tests.fixtures.database import SECRETS


def notification(
    payment: Payment, order_id: str, *, crc: str = SECRETS["crc"], **changes: object
) -> RawRequest:
    """What the operator posts when `payment` was paid; `changes` replace fields before it is signed with `crc`."""
    merchant = payment.operator_account.merchant_ids
    values = {
        "merchantId": int(merchant["merchant_id"]),
        "posId": int(merchant["pos_id"]),
        "sessionId": payment.reference,
        "amount": payment.total_gr,
        "originAmount": payment.total_gr,
        "currency": "PLN",
        "orderId": int(order_id),
        "methodId": 25,
        "statement": "p24-A1",
    } | changes
    body = json.dumps(values | {"sign": sign(NOTIFICATION, values, crc)}).encode()
    return RawRequest("POST", "/webhooks/", {"Content-Type": "application/json"}, body, "127.0.0.1")
