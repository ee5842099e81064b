"""Calls of Tpay's Open API with an access token. It knows HTTP, not what the answers mean."""

import json
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import quote

from integrations.payments.bearer import call_with_token
from integrations.payments.checks import refuse
from integrations.payments.config import OperatorConfig
from integrations.payments.errors import AnswerLost, OperatorUnavailable
from integrations.payments.http import Answer, call

_LONGEST_TOKEN_SECONDS = 24 * 3600


class Client:
    """Tpay as seen by one account: OAuth 2.0 client credentials, a bearer token until it dies."""

    def __init__(self, config: OperatorConfig) -> None:
        self._config = config

    def get(self, path: str, *segments: str) -> Answer:
        """GET `path` + segments (each segment is escaped)."""
        return self._call("GET", path, segments)

    def post(self, path: str, *segments: str, document: bytes = b"{}") -> Answer:
        """POST a JSON document to `path` + segments, once."""
        return self._call("POST", path, segments, document=document)

    def new_token(self) -> tuple[str, float]:
        """`POST oauth/auth`: a token and its life in seconds. OperatorRefused `operator.credentials` for wrong keys."""
        form = {
            "client_id": self._config.merchant_id("client_id"),
            "client_secret": self._config.secret("client_secret"),
        }
        try:
            answer = call(self._config.profile, "POST", "/oauth/auth", form=form)
            if answer.status != 200:
                refuse(answer)
            document = read(answer)
        except AnswerLost as error:
            # Nothing has been asked for yet, so nothing can have been accepted.
            raise OperatorUnavailable(error.detail, code=error.code) from None
        token, seconds = document.get("access_token"), document.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
            raise OperatorUnavailable("an answer without a token", code="operator.bad_answer")
        life = seconds if type(seconds) is int and 0 < seconds <= _LONGEST_TOKEN_SECONDS else 0
        return token, life

    def _call(self, method: str, path: str, segments: tuple[str, ...], **arguments: Any) -> Answer:
        whole = path + "".join("/" + quote(segment, safe="") for segment in segments)

        def send(token: str) -> Answer:
            headers = {"Authorization": f"Bearer {token}"}
            return call(self._config.profile, method, whole, headers=headers, **arguments)

        return call_with_token(self._config, self.new_token, send)


def read(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer, its decimals exact; AnswerLost when it is none."""
    try:
        document = json.loads(answer.body, parse_float=Decimal, parse_constant=_refuse_number)
    except (ValueError, RecursionError):
        raise AnswerLost(f"HTTP {answer.status} without JSON", code="operator.bad_answer") from None
    if not isinstance(document, dict):
        raise AnswerLost(f"HTTP {answer.status} without a JSON object", code="operator.bad_answer")
    return document


def error_text(answer: Answer) -> str:
    """The operator's own codes and words of refusal, shortened, or "" when it gave none."""
    try:
        errors = read(answer).get("errors")
    except AnswerLost:
        return ""
    if not isinstance(errors, list):
        return ""
    told = [error for error in errors if isinstance(error, dict)]
    return "; ".join(f"{error.get('errorCode', '')} {error.get('errorMessage', '')}" for error in told)[:200]


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"not a number: {text}")
