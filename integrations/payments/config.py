"""The configuration of one operator account, as the adapters receive it. It never prints a secret."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

MAX_GENERATIONS = 2


class Secrets(Mapping[str, tuple[str, ...]]):
    """Secrets by name, each in up to two generations: the current one first, then the previous one.

    Both generations verify messages, new requests use the first. An empty secret is refused, because a
    signature "over body and nothing" must never pass. The values appear in no repr, str or format.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, tuple[str, ...]]) -> None:
        for name, generations in values.items():
            if isinstance(generations, str) or not 1 <= len(generations) <= MAX_GENERATIONS:
                raise ValueError(f"secret {name!r} needs one or two generations")
            if not all(isinstance(secret, str) and secret.strip() for secret in generations):
                raise ValueError(f"secret {name!r} is empty")
        self._values = {name: tuple(generations) for name, generations in values.items()}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<secrets: {', '.join(sorted(self._values)) or 'none'}>"


@dataclass(frozen=True)
class EnvironmentProfile:
    """Where an operator's environment lives. Production, sandbox and emulator differ in nothing else.

    `api_url` is called by us, `payer_url` is opened by the payer's browser (the same address when left
    empty). `redirect_hosts` are the only hosts (with the port, if any) to which a payer may be sent.
    Raises ValueError for an address that is not https to a public host, unless `allow_loopback` is set, which
    admits loopback addresses only.
    """

    name: str
    api_url: str
    redirect_hosts: tuple[str, ...]
    allow_loopback: bool = False
    payer_url: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "payer_url", self.payer_url or self.api_url)
        for url in (self.api_url, self.payer_url):
            parts = check_address(url, allow_loopback=self.allow_loopback)
            if parts.query or parts.fragment:
                raise ValueError(f"a base address has no query or fragment: {parts.netloc}")
        if not self.redirect_hosts:
            raise ValueError("at least one redirect host is needed")

    def checked_redirect(self, url: str) -> str:
        """The address, if a payer may be sent there; else ValueError (open redirect, payments.md 11.23)."""
        parts = check_address(url, allow_loopback=self.allow_loopback)
        if parts.netloc.lower() not in self.redirect_hosts:
            raise ValueError(f"the operator redirects to a foreign host: {parts.netloc}")
        return url


@dataclass(frozen=True)
class OperatorConfig:
    """One operator account of one gmina: who we are there, with which secrets, and for which bank account.

    `merchant_ids` and `secrets` carry the fields named by the registry; `account_nrb` is the settlement
    account (26 digits) for which this account at the operator collects.
    """

    operator: str
    profile: EnvironmentProfile
    merchant_ids: Mapping[str, str]
    secrets: Mapping[str, tuple[str, ...]] = field(repr=False)
    account_nrb: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "merchant_ids", MappingProxyType(dict(self.merchant_ids)))
        object.__setattr__(self, "secrets", Secrets(self.secrets))

    def merchant_id(self, name: str) -> str:
        """A merchant id by its registry name; ValueError when it is missing."""
        value = self.merchant_ids.get(name, "").strip()
        if not value:
            raise ValueError(f"{self.operator}: merchant id {name!r} is missing")
        return value

    def generations(self, name: str) -> tuple[str, ...]:
        """All generations of a secret, the current one first; ValueError when it is missing."""
        try:
            return self.secrets[name]
        except KeyError:
            raise ValueError(f"{self.operator}: secret {name!r} is missing") from None

    def secret(self, name: str) -> str:
        """The current generation of a secret: the one that signs new requests."""
        return self.generations(name)[0]


def check_address(url: str, *, allow_loopback: bool) -> SplitResult:
    """Split an address that we may call or send a payer to; ValueError when it is not safe.

    Refused: another scheme than https (plain http only to loopback), user names, control characters, IP
    literals that are not public (an internal address could be reached through us), loopback without
    `allow_loopback`.
    """
    if any(character <= " " or character == "\\" for character in url):
        raise ValueError("an address has no spaces, control characters or backslashes")
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if not host or "@" in parts.netloc:
        raise ValueError("an address needs a host and no user name")
    _ = parts.port  # raises ValueError for a port that is no number
    if _is_loopback(host):
        if not allow_loopback:
            raise ValueError(f"a loopback address is allowed only in development: {parts.netloc}")
        if parts.scheme not in {"http", "https"}:
            raise ValueError(f"not an http address: {parts.netloc}")
        return parts
    if parts.scheme != "https":
        raise ValueError(f"only https is allowed: {parts.netloc}")
    if _is_internal(host):
        raise ValueError(f"not a public address: {parts.netloc}")
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    return address is not None and (address.is_loopback or address.is_unspecified)


def _is_internal(host: str) -> bool:
    address = _address(host)
    # A purely numeric host ("2130706433", "0x7f000001") is an address to the C library, though not to
    # ipaddress.
    numeric = host.replace(".", "").isdigit() or host.lower().startswith("0x")
    return not address.is_global if address else numeric


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
