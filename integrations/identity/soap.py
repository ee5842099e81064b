"""One SOAP 1.1 call: short timeouts, no redirects, no retries, an answer of limited size.

Nothing here logs a header or a body.
"""

import ssl
import time
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import httpx

from integrations.identity.base import IssuerUnavailable

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True)
class Limits:
    """How long a call may take (seconds) and how long its answer may be (bytes)."""

    connect: float = 3.0
    read: float = 10.0
    """Between two parts of the answer."""
    total: float = 15.0
    most_bytes: int = 256 * 1024


LIMITS = Limits()


@dataclass(frozen=True)
class Answer:
    """The HTTP status, one of those that the caller reads, and the body."""

    status: int
    body: bytes


def call(
    url: str,
    envelope: bytes,
    *,
    is_loopback: bool,
    action: str = "",
    limits: Limits | None = None,
    statuses: Collection[int] = (httpx.codes.OK,),
    codes: str = "soap",
) -> Answer:
    """POST the envelope, which is sent byte for byte, and read the whole answer.

    Raises IssuerUnavailable with the code "<codes>.status" for every other status than `statuses` (faults of some
    services come with 500), ".unavailable" for silence, ".too_long" and ".too_slow" by `limits` (LIMITS unless given).
    `is_loopback` asks without the environment's proxy.
    """
    limits = limits or LIMITS
    try:
        # A client per call: no cookie and no half-dead connection passes from one gmina's login to the next.
        with (
            httpx.Client(
                verify=_trust(),
                timeout=httpx.Timeout(limits.read, connect=limits.connect),
                follow_redirects=False,
                trust_env=not is_loopback,
            ) as client,
            client.stream(
                "POST",
                url,
                content=envelope,
                headers={
                    "Content-Type": "text/xml; charset=utf-8",
                    "SOAPAction": f'"{action}"',
                    "Accept": "text/xml",
                    "Accept-Encoding": "identity",
                },
            ) as response,
        ):
            if response.status_code not in statuses:
                raise IssuerUnavailable(f"HTTP {response.status_code}", code=f"{codes}.status")
            return Answer(response.status_code, _read(response, limits, codes))
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise IssuerUnavailable(type(error).__name__, code=f"{codes}.unavailable") from None


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _read(response: httpx.Response, limits: Limits, codes: str) -> bytes:
    deadline = time.monotonic() + limits.total
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > limits.most_bytes:
            raise IssuerUnavailable("the answer is too long", code=f"{codes}.too_long")
        if time.monotonic() > deadline:
            raise IssuerUnavailable("the answer takes too long", code=f"{codes}.too_slow")
    return bytes(body)
