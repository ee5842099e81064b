"""One HTTP call to an operator: short timeouts, no redirects, no retries, an answer of limited size.

A call that certainly did not reach the operator raises OperatorUnavailable; one whose fate is unknown
AnswerLost. Nothing here logs a header or a body.
"""

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urlencode

import httpx

from integrations.payments.config import EnvironmentProfile
from integrations.payments.errors import AnswerLost, OperatorUnavailable

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 20.0
MAX_ANSWER_BYTES = 2 * 1024 * 1024
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True)
class Answer:
    """The operator's answer, unread. `json()` raises AnswerLost when the body is no JSON object."""

    status: int
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            raise AnswerLost(f"HTTP {self.status} without JSON", code="operator.bad_answer") from None
        if not isinstance(value, dict):
            raise AnswerLost(f"HTTP {self.status} without a JSON object", code="operator.bad_answer")
        return value


def call(
    profile: EnvironmentProfile,
    method: str,
    path: str,
    *,
    auth: tuple[str, str] | None = None,
    params: Mapping[str, str | int] | None = None,
    payload: Mapping[str, Any] | None = None,
    form: Mapping[str, str] | None = None,
    document: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send one request to `profile.api_url` + `path` and read the whole answer (at most 2 MB, 20 s).

    The body is `payload` as JSON or `form` as application/x-www-form-urlencoded, both in UTF-8, or `document`: JSON that
    is ready, for a protocol whose amounts are decimal numbers, which `json` writes only as floats.
    """
    sent_headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    content = None
    if payload is not None:
        document = json.dumps(payload, ensure_ascii=False).encode()
    if document is not None:
        content = document
        sent_headers["Content-Type"] = "application/json; charset=utf-8"
    elif form is not None:
        content = urlencode(form).encode()
        sent_headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    sent_headers |= headers or {}
    url = profile.api_url.rstrip("/") + path
    try:
        kept = _kept.get()
        with (
            nullcontext(kept) if kept else _client(profile) as client,
            client.stream(
                method, url, content=content, params=params, headers=sent_headers, auth=auth
            ) as response,
        ):
            return Answer(response.status_code, _read(response))
    except _NOT_SENT as error:
        raise OperatorUnavailable(type(error).__name__) from None
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise AnswerLost(type(error).__name__) from None


_kept: ContextVar[httpx.Client | None] = ContextVar("skarbnik_operator_conversation", default=None)


@contextmanager
def conversation(profile: EnvironmentProfile) -> Iterator[None]:
    """Let the calls of this block, which are all of one account, share connections; threads that run in a copy of the
    block's context do, too.

    Without a conversation each call has a client of its own. So no connection passes from one gmina's calls to those of the
    next, or waits until it is half dead.
    """
    with _client(profile) as client:
        token = _kept.set(client)
        try:
            yield
        finally:
            _kept.reset(token)


def _client(profile: EnvironmentProfile) -> httpx.Client:
    """A client that keeps no cookies: each call stands for itself."""
    return httpx.Client(
        verify=_trust(),
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=False,
        trust_env=not profile.allow_loopback,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _read(response: httpx.Response) -> bytes:
    deadline = time.monotonic() + TOTAL_SECONDS
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise AnswerLost("the answer is too long", code="operator.bad_answer")
        if time.monotonic() > deadline:
            raise AnswerLost("the answer takes too long")
    return bytes(body)
