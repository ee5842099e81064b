"""Posting to the merchant's address as the provider would, over real HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import httpx

TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True)
class Delivered:
    """What the merchant answered: `status` is None when nothing came back."""

    status: int | None
    body: str


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Delivered:
    """Post once, following no redirect. Hosts that end in `.localhost` are loopback (RFC 6761), whatever the
    resolver thinks; the Host header keeps the name.
    """
    target, host = loopback_target(url)
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False) as client:
            response = client.post(
                target,
                content=body,
                headers={**headers, "Host": host},
                extensions={"sni_hostname": urlsplit(url).hostname or ""},
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Delivered(None, type(error).__name__)
    return Delivered(response.status_code, response.text[:8000])


def loopback_target(url: str) -> tuple[str, str]:
    """The address to connect to and the Host header to send."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        port = f":{parts.port}" if parts.port else ""
        return urlunsplit(parts._replace(netloc=f"127.0.0.1{port}")), parts.netloc
    return url, parts.netloc
