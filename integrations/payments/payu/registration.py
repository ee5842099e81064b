"""The order document of PayU, with the protocol's limits checked before anything is sent."""

import ipaddress
import re
from typing import Any

from integrations.payments.base import InvalidRequest, OperatorConfig, Start
from integrations.payments.checks import check_start
from integrations.payments.payu import settings

_METHOD = re.compile(r"[a-z0-9]{1,20}")


def registration(config: OperatorConfig, order: Start) -> dict[str, Any]:
    """The body of `POST orders`. InvalidRequest names the value that breaks a limit."""
    check_start(order, max_email=settings.MAX_EMAIL, max_url=settings.MAX_URL)
    if order.method_id is not None and not _METHOD.fullmatch(order.method_id):
        raise InvalidRequest("the method", code="start.method")
    amount = str(order.amount_gr)
    document: dict[str, Any] = {
        "extOrderId": order.ref,
        "merchantPosId": config.merchant_id("pos_id"),
        "customerIp": _customer_ip(order.payer_ip),
        "notifyUrl": order.notify_url,
        "continueUrl": order.return_url,
        "description": order.title[: settings.MAX_DESCRIPTION],
        "visibleDescription": order.title[: settings.MAX_VISIBLE_DESCRIPTION],
        "currencyCode": order.currency,
        "totalAmount": amount,
        # Never left out: the link would live for a day, longer than our lock. The shortest life is not published.
        "validityTime": str(max(1, order.ttl_minutes) * 60),
        "buyer": {"email": order.email, "language": language(order.language)},
        "products": [
            {"name": order.title[: settings.MAX_PRODUCT_NAME], "unitPrice": amount, "quantity": "1"}
        ],
    }
    if order.method_id is not None:
        document["payMethods"] = {"payMethod": {"type": "PBL", "value": order.method_id}}
    return document


def language(code: str) -> str:
    """A language that PayU's pages and lists have, else Polish."""
    return code if code in settings.LANGUAGES else "pl"


def _customer_ip(text: str) -> str:
    """The payer's address: IPv4 with dots, IPv6 in eight full groups. PayU takes no order without one, nor 0.0.0.0."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise InvalidRequest("the payer's address", code="start.payer_ip") from None
    mapped = getattr(address, "ipv4_mapped", None)
    found = mapped or address
    if found.is_unspecified:
        raise InvalidRequest("the payer's address", code="start.payer_ip")
    return str(found.exploded)
