"""The document that starts a transaction at Tpay, with the protocol's limits checked before anything is sent."""

import json
import re
from typing import Any

from integrations.payments.amounts import zloty
from integrations.payments.base import InvalidRequest, OperatorConfig, Start
from integrations.payments.checks import check_start
from integrations.payments.tpay import settings

_NRB = re.compile(r"\d{26}", re.ASCII)


def registration(config: OperatorConfig, order: Start) -> bytes:
    """The body of `POST transactions`. InvalidRequest names the value that breaks a limit.

    The link cannot be told to die with our lock (unpaid transactions live 30 days), so a payment may come late.
    """
    check_start(order, max_email=settings.MAX_EMAIL, max_url=settings.MAX_URL)
    if order.method_id is not None and not (order.method_id.isascii() and order.method_id.isdecimal()):
        raise InvalidRequest("the method", code="start.method")
    document: dict[str, Any] = {
        "description": order.title[: settings.MAX_DESCRIPTION],
        "hiddenDescription": order.ref,
        "lang": order.language if order.language in settings.TERMS_SENTENCE else "pl",
        "payer": _payer(order),
        "callbacks": {
            "payerUrls": {"success": order.return_url, "error": order.return_url},
            "notification": {"url": order.notify_url},
        },
    }
    if order.method_id is not None:
        document["pay"] = {"channelId": int(order.method_id)}
    account = order.account_nrb or config.account_nrb
    if account:
        document["collect"] = _collect(account, order.receiver_name)
    return with_amount(order.amount_gr, document)


def with_amount(amount_gr: int, document: dict[str, Any]) -> bytes:
    """The document as JSON, with `amount` in złoty as a number with two decimals: 1010 is 10.10 and never a float."""
    rest = json.dumps(document, ensure_ascii=False)[1:]
    return f'{{"amount": {zloty(amount_gr)}{", " if document else ""}{rest}'.encode()


def _payer(order: Start) -> dict[str, str]:
    payer = {"email": order.email, "name": settings.PAYER_NAME}
    if order.payer_ip:
        payer["ip"] = order.payer_ip
    if order.user_agent:
        payer["userAgent"] = order.user_agent[: settings.MAX_USER_AGENT]
    return payer


def _collect(account: str, receiver: str) -> dict[str, str]:
    """Tpay Collect: the money goes straight to this account, which Tpay must have approved before."""
    if not _NRB.fullmatch(account):
        raise InvalidRequest("the account", code="start.account")
    collect = {"account": "PL" + account}
    return {**collect, "receiver": receiver[: settings.MAX_RECEIVER]} if receiver.strip() else collect
