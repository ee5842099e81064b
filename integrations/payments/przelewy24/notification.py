"""Reading a notification of Przelewy24 from its raw bytes, strictly."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NoReturn

from integrations.payments.base import (
    BadSignature,
    Event,
    EventKind,
    Malformed,
    OperatorConfig,
    RawRequest,
    RemoteStatus,
    WrongMerchant,
)
from integrations.payments.przelewy24 import settings, signature

_MAX_INTEGER = 2**63 - 1
_REFUND_STATUSES = {0: RemoteStatus.REFUNDED, 1: RemoteStatus.REFUND_REJECTED}


def parse(config: OperatorConfig, request: RawRequest) -> Event:
    """The event of a payment's or a refund's notification.

    The order is: form, signature, merchant. The signature covers values, not the bytes around them, so
    another order of keys or other escapes of the same text change nothing, while any changed value or type
    does. The Content-Type is not looked at: what is signed decides.
    """
    if request.method.upper() != "POST":
        raise Malformed("not a POST")
    document = _document(request.body)
    is_refund = "refundsUuid" in document
    keys = signature.REFUND_NOTIFICATION if is_refund else signature.NOTIFICATION
    values = {key: _value(document, key) for key in keys}
    if not signature.verifies(document.get("sign"), keys, values, config.generations("crc")):
        raise BadSignature("sign")
    _check_merchant(config, values)
    digest = hashlib.sha256(signature.sign(keys, values, "").encode()).hexdigest()
    if is_refund:
        return _refund_event(values, digest, request.body)
    return Event(
        kind=EventKind.PAYMENT,
        ref=str(values["sessionId"]),
        operator_tx_id=str(values["orderId"]),
        status=RemoteStatus.PAID,  # only successful payments are notified
        amount_gr=int(values["amount"]),
        requested_gr=int(values["originAmount"]),
        currency=str(values["currency"]),
        dedupe_key=f"payment:{values['orderId']}:{digest[:32]}",
        method_id=str(values["methodId"]),
        statement=str(values["statement"]),
        raw=request.body,
    )


def _refund_event(values: dict[str, str | int], digest: str, body: bytes) -> Event:
    return Event(
        kind=EventKind.REFUND,
        ref=str(values["sessionId"]),
        operator_tx_id=str(values["orderId"]),
        status=_REFUND_STATUSES.get(int(values["status"]), RemoteStatus.UNKNOWN),
        amount_gr=int(values["amount"]),
        requested_gr=int(values["amount"]),
        currency=str(values["currency"]),
        dedupe_key=f"refund:{values['orderId']}:{digest[:32]}",
        refund_key=str(values["refundsUuid"]),
        raw=body,
    )


def _document(body: bytes) -> dict[str, Any]:
    if len(body) > settings.MAX_NOTIFICATION_BYTES:
        raise Malformed("too long")
    try:
        document = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (ValueError, RecursionError):
        raise Malformed("not strict JSON") from None
    if not isinstance(document, dict):
        raise Malformed("not a JSON object")
    return document


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key appears twice")  # which one is signed would be a guess
    return document


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"not an integer: {text[:20]}")


_TEXTS = frozenset({"sessionId", "currency", "statement", "refundsUuid"})


def _value(document: dict[str, Any], key: str) -> str | int:
    value = document.get(key)
    if key in _TEXTS:
        if isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value):
            return value
        raise Malformed(f"{key} is not a text")
    # bool is an int to Python, and an id in quotes would be signed differently
    if type(value) is int and 0 <= value <= _MAX_INTEGER:
        return value
    raise Malformed(f"{key} is not an integer")


def _check_merchant(config: OperatorConfig, values: dict[str, str | int]) -> None:
    if values["merchantId"] != int(config.merchant_id("merchant_id")):
        raise WrongMerchant("merchantId")
    if "posId" in values and values["posId"] != int(config.merchant_id("pos_id")):
        raise WrongMerchant("posId")
