"""Calls of imoje's REST API with the token of a shop. It knows HTTP, not what the answers mean."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from integrations.payments.config import OperatorConfig
from integrations.payments.errors import AnswerLost
from integrations.payments.http import Answer, call


class Client:
    """imoje as seen by one shop: `/v1/merchant/{merchantId}/…` with a bearer token that does not change."""

    def __init__(self, config: OperatorConfig) -> None:
        self._config = config

    def get(self, *segments: str) -> Answer:
        """GET the segments of a path; each is escaped."""
        return self._call("GET", segments)

    def post(self, *segments: str, payload: Mapping[str, Any]) -> Answer:
        """POST a JSON document, once."""
        return self._call("POST", segments, payload=payload)

    def _call(self, method: str, segments: tuple[str, ...], **arguments: Any) -> Answer:
        path = (self._config.merchant_id("merchant_id"), *segments)
        return call(
            self._config.profile,
            method,
            "/v1/merchant/" + "/".join(quote(segment, safe="") for segment in path),
            headers={"Authorization": f"Bearer {self._config.secret('api_token')}"},
            **arguments,
        )


def error_text(answer: Answer) -> str:
    """The operator's own words of refusal, shortened, or "" when it gave none."""
    try:
        error = answer.json().get("apiErrorResponse")
    except AnswerLost:
        return ""
    return str(error.get("message") or "")[:200] if isinstance(error, dict) else ""
