"""Logs and error reports: the gmina is named, people are not."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

from kernel import tenancy

PERSONAL_NAMES = [
    "email", "e-mail", "pesel", "nip", "first_name", "last_name", "full_name", "name", "address", "phone", "recipient",
    "subject", "body", "crc", "api_key", "secrets", "raw", "account_nrb", "identifier", "answer", "content",
]  # fmt: skip


def add_scope(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """structlog processor: put the gmina into every line (P18)."""
    scope = tenancy.current_or_none()
    event.setdefault("tenant", "-" if scope is None else scope.tenant_id or "public")
    return event


def scrub(event: Any, hint: Any) -> Any:
    """Last step before an error report leaves: no request body, cookies, query, user or local variables.

    Local variables would hold residents' data in places that no list of names foresees, so none are sent at all.
    """
    scope = tenancy.current_or_none()
    event.setdefault("tags", {})["tenant"] = "-" if scope is None else scope.tenant_id or "public"
    event.pop("user", None)
    request = event.get("request")
    if request:
        event["request"] = {key: request[key] for key in ("method", "url") if key in request}
        event["request"]["url"] = str(event["request"].get("url", "")).split("?")[0]
    event.pop("breadcrumbs", None)
    event.pop("extra", None)
    return event


def start_sentry(dsn: str, **options: Any) -> None:
    """Send error reports to `dsn`; an empty one switches reporting off."""
    if not dsn:
        return
    sentry_sdk.init(
        dsn=dsn,
        integrations=[DjangoIntegration(), CeleryIntegration()],
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        event_scrubber=EventScrubber(denylist=[*DEFAULT_DENYLIST, *PERSONAL_NAMES], recursive=True),
        before_send=scrub,
        traces_sample_rate=0,
        **options,
    )
