"""The daily care of a gmina at the node: letters before a certificate ends, and what is over is forgotten."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from kernel import tenancy
from kernel.endings import warning_due
from services.identity.domain import ATTEMPTS_KEPT, OPENING, KeyPurpose
from services.identity.models import LoginAttempt, ProvenPerson, ProviderKey, SeenMessage
from services.identity.queries import service_provider
from services.notices.actions import write_message
from tenants.configuration.queries import office

log = structlog.get_logger(__name__)


def care() -> None:
    """All of it, for the gmina that is open; may be called at any time, any number of times."""
    now = timezone.now()
    forget(now)
    try:
        warn(now)
    except Exception:
        log.exception("login_gov.alarm", tenant=tenancy.current_tenant_id())


def forget(now: datetime) -> None:
    """Delete attempts after a day, seen messages that can prove nothing any more, and proofs that nobody used in time."""
    LoginAttempt.objects.filter(started_at__lt=now - ATTEMPTS_KEPT).delete()
    SeenMessage.objects.filter(until__lt=now).delete()
    ProvenPerson.objects.filter(until__lt=now, used_at__isnull=True).delete()


def warn(now: datetime) -> int:
    """Write to the office when a certificate in use comes nearer to its end (WARNED_AT_DAYS); how many letters."""
    row = service_provider()
    if row is None or not row.is_enabled:
        return 0
    newest: dict[str, ProviderKey] = {}
    for key in ProviderKey.objects.filter(state__in=OPENING).order_by("id"):
        newest[key.purpose] = key
    return sum(_warn_of(key.pk, now) for key in newest.values())


@transaction.atomic
def _warn_of(pk: int, now: datetime) -> bool:
    key = ProviderKey.objects.select_for_update().get(pk=pk)
    if key.valid_until is None:
        return False
    days_left = (key.valid_until - now).days
    mark = warning_due(days_left, key.warned_at_days)
    if mark is None:
        return False
    key.warned_at_days = mark
    key.save(update_fields=["warned_at_days"])
    write_message(
        kind="login_certificate_ends",
        recipient=office().email,
        context={
            "purpose": KeyPurpose(key.purpose).polish,
            "ends_at": key.valid_until,
            "days_left": max(days_left, 0),
            "is_over": key.valid_until <= now,
        },
        related_ref=str(key.public_id),
    )
    return True
