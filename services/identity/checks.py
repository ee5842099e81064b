"""System checks: the node's profile is whole, and nothing of the stand-in is configured outside development."""

from collections.abc import Iterator
from typing import Any

from cryptography import x509
from django.conf import settings
from django.core import checks
from django.utils import timezone

from integrations.identity import registry
from integrations.identity.login_gov.certificates import Purpose, facts, is_of_stand_in
from integrations.identity.login_gov.provider import public_key


def install() -> None:
    """Register the check; called once by the application."""
    checks.register(check_node, checks.Tags.security)


def check_node(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Whether residents can be sent to the node that the settings name. No node at all is fine: no gmina may use it then."""
    return list(_found()) if settings.LOGIN_GOV_NODE else []


def _found() -> Iterator[checks.CheckMessage]:
    known = registry.NODES.get(settings.LOGIN_GOV_NODE)
    if known is None:
        hint = f"One of {', '.join(registry.NODES)}, or nothing."
        yield checks.Error("LOGIN_GOV_NODE names no environment of the node.", hint=hint, id="identity.E001")
        return
    if known.is_stand_in and not settings.LOGIN_GOV_ALLOW_STAND_IN:
        yield checks.Error(
            "LOGIN_GOV_NODE is the stand-in: anybody can be anybody there.", id="identity.E002"
        )
    try:
        pinned = x509.load_pem_x509_certificates(settings.LOGIN_GOV_CERTIFICATES.encode())
        for certificate in pinned:
            public_key(certificate)
    except ValueError:
        hint = "One or more certificates in PEM, on the curve P-256, as COI publishes them."
        yield checks.Error("LOGIN_GOV_CERTIFICATES cannot be read.", hint=hint, id="identity.E003")
        return
    if not settings.LOGIN_GOV_ALLOW_STAND_IN and any(map(is_of_stand_in, pinned)):
        yield checks.Error("LOGIN_GOV_CERTIFICATES has a certificate of the stand-in.", id="identity.E004")
    try:
        known.node(
            settings.LOGIN_GOV_CERTIFICATES.encode(),
            base_url=settings.LOGIN_GOV_URL,
            entity_id=settings.LOGIN_GOV_ENTITY_ID,
        )
    except ValueError:
        hint = "https and a public host; only the stand-in may be on this machine."
        yield checks.Error("LOGIN_GOV_URL is no address of a node.", hint=hint, id="identity.E005")
    now = timezone.now()
    if all(facts(Purpose.NODE, one).is_alarming(now) for one in pinned):
        yield checks.Warning(
            "Every pinned certificate of the node ends within 60 days or is not in force.",
            hint="Ask COI for the next one and add it beside the present one.",
            id="identity.W001",
        )
