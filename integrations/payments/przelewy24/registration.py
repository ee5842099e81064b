"""The registration document of Przelewy24, with the protocol's limits checked before anything is sent."""

import re
from typing import Any

from integrations.payments.base import InvalidRequest, OperatorConfig, Start
from integrations.payments.checks import check_start
from integrations.payments.przelewy24 import settings, signature

_NOT_IN_LABEL = re.compile(r"[^a-zA-Z0-9ęółśążźćńĘÓŁŚĄŻŹĆŃ./: -]")


def registration(config: OperatorConfig, order: Start) -> dict[str, Any]:
    """The body of `POST transaction/register`, signed. InvalidRequest names the value that breaks a limit."""
    check_start(order, max_email=settings.MAX_EMAIL, max_url=settings.MAX_URL)
    if order.method_id is not None and not (order.method_id.isascii() and order.method_id.isdecimal()):
        raise InvalidRequest("the method", code="start.method")
    values: dict[str, str | int] = {
        "merchantId": int(config.merchant_id("merchant_id")),
        "posId": int(config.merchant_id("pos_id")),
        "sessionId": order.ref,
        "amount": order.amount_gr,
        "currency": order.currency,
    }
    document: dict[str, Any] = {
        **values,
        "description": order.title[: settings.MAX_DESCRIPTION],
        "email": order.email,
        "country": "PL",
        "language": order.language if order.language in settings.CONSENT_SENTENCE else "pl",
        "urlReturn": order.return_url,
        "urlStatus": order.notify_url,
        # Never 0: that means "no limit", and the link must not outlive our lock.
        "timeLimit": max(1, min(order.ttl_minutes, settings.MAX_TIME_LIMIT_MINUTES)),
        "waitForResult": True,
        "regulationAccept": settings.CONSENT_ID in order.consents,
        "transferLabel": transfer_label(order.title),
        "encoding": "UTF-8",
        "sign": signature.sign(signature.REGISTER, values, config.secret("crc")),
    }
    if order.method_id is not None:
        document["method"] = int(order.method_id)
    return document


def transfer_label(title: str) -> str:
    """The title for the bank transfer: at most 20 of the characters that Przelewy24 allows."""
    return re.sub(r"\s+", " ", _NOT_IN_LABEL.sub(" ", title)).strip()[: settings.MAX_TRANSFER_LABEL].strip()
