"""Reading a notification of PayU from its raw bytes, strictly."""

import hashlib
from collections.abc import Mapping
from typing import Any

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
from integrations.payments.payu import documents, settings, signature
from integrations.payments.payu.answers import ORDER_STATUSES

_REFUND_STATUSES = {
    "PENDING": RemoteStatus.PENDING,
    "FINALIZED": RemoteStatus.REFUNDED,
    "CANCELED": RemoteStatus.REFUND_REJECTED,
}


def parse(config: OperatorConfig, request: RawRequest) -> Event:
    """The event of an order's or a refund's notification.

    The order is: size, signature, form, merchant. The signature covers the bytes, so the same values in other bytes are a
    forgery, and fields that we do not know are signed like the others. The Content-Type is not looked at.
    """
    if request.method.upper() != "POST":
        raise Malformed("not a POST")
    if len(request.body) > settings.MAX_NOTIFICATION_BYTES:
        raise Malformed("too long")
    _check_signature(config, request)
    try:
        document = documents.read(request.body)
        if not isinstance(document, dict):
            raise ValueError("not a JSON object")
        return _event(config, document, request.body)
    except ValueError as error:
        raise Malformed(str(error)[:100]) from None


def _check_signature(config: OperatorConfig, request: RawRequest) -> None:
    """PayU sends the signature under two names. What came must be true, and something must have come."""
    headers = [header for name in signature.HEADERS if (header := request.header(name))]
    keys = config.generations("second_key")
    if not headers or not all(signature.verifies(header, request.body, keys) for header in headers):
        raise BadSignature("OpenPayu-Signature")


def _event(config: OperatorConfig, document: dict[str, Any], body: bytes) -> Event:
    if "refund" in document:
        return _refund_event(document, body)
    order = _object(document, "order")
    if _text(order, "merchantPosId") != config.merchant_id("pos_id"):
        raise WrongMerchant("merchantPosId")
    amount_gr = documents.grosze(_text(order, "totalAmount"))
    status = ORDER_STATUSES.get(_text(order, "status"), RemoteStatus.UNKNOWN)
    told = [_text(order, name) for name in ("orderId", "extOrderId", "status", "totalAmount", "currencyCode")]
    return Event(
        kind=EventKind.PAYMENT,
        ref=_text(order, "extOrderId"),
        operator_tx_id=_text(order, "orderId"),
        status=status,
        amount_gr=amount_gr,
        requested_gr=amount_gr,
        currency=_text(order, "currencyCode"),
        dedupe_key=f"payment:{_text(order, 'orderId')}:{_digest(told)}",
        payer_debited_at=documents.moment(document.get("localReceiptDateTime")),
        statement=documents.named_property(document, "PAYMENT_ID"),
        raw=body,
    )


def _refund_event(document: dict[str, Any], body: bytes) -> Event:
    """A refund's notification names no point of sale: that the signature is by our key must do."""
    refund = _object(document, "refund")
    amount_gr = documents.grosze(refund.get("amount"))
    told = [
        _text(document, "orderId"),
        _text(refund, "refundId"),
        _text(refund, "status"),
        str(amount_gr),
        _text(refund, "currencyCode"),
    ]
    return Event(
        kind=EventKind.REFUND,
        ref=_text(document, "extOrderId"),
        operator_tx_id=_text(document, "orderId"),
        status=_REFUND_STATUSES.get(_text(refund, "status"), RemoteStatus.UNKNOWN),
        amount_gr=amount_gr,
        requested_gr=amount_gr,
        currency=_text(refund, "currencyCode"),
        dedupe_key=f"refund:{_text(document, 'orderId')}:{_digest(told)}",
        # Without it somebody at the office gave the money back in PayU's panel.
        refund_key=_text(refund, "extRefundId") if refund.get("extRefundId") is not None else "",
        raw=body,
    )


def _object(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = document.get(name)
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError(f"{name} is not a text")
    return value


def _digest(values: list[str]) -> str:
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:32]
