"""Calls of Przelewy24's REST API v1 with authentication. It knows HTTP, not what the answers mean."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from integrations.payments.config import OperatorConfig
from integrations.payments.errors import AnswerLost
from integrations.payments.http import Answer, call
from integrations.payments.methods import Hours


class Client:
    """Przelewy24 as seen by one account: Basic authentication with posId and the reports key."""

    def __init__(self, config: OperatorConfig) -> None:
        self._config = config

    def get(self, path: str, *segments: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """GET `/api/v1` + path + segments (each segment is escaped)."""
        escaped = "".join("/" + quote(segment, safe="") for segment in segments)
        return self._call("GET", path + escaped, params=params)

    def send(self, method: str, path: str, payload: Mapping[str, Any]) -> Answer:
        """POST or PUT a JSON document to `/api/v1` + path, once."""
        return self._call(method, path, payload=payload)

    def _call(self, method: str, path: str, **arguments: Any) -> Answer:
        auth = (self._config.merchant_id("pos_id"), self._config.secret("api_key"))
        return call(self._config.profile, method, "/api/v1" + path, auth=auth, **arguments)


def error_text(answer: Answer) -> str:
    """The operator's own words of refusal, shortened, or "" when it gave none.

    A refused refund carries a list with one message per transaction.
    """
    try:
        error = answer.json().get("error", "")
    except AnswerLost:
        return ""
    if isinstance(error, list):
        error = "; ".join(str(item.get("message", "")) for item in error if isinstance(item, dict))
    return str(error)[:200]


def hours(value: object) -> Hours | None:
    """`availabilityHours` of a payment method; some methods send booleans instead of texts."""
    if not isinstance(value, dict):
        return None
    days = [value.get(day) for day in ("mondayToFriday", "saturday", "sunday")]
    if not all(isinstance(day, str) for day in days):
        return None
    return Hours(*(str(day) for day in days))
