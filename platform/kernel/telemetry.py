"""Error reports: the gmina is named, people are not."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

from kernel.logs import chain, reason_of, tenant_label

PERSONAL_NAMES = [
    "email", "e-mail", "pesel", "nip", "first_name", "last_name", "full_name", "name", "address", "phone", "recipient",
    "subject", "body", "crc", "api_key", "secrets", "raw", "account_nrb", "identifier", "answer", "content",
]  # fmt: skip


def name_tenant() -> None:
    """Mark reports and trace of what runs with the gmina that is open: those of its end are made after it was left."""
    sentry_sdk.get_isolation_scope().set_tag("tenant", tenant_label())


def scrub(event: Any, hint: Any) -> Any:
    """Last step before an error report leaves: no request body, cookies, query, address, user or local variables.

    Local variables would hold residents' data in places that no list of names foresees, so none are sent at all; the same
    goes for texts of exceptions and of log lines. Paths carry the tokens of mailed links, so the route stands for them.
    """
    tags = event.setdefault("tags", {})
    if tenant_label() != "-" or "tenant" not in tags:
        tags["tenant"] = tenant_label()
    for part in ("user", "breadcrumbs", "extra"):
        event.pop(part, None)
    _scrub_request(event)
    _scrub_exceptions(event, hint)
    if "logentry" in event:
        event["logentry"] = {"message": _template(hint)}
    return event


def scrub_trace(event: Any, hint: Any) -> Any:
    """The same for a trace: of its spans only the kind and the times leave, statements and addresses stay here."""
    event = scrub(event, hint)
    for span in event.get("spans", ()):
        span.pop("description", None)
        span.pop("data", None)
    (event.get("contexts") or {}).get("trace", {}).pop("data", None)
    return event


def _scrub_request(event: Any) -> None:
    if "request" in event:
        address = str(event["request"].get("url", "")).split("/")
        event["request"] = {"method": event["request"].get("method", ""), "url": "/".join(address[:3])}
    if (event.get("transaction_info") or {}).get("source") == "url":
        event.pop("transaction", None)


def _scrub_exceptions(event: Any, hint: Any) -> None:
    error = (hint.get("exc_info") or (None, None))[1]
    reasons = {type(one).__name__: reason_of(one) for one in chain(error)}
    for value in (event.get("exception") or {}).get("values", ()):
        value["value"] = reasons.get(value.get("type"), "")
        for frame in (value.get("stacktrace") or {}).get("frames", ()):
            frame.pop("vars", None)


def _template(hint: Any) -> str:
    """The fixed part of a log line: structlog's event, or stdlib's message before anything is filled in."""
    message = getattr(hint.get("log_record"), "msg", "")
    return str(message.get("event", "")) if isinstance(message, dict) else str(message)


def start_sentry(dsn: str, *, traces: float = 0, **options: Any) -> None:
    """Send error reports to `dsn`, and of this share of requests and tasks (0 to 1) a trace; an empty one: neither."""
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
        before_send_transaction=scrub_trace,
        traces_sample_rate=traces,
        **options,
    )
