"""The NBP's published file of interest rates, fetched from its address."""

import httpx

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
MOST_BYTES = 1024 * 1024


class NbpUnavailable(Exception):
    """The file did not come: no connection, another status than 200, or more than 1 MB."""


def fetch(url: str) -> bytes:
    """The file at `url`, at most 1 MB, no redirects. Raises NbpUnavailable."""
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=False) as answer:
            if answer.status_code != httpx.codes.OK:
                raise NbpUnavailable(f"HTTP {answer.status_code}")
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise NbpUnavailable("too large")
            return content
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NbpUnavailable(type(error).__name__) from error
