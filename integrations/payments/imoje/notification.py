"""Reading a notification of imoje: the signature over the raw bytes first, then the document, strictly."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
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
from integrations.payments.imoje import answers, settings, signature

_MAX_INTEGER = 2**63 - 1
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_MAX_TEXT = 300
_SIGNED = ("id", "type", "status", "amount", "currency", "orderId", "serviceId")


def parse(config: OperatorConfig, request: RawRequest) -> Event:
    """The event of a payment's or a refund's notification, or of another message that changes nothing (INFO).

    The signature covers the bytes: nothing of a message that is not signed is read, and the same values in other bytes are
    a forgery. The Content-Type is not looked at.
    """
    if request.method.upper() != "POST":
        raise Malformed("not a POST")
    if len(request.body) > settings.MAX_NOTIFICATION_BYTES:
        raise Malformed("too long")
    claim = _claim(request)
    if not signature.verifies(claim, request.body, config.generations("service_key")):
        raise BadSignature("signature")
    ours = (config.merchant_id("merchant_id"), config.merchant_id("service_id"))
    if (claim.merchant_id, claim.service_id) != ours:
        raise WrongMerchant("the header")
    document = _document(request.body)
    told = document.get("transaction")
    if told is None:
        return _other(document, ours[1], request.body)
    if not isinstance(told, dict):
        raise Malformed("transaction is not an object")
    values = {name: _value(told, name) for name in _SIGNED}
    if values["serviceId"] != ours[1]:
        raise WrongMerchant("serviceId")
    return _event(document, told, values, request.body)


def _event(
    document: Mapping[str, Any], told: Mapping[str, Any], values: Mapping[str, str | int], body: bytes
) -> Event:
    kind = {"sale": EventKind.PAYMENT, "refund": EventKind.REFUND}.get(str(values["type"]))
    if kind is None or not _ID.fullmatch(str(values["id"])):
        raise Malformed("neither a sale nor a refund with its id")
    status = answers.status(values["status"])
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    is_refund = kind is EventKind.REFUND
    operator_tx_id = str(values["id"])
    if is_refund:
        original = document.get("originalTransactionId")
        operator_tx_id = original if isinstance(original, str) and _ID.fullmatch(original) else ""
    return Event(
        kind=kind,
        ref=str(values["orderId"]),
        operator_tx_id=operator_tx_id,
        status=answers.REFUND_EVENTS.get(status, status) if is_refund else status,
        amount_gr=int(values["amount"]),
        requested_gr=int(values["amount"]),
        currency=str(values["currency"]),
        dedupe_key=f"{kind}:{values['id']}:{digest[:32]}",
        method_id=answers.method_id(told),
        payer_debited_at=answers.paid_at(told),
        refund_key=answers.refund_key(told) if is_refund else "",
        raw=body,
    )


def _other(document: Mapping[str, Any], service_id: str, body: bytes) -> Event:
    """A message without a transaction: of a payment link or a card profile. We make none, the office may in its panel."""
    told = document.get("payment")
    if not isinstance(told, dict):
        raise Malformed("neither a transaction nor a payment link")
    if told.get("serviceId", service_id) != service_id:
        raise WrongMerchant("serviceId")
    ref = told.get("orderId")
    return Event(
        kind=EventKind.INFO,
        ref=ref[:100] if isinstance(ref, str) else "",
        operator_tx_id="",
        status=RemoteStatus.UNKNOWN,
        amount_gr=0,
        requested_gr=0,
        currency="",
        dedupe_key=f"info:{hashlib.sha256(body).hexdigest()}",
        raw=body,
    )


def _claim(request: RawRequest) -> signature.Claim:
    found = [value for name, value in request.headers.items() if name.lower() == signature.HEADER.lower()]
    if len(found) != 1:
        raise BadSignature("no single signature header")
    try:
        return signature.claim(found[0])
    except ValueError as error:
        raise BadSignature(str(error)) from None


def _document(body: bytes) -> dict[str, Any]:
    try:
        # Decimals are left as text: no value of ours has any, and a message may have further fields.
        document = json.loads(
            body.decode("utf-8"), object_pairs_hook=_unique, parse_float=str, parse_constant=_refuse
        )
    except (ValueError, RecursionError):
        raise Malformed("not strict JSON") from None
    if not isinstance(document, dict):
        raise Malformed("not a JSON object")
    return document


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        raise ValueError("a key appears twice")  # which one counts would be a guess
    return document


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"not a number: {text[:20]}")


def _value(told: Mapping[str, Any], name: str) -> str | int:
    value = told.get(name)
    if name == "amount":
        if type(value) is int and 0 <= value <= _MAX_INTEGER:  # bool is an int to Python
            return value
        raise Malformed("amount is not an integer")
    if isinstance(value, str) and 1 <= len(value) <= _MAX_TEXT and value.isprintable():
        return value
    raise Malformed(f"{name} is not a text")
