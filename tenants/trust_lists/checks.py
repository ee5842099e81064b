"""`manage.py check`: what verifies people must not come from a stand-in outside development."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from integrations.identity.login_gov.certificates import is_of_stand_in


@register
def check_trust(app_configs: Sequence[Any] | None = None, **more: Any) -> list[CheckMessage]:
    """Errors trust_lists.E001-E003; none where SIGNATURES_ALLOW_STAND_IN says that this is development."""
    return [] if settings.SIGNATURES_ALLOW_STAND_IN else list(_faults())


def _faults() -> Iterator[CheckMessage]:
    if settings.TRUST_LOTL_ISSUERS:
        try:
            issuers = x509.load_pem_x509_certificates(settings.TRUST_LOTL_ISSUERS.encode())
        except ValueError:
            yield Error("TRUST_LOTL_ISSUERS holds no certificates in PEM.", id="trust_lists.E001")
            issuers = []
        if any(is_of_stand_in(one) for one in issuers):
            yield Error(
                "TRUST_LOTL_ISSUERS names the stand-in's test authority.",
                hint="Leave it empty: the certificates of the Official Journal are carried along.",
                id="trust_lists.E001",
            )
    if urlsplit(settings.TRUST_LOTL_URL).scheme != "https":
        yield Error("TRUST_LOTL_URL is not an https address.", id="trust_lists.E002")
    if not settings.SIGNATURES_REQUIRE_REVOCATION:
        yield Error(
            "SIGNATURES_REQUIRE_REVOCATION is off: a revoked certificate would prove a person.",
            id="trust_lists.E003",
        )
