"""Calls of PayU's REST API 2.1 with an access token. It knows HTTP, not what the answers mean."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from integrations.payments.bearer import call_with_token
from integrations.payments.checks import refuse
from integrations.payments.config import OperatorConfig
from integrations.payments.errors import AnswerLost, OperatorRefused, OperatorUnavailable
from integrations.payments.http import Answer, call

_TOKEN_PATH = "/pl/standard/user/oauth/authorize"  # noqa: S105 -- an address
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,4096}")


class Client:
    """PayU as seen by one point of sale: OAuth 2.0 client credentials."""

    def __init__(self, config: OperatorConfig) -> None:
        self._config = config

    def get(self, *segments: str, params: Mapping[str, str | int] | None = None) -> Answer:
        """GET `/api/v2_1` + segments, each escaped."""
        return self._call("GET", segments, params=params)

    def post(self, *segments: str, payload: Mapping[str, Any]) -> Answer:
        """POST a JSON document, once. An answer 302 is an answer: redirects are not followed."""
        return self._call("POST", segments, payload=payload)

    def delete(self, *segments: str) -> Answer:
        """DELETE, once."""
        return self._call("DELETE", segments)

    def _call(self, method: str, segments: tuple[str, ...], **arguments: Any) -> Answer:
        path = "/api/v2_1" + "".join("/" + quote(segment, safe="") for segment in segments)

        def send(token: str) -> Answer:
            headers = {"Authorization": f"Bearer {token}"}
            return call(self._config.profile, method, path, headers=headers, **arguments)

        return call_with_token(self._config, self._fetch_token, send)

    def _fetch_token(self) -> tuple[str, float]:
        """A new token and its life in seconds. Without one nothing is sent, so a lost answer is no lost order."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._config.merchant_id("client_id"),
            "client_secret": self._config.secret("client_secret"),
        }
        try:
            answer = call(self._config.profile, "POST", _TOKEN_PATH, form=form)
            if answer.status == 400:  # the form has nothing else that could be wrong
                raise OperatorRefused("HTTP 400", code="operator.credentials")
            if answer.status != 200:
                refuse(answer)
            document = answer.json()
            token, seconds = document.get("access_token"), document.get("expires_in")
            if not isinstance(token, str) or not _TOKEN.fullmatch(token) or type(seconds) is not int:
                raise AnswerLost("an answer without a token")
        except AnswerLost as error:
            raise OperatorUnavailable(f"no access token: {error.detail}") from None
        return token, float(seconds)


def error_text(answer: Answer) -> str:
    """PayU's words of a refusal, shortened: status code, literal and description, or "" when it gave none."""
    status = _status(answer)
    words = [str(status.get(name) or "") for name in ("statusCode", "codeLiteral", "statusDesc")]
    return " ".join(word for word in words if word)[:200]


def error_codes(answer: Answer) -> frozenset[str]:
    """The words by which a refusal can be told apart."""
    status = _status(answer)
    return frozenset(str(status.get(name) or "") for name in ("statusCode", "codeLiteral", "statusDesc"))


def _status(answer: Answer) -> dict[str, Any]:
    try:
        status = answer.json().get("status")
    except AnswerLost:
        return {}
    return status if isinstance(status, dict) else {}
