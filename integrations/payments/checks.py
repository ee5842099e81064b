"""Checks that every adapter makes in the same way. Amounts are integer grosze."""

import hmac
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from integrations.payments.config import EnvironmentProfile, check_address
from integrations.payments.errors import AnswerLost, InvalidRequest, OperatorRefused, OperatorUnavailable
from integrations.payments.http import Answer
from integrations.payments.values import (
    PLN,
    Event,
    EventKind,
    Expected,
    Mismatch,
    RefundOrder,
    RemoteStatus,
    Start,
)

_REF = re.compile(r"[A-Za-z0-9_-]{1,32}")
_OVERLOADED = frozenset({408, 429, 503})
_DENIED = frozenset({401, 403})


def check_start(order: Start, *, max_email: int, max_url: int) -> None:
    """The limits of every protocol; InvalidRequest names the value that breaks one. Limits are characters."""
    if not _REF.fullmatch(order.ref):
        raise InvalidRequest("the reference", code="start.ref")
    if type(order.amount_gr) is not int or order.amount_gr < 1:
        raise InvalidRequest("the amount", code="start.amount")
    if order.currency != PLN:
        raise InvalidRequest("the currency", code="start.currency")
    if not order.title.strip():
        raise InvalidRequest("the title", code="start.title")
    if not 3 <= len(order.email) <= max_email:
        raise InvalidRequest(
            f"the e-mail address has more than {max_email} characters or none", code="start.email"
        )
    for url in (order.return_url, order.notify_url):
        if not url or len(url) > max_url:
            raise InvalidRequest(f"an address has more than {max_url} characters or none", code="start.url")


def check_refund(order: RefundOrder, *, max_key: int) -> None:
    """An idempotency key of a length that the operator takes, and an amount; else InvalidRequest."""
    if not 1 <= len(order.idempotency_key) <= max_key:
        raise InvalidRequest("the key", code="refund.key_length")
    if type(order.amount_gr) is not int or order.amount_gr <= 0:
        raise InvalidRequest("the amount", code="refund.amount")


def difference(event: Event, expected: Expected) -> Mismatch | None:
    """What a reported payment contradicts in our own record; None when it says the same."""
    if event.kind is not EventKind.PAYMENT or event.status is not RemoteStatus.PAID:
        return Mismatch("event.not_a_payment", f"{event.kind} {event.status}")
    if event.ref != expected.ref:
        return Mismatch("event.ref")
    if event.currency != expected.currency:
        return Mismatch("event.currency", event.currency[:10])
    if event.amount_gr != expected.amount_gr:
        return Mismatch("event.amount", f"{event.amount_gr} instead of {expected.amount_gr}")
    if event.requested_gr != expected.amount_gr:
        return Mismatch("event.requested_amount", f"{event.requested_gr} instead of {expected.amount_gr}")
    return None


def is_any_of(claimed: str, signatures: Iterable[str]) -> bool:
    """Whether the claimed signature is that of any generation of a key, compared in constant time.

    Every generation is compared, so that the time does not tell which one fits. The form of `claimed` (length, lower
    case) is checked before.
    """
    matches = [hmac.compare_digest(claimed.encode(), one.encode()) for one in signatures]
    return any(matches)


def refuse(answer: Answer, reason: str = "") -> NoReturn:
    """Raise what an answer other than success means: denied, overloaded, broken or refused for good."""
    if answer.status in _DENIED:
        raise OperatorRefused(f"HTTP {answer.status}", code="operator.credentials")
    if answer.status in _OVERLOADED:
        raise OperatorUnavailable(f"HTTP {answer.status}")
    if answer.status >= 500:
        raise AnswerLost(f"HTTP {answer.status}")
    raise OperatorRefused(f"HTTP {answer.status}: {reason}")


def safe_icon(url: object, profile: EnvironmentProfile) -> str | None:
    """The address of a bank's picture, None when a page of ours should not load it."""
    try:
        check_address(str(url or ""), allow_loopback=profile.allow_loopback)
    except ValueError:
        return None
    return str(url)


def mapping(value: object) -> dict[str, Any]:
    """A JSON object of an answer; AnswerLost when it is something else."""
    if not isinstance(value, dict):
        raise AnswerLost("an object was expected", code="operator.bad_answer")
    return value


def objects(value: object) -> list[dict[str, Any]]:
    """A list of JSON objects of an answer; AnswerLost when it is something else."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise AnswerLost("a list was expected", code="operator.bad_answer")
    return value
