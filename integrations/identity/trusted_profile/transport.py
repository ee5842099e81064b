"""One call to the signing service: short timeouts, no redirects, no retries, an answer of limited size.

Unlike the node's, its faults come with HTTP 500 and are read. Nothing here logs a header or a body.
"""

import ssl
import time
from functools import lru_cache

import httpx

from integrations.identity.base import IssuerUnavailable

CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
TOTAL_SECONDS = 40.0
MOST_BYTES = 8 * 1024 * 1024
"""A signed form in base64, with everything that may stand beside it."""


def call(url: str, action: str, envelope: bytes, *, is_loopback: bool) -> tuple[int, bytes]:
    """POST the envelope byte for byte; HTTP status (200 or 500) and the whole answer.

    IssuerUnavailable for any other status, for silence, and for an answer that is too long or too slow.
    """
    try:
        # A client per call: no cookie passes from one gmina's document to the next.
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
                    "SOAPAction": f'"{action}"',
                    "Accept": "text/xml",
                    "Accept-Encoding": "identity",
                },
            ) as response,
        ):
            if response.status_code not in (httpx.codes.OK, httpx.codes.INTERNAL_SERVER_ERROR):
                raise IssuerUnavailable(f"HTTP {response.status_code}", code="trusted_profile.status")
            return response.status_code, _read(response)
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise IssuerUnavailable(type(error).__name__, code="trusted_profile.unavailable") from None


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _read(response: httpx.Response) -> bytes:
    deadline = time.monotonic() + TOTAL_SECONDS
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MOST_BYTES:
            raise IssuerUnavailable("the answer is too long", code="trusted_profile.too_long")
        if time.monotonic() > deadline:
            raise IssuerUnavailable("the answer takes too long", code="trusted_profile.too_slow")
    return bytes(body)
