"""Whose key signs Tpay's notifications: the certificate at its fixed address, issued under a pinned root."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from integrations.payments.config import EnvironmentProfile
from integrations.payments.errors import AnswerLost, BadSignature, OperatorUnavailable
from integrations.payments.http import call
from integrations.payments.tpay import settings

KEPT_SECONDS = 3600
RENEWED_SECONDS = 60
"""A certificate is asked for at most this often, however many forged messages come."""
_MIN_KEY_BITS = 2048


@dataclass(frozen=True)
class _Kept:
    leaf: x509.Certificate | None
    unavailable: bool
    at: float


_kept: dict[str, _Kept] = {}


def check_address(profile: EnvironmentProfile, url: str) -> None:
    """BadSignature unless `url` is exactly where this environment publishes its certificate.

    Tpay's own sample compares the beginning of the address, which lets `https://secure.tpay.com.evil.example` and
    `https://secure.tpay.com@evil.example` through (payments.md 11.11). Scheme, host with port, and path are compared
    whole here, and what is fetched afterwards is the profile's address, not the message's.
    """
    wanted = urlsplit(profile.payer_url)
    try:
        found = urlsplit(url)
    except ValueError:
        raise BadSignature("the certificate's address") from None
    # urlsplit drops line breaks and tabs, so only an address that it gives back unchanged is compared.
    if found.geturl() != url or (found.scheme, found.netloc, found.path, found.query, found.fragment) != (
        wanted.scheme,
        wanted.netloc,
        settings.LEAF_PATH,
        "",
        "",
    ):
        raise BadSignature("the certificate's address")


def keys(profile: EnvironmentProfile) -> Iterator[RSAPublicKey]:
    """The keys that may have signed: the one we know and, if that does not fit and is not fresh, the one of today.

    BadSignature when the certificate is expired or of another root; OperatorUnavailable when it cannot be had.
    """
    kept = _kept.get(profile.payer_url)
    age = time.monotonic() - kept.at if kept else KEPT_SECONDS
    if kept and kept.leaf is not None and age < KEPT_SECONDS and _is_in_force(kept.leaf):
        yield _key(kept.leaf)
    if kept and age < RENEWED_SECONDS:
        if kept.unavailable:
            raise OperatorUnavailable("the certificate")
        return
    yield _key(_renewed(profile, kept))


def _renewed(profile: EnvironmentProfile, kept: _Kept | None) -> x509.Certificate:
    try:
        leaf = _trusted(profile)
    except OperatorUnavailable:
        _kept[profile.payer_url] = _Kept(kept.leaf if kept else None, True, time.monotonic())
        raise
    except BadSignature:
        _kept[profile.payer_url] = _Kept(None, False, time.monotonic())
        raise
    _kept[profile.payer_url] = _Kept(leaf, False, time.monotonic())
    return leaf


def _trusted(profile: EnvironmentProfile) -> x509.Certificate:
    leaf = _certificates(_get(replace(profile, api_url=profile.payer_url), settings.LEAF_PATH))[0]
    for anchor in _anchors(profile):
        try:
            leaf.verify_directly_issued_by(anchor)
        except (ValueError, TypeError, InvalidSignature):
            continue
        if _is_in_force(leaf) and _is_in_force(anchor):
            return leaf
        raise BadSignature("a certificate that is not in force")
    raise BadSignature("a certificate of another root")


def _anchors(profile: EnvironmentProfile) -> list[x509.Certificate]:
    name = settings.ROOTS.get(urlsplit(profile.payer_url).netloc)
    if name is not None:
        return _certificates((Path(__file__).parent / "roots" / name).read_bytes())
    if not profile.allow_loopback:
        raise BadSignature("no root is pinned for this environment")
    return _certificates(_get(profile, settings.ROOT_PATH))  # the emulator's own root, new at each start


def _get(profile: EnvironmentProfile, path: str) -> bytes:
    answer = call(profile, "GET", path)  # follows no redirect
    if answer.status >= 500:
        raise AnswerLost(f"HTTP {answer.status}")
    if answer.status != 200:
        raise BadSignature(f"the certificate: HTTP {answer.status}")
    return answer.body


def _certificates(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise BadSignature("an unreadable certificate") from None


def _key(leaf: x509.Certificate) -> RSAPublicKey:
    key = leaf.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < _MIN_KEY_BITS:
        raise BadSignature("the certificate's key")
    return key


def _is_in_force(certificate: x509.Certificate) -> bool:
    return certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc
