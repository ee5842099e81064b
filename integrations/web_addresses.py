"""Looking at a web address from outside: the file that shows whose it is, and until when its certificate is good."""

import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

import httpx
from cryptography import x509

TIMEOUT = httpx.Timeout(5.0, connect=3.0)
MOST_BYTES = 4096
HTTPS = 443
SECONDS = 5.0


class AddressUnavailable(Exception):
    """The address did not answer, answered something else than a short text, or lies in a network that is not public.

    The text is a short code for the console: "dns", "private", "http", "large".
    """


@dataclass(frozen=True, slots=True)
class Certificate:
    """Until when a certificate is good; `problem` is "" or why a browser would not believe it ("untrusted", "away")."""

    ends_at: datetime | None
    problem: str


def fetch_text(host: str, path: str, *, port: int = 80, allow_private: bool = False) -> str:
    """The text at http://host/path, at most 4 KB, without following redirects. Raises AddressUnavailable.

    Somebody else's name must not make us ask our own network: every address behind it has to be public, unless
    `allow_private`.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressUnavailable("dns") from error
    addresses = [str(one[4][0]) for one in found]
    if not allow_private and not all(
        ip_address(address.partition("%")[0]).is_global for address in addresses
    ):
        raise AddressUnavailable("private")
    # The address that was looked at is the one that is asked: the name could lead elsewhere a moment later.
    where = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    try:
        with httpx.stream(
            "GET",
            f"http://{where}:{port}{path}",
            headers={"Host": host},
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
        ) as answer:
            if answer.status_code != httpx.codes.OK:
                raise AddressUnavailable("http")
            content = b""
            for part in answer.iter_bytes():
                content += part
                if len(content) > MOST_BYTES:
                    raise AddressUnavailable("large")
            return content.decode("utf-8", "replace")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AddressUnavailable("http") from error


def certificate_of(host: str, *, port: int = HTTPS) -> Certificate:
    """What a browser would see of the address's certificate. Never raises: an address that is away has no certificate."""
    try:
        return Certificate(_ends_at(host, port, ssl.create_default_context()), "")
    except ssl.SSLCertVerificationError:
        careless = ssl.create_default_context()
        careless.check_hostname = False
        careless.verify_mode = ssl.CERT_NONE
        try:
            return Certificate(_ends_at(host, port, careless), "untrusted")
        except (OSError, ValueError):
            return Certificate(None, "untrusted")
    except (OSError, ValueError):
        return Certificate(None, "away")


def _ends_at(host: str, port: int, context: ssl.SSLContext) -> datetime:
    with (
        socket.create_connection((host, port), timeout=SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        shown = secure.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(shown or b"").not_valid_after_utc
