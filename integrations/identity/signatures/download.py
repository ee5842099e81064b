"""Fetching what certificates and lists name: an answer of limited size, no redirects, no retries, public addresses only."""

import socket
import time
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from integrations.identity.base import IssuerUnavailable

CONNECT_SECONDS = 3.0
READ_SECONDS = 10.0
TOTAL_SECONDS = 30.0
_PORTS = {"http": 80, "https": 443}


def fetch(
    url: str,
    *,
    most_bytes: int,
    question: bytes | None = None,
    content_type: str = "",
    allow_loopback: bool = False,
) -> bytes:
    """GET the address, or POST `question` there, and read the whole answer (30 s at most).

    Plain http is right here: lists, CRLs and OCSP responses are signed themselves. IssuerUnavailable for everything but
    HTTP 200, and for an address inside our own network (`allow_loopback`: for the emulators).
    """
    _check_public(url, allow_loopback)
    try:
        with (
            httpx.Client(
                timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
                follow_redirects=False,
                trust_env=not allow_loopback,
            ) as client,
            client.stream(
                "GET" if question is None else "POST",
                url,
                content=question,
                headers={"Accept-Encoding": "identity"}
                | ({"Content-Type": content_type} if content_type else {}),
            ) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise IssuerUnavailable(f"HTTP {response.status_code}", code="signatures.download.status")
            return _read(response, most_bytes)
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
        raise IssuerUnavailable(type(error).__name__, code="signatures.download.unavailable") from None


def _check_public(url: str, allow_loopback: bool) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        found = socket.getaddrinfo(parts.hostname or "", port, type=socket.SOCK_STREAM)
        addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    except (OSError, KeyError, ValueError) as error:
        raise IssuerUnavailable(type(error).__name__, code="signatures.download.address") from None
    if not all(one.is_global or (allow_loopback and one.is_loopback) for one in addresses):
        raise IssuerUnavailable("not public", code="signatures.download.address")


def _read(response: httpx.Response, most_bytes: int) -> bytes:
    deadline = time.monotonic() + TOTAL_SECONDS
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > most_bytes:
            raise IssuerUnavailable("too long", code="signatures.download.too_long")
        if time.monotonic() > deadline:
            raise IssuerUnavailable("too slow", code="signatures.download.too_slow")
    return bytes(body)
