"""What a gmina tells of itself: the go-live list, its pulse, its days. Its own job writes, the console reads."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, NotFound
from tenants.directory.domain_readiness import Found
from tenants.directory.models import Domain, Tenant, TenantDay, TenantPulse, TenantReadiness, TenantState

MINUTES_OF_A_DAY = 1440


def lines_of(row: TenantReadiness | None) -> tuple[Found, ...]:
    """The lines that a row holds; none before the gmina has told anything."""
    return tuple(Found.of(line) for line in row.lines) if row else ()


def store_readiness(teryt: str, found: Iterable[Found]) -> None:
    """Keep the list that the gmina's job has just made. Raises NotFound("tenant.unknown")."""
    with tenancy.public(), transaction.atomic():
        TenantReadiness.objects.update_or_create(
            tenant=_tenant(teryt),
            defaults={"lines": [one.as_json() for one in found], "measured_at": timezone.now()},
        )


def store_pulse(teryt: str, *, schema_version: str) -> None:
    """Keep that the gmina's job ran now, and the version of its tables. Raises NotFound("tenant.unknown")."""
    now = timezone.now()
    today = timezone.localdate(now)
    with tenancy.public(), transaction.atomic():
        tenant = _tenant(teryt)
        before = TenantPulse.objects.select_for_update().filter(tenant=tenant).first()
        # The job may run twice in a minute; uptime counts minutes, not runs.
        is_new_minute = before is None or before.beat_at.replace(second=0, microsecond=0) < now.replace(
            second=0, microsecond=0
        )
        TenantPulse.objects.update_or_create(
            tenant=tenant, defaults={"beat_at": now, "schema_version": schema_version}
        )
        TenantDay.objects.get_or_create(tenant=tenant, day=today)
        if is_new_minute:
            rows = TenantDay.objects.filter(tenant=tenant, day=today, beats__lt=MINUTES_OF_A_DAY)
            rows.update(beats=F("beats") + 1)


def store_days(teryt: str, days: Mapping[date, tuple[int, int]]) -> None:
    """Keep how many payments were confirmed on each of the days, and for how much: (count, grosze)."""
    with tenancy.public(), transaction.atomic():
        tenant = _tenant(teryt)
        rows = [
            TenantDay(tenant=tenant, day=day, payments=count, paid_gr=sum_gr)
            for day, (count, sum_gr) in sorted(days.items())
        ]
        TenantDay.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["tenant", "day"],
            update_fields=["payments", "paid_gr"],
        )


def ask_test_letter(teryt: str, *, actor: Actor) -> None:
    """Ask the gmina's own job for a letter to its office, to see that letters leave. Once until it is sent.

    Raises NotFound("tenant.unknown") and Conflict("tenant.state") for a gmina whose jobs do not run.
    """
    with transaction.atomic(durable=True):
        tenant = _tenant(teryt)
        if tenant.state not in (TenantState.TRIAL, TenantState.ACTIVE, TenantState.SUSPENDED):
            raise Conflict("tenant.state", state=tenant.state)
        row, _ = TenantReadiness.objects.get_or_create(tenant=tenant)
        if row.letter_asked_at is None:
            row.letter_asked_at = timezone.now()
            row.save(update_fields=["letter_asked_at"])
            record("tenant.letter_asked", tenant, actor=actor)


def is_letter_asked(teryt: str) -> bool:
    """Whether the console waits for a test letter of the gmina."""
    with tenancy.public():
        return TenantReadiness.objects.filter(tenant__teryt=teryt, letter_asked_at__isnull=False).exists()


def note_letter(teryt: str) -> None:
    """Keep that the test letter lies in the gmina's outbox."""
    with tenancy.public():
        TenantReadiness.objects.filter(tenant__teryt=teryt).update(letter_asked_at=None)


def own_domains(teryt: str) -> list[Domain]:
    """Addresses of the gmina with their certificates; the first is the one that residents use."""
    with tenancy.public():
        rows = Domain.objects.select_related("certificate").filter(tenant__teryt=teryt)
        return list(rows.order_by("-is_primary", "domain"))


def _tenant(teryt: str) -> Tenant:
    tenant = Tenant.objects.filter(teryt=teryt).first()
    if tenant is None:
        raise NotFound("tenant.unknown", teryt=teryt)
    return tenant
