"""Payouts of Przelewy24: the report names the batches of a day, each batch its transactions and refunds.

The reports are switched on by contract; until then they answer HTTP 403. Fields as in the published OpenAPI document,
spelling mistakes included ("ordrId").
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from integrations.payments.base import AnswerLost, OperatorRefused, Settlement
from integrations.payments.checks import mapping, objects, refuse
from integrations.payments.przelewy24.answers import local_time
from integrations.payments.przelewy24.client import Client, error_text

MAX_PAGES = 500
"""A report that never ends is a broken answer."""


def settlements(client: Client, day: date) -> list[Settlement]:
    """The lines of all batches of the day. OperatorRefused("settlement.not_enabled") without the reports in the contract."""
    asked = f"{day:%Y%m%d}"
    found: list[Settlement] = []
    for page in _pages(client, "/report/history", {"dateFrom": asked, "dateTo": asked, "type": "batch"}):
        for item in objects(page.get("data")):
            details = _details(item)
            found += _batch(client, _integer(details, "batchId"), _day(details.get("dateOut")))
    return found


def _batch(client: Client, number: int, settled_on: date | None) -> Iterator[Settlement]:
    for page in _pages(client, "/report/batch/details", {"batch": number}):
        data = page.get("data")
        for part in objects(data if isinstance(data, list) else [data]):
            for item in objects(part.get("transactions") or []):
                yield _transaction(item, str(number), settled_on)
            for item in objects(part.get("refunds") or []):
                yield _refund(item, str(number), settled_on)


def _transaction(item: Mapping[str, Any], batch_id: str, settled_on: date | None) -> Settlement:
    details = _details(item)
    fee = details.get("fee")
    return Settlement(
        operator_tx_id=str(_integer(details, "ordrId" if "ordrId" in details else "orderId")),
        ref=str(details.get("sessionId", "")),
        amount_gr=_integer(item, "amount"),
        fee_gr=fee if type(fee) is int else None,
        batch_id=batch_id,
        settled_on=settled_on,
    )


def _refund(item: Mapping[str, Any], batch_id: str, settled_on: date | None) -> Settlement:
    details = _details(item)
    return Settlement(
        operator_tx_id=str(_integer(details, "orderId")),
        ref="",
        amount_gr=-abs(_integer(item, "amount")),
        fee_gr=0,
        batch_id=batch_id,
        settled_on=settled_on,
        refund_id=str(_integer(details, "refundId")),
    )


def _pages(client: Client, path: str, params: Mapping[str, str | int]) -> Iterator[dict[str, Any]]:
    answer = client.get(path, params=params)
    for _ in range(MAX_PAGES):
        if answer.status == 403:
            raise OperatorRefused("HTTP 403", code="settlement.not_enabled")
        if answer.status != 200:
            refuse(answer, error_text(answer))
        page = answer.json()
        yield page
        token = page.get("token")
        if not token:
            return
        answer = client.get(path, str(token))
    raise AnswerLost("a report without an end", code="operator.bad_answer")


def _details(item: Mapping[str, Any]) -> dict[str, Any]:
    """The object under `details`, which is documented both as one object and as a list of one."""
    details = item.get("details")
    known: Sequence[Any] = details if isinstance(details, list) else [details]
    return mapping(known[0] if known else None)


def _day(value: object) -> date | None:
    moment = local_time(value or "")
    return None if moment is None else moment.date()


def _integer(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    if type(value) is not int:
        raise AnswerLost(f"{key} is not an integer", code="operator.bad_answer")
    return value
