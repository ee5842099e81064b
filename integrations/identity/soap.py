"""One SOAP 1.1 call: short timeouts, no redirects, no retries, an answer of limited size.

Nothing here logs a header or a body.
"""

import ssl
import time
from functools import lru_cache

import httpx

from integrations.identity.base import IssuerUnavailable

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 15.0
MOST_BYTES = 256 * 1024
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"


def call(url: str, envelope: bytes, *, is_loopback: bool) -> bytes:
    """POST the envelope, which is sent byte for byte, and read the whole answer (at most 256 KB, 15 s).

    Raises IssuerUnavailable for everything but HTTP 200. `is_loopback` asks without the environment's proxy.
    """
    try:
        # A client per call: no cookie and no half-dead connection passes from one gmina's login to the next.
        with (
            httpx.Client(
                verify=_trust(),
                timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
                follow_redirects=False,
                trust_env=not is_loopback,
            ) as client,
            client.stream(
                "POST",
                url,
                content=envelope,
                headers={
                    "Content-Type": "text/xml; charset=utf-8",
                    "SOAPAction": '""',
                    "Accept": "text/xml",
                    "Accept-Encoding": "identity",
                },
            ) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise IssuerUnavailable(f"HTTP {response.status_code}", code="soap.status")
            return _read(response)
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise IssuerUnavailable(type(error).__name__, code="soap.unavailable") from None


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _read(response: httpx.Response) -> bytes:
    deadline = time.monotonic() + TOTAL_SECONDS
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise IssuerUnavailable("the answer is too long", code="soap.too_long")
        if time.monotonic() > deadline:
            raise IssuerUnavailable("the answer takes too long", code="soap.too_slow")
    return bytes(body)
