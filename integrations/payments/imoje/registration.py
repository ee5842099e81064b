"""The order document of imoje, with the protocol's limits checked before anything is sent."""

import re
from datetime import datetime, timedelta
from typing import Any

from integrations.payments.base import InvalidRequest, OperatorConfig, Start
from integrations.payments.checks import check_start
from integrations.payments.imoje import settings

_DASHES = str.maketrans({"\u2013": "-", "\u2014": "-", "\u2212": "-", "„": '"', "”": '"', "’": "'"})


def registration(config: OperatorConfig, order: Start, now: datetime) -> dict[str, Any]:
    """The body of `POST transaction`. InvalidRequest names the value that breaks a limit.

    `now` is the moment from which the life of the payer's link counts.
    """
    check_start(order, max_email=settings.MAX_EMAIL, max_url=settings.MAX_URL)
    method = settings.METHOD.fullmatch(order.method_id or "")
    if method is None:
        raise InvalidRequest("imoje starts a payment by a chosen channel only", code="start.method")
    text = title(order.title)
    if not text:
        raise InvalidRequest("nothing of the title can be written", code="start.title")
    first_name, last_name = settings.CUSTOMER_NAME
    ends_at = now + timedelta(minutes=max(settings.MIN_LINK_MINUTES, order.ttl_minutes))
    document: dict[str, Any] = {
        "type": "sale",
        "serviceId": config.merchant_id("service_id"),
        "amount": order.amount_gr,
        "currency": order.currency,
        "orderId": order.ref,
        "title": text,
        "paymentMethod": method[1],
        "paymentMethodCode": method[2],
        "successReturnUrl": order.return_url,
        "failureReturnUrl": order.return_url,
        "notificationUrl": order.notify_url,
        "validTo": int(ends_at.timestamp()),
        "customer": {
            "firstName": first_name,
            "lastName": last_name,
            "email": order.email,
            "locale": order.language if order.language in settings.TERMS_SENTENCE else "pl",
        },
    }
    return {**document, "clientIp": order.payer_ip} if order.payer_ip else document


def title(text: str, limit: int = settings.MAX_TITLE) -> str:
    """The title with the characters and the length that imoje allows."""
    plain = settings.NOT_IN_TITLE.sub(" ", text.translate(_DASHES))
    return re.sub(r"\s+", " ", plain).strip()[:limit].strip()
