"""Public schema: the gminas that this deployment serves."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin

from kernel import tenancy
from kernel.fields import EncryptedJSONField, PublicIdModel

# Django finds the models of an app here.
from tenants.directory.models_clusters import ClusterMove as ClusterMove
from tenants.directory.models_clusters import DatabaseCluster as DatabaseCluster
from tenants.directory.models_life import Announcement as Announcement
from tenants.directory.models_life import Audience as Audience
from tenants.directory.models_life import DomainCertificate as DomainCertificate
from tenants.directory.models_life import DomainClaim as DomainClaim
from tenants.directory.models_life import Offboarding as Offboarding
from tenants.directory.models_life import TenantDay as TenantDay
from tenants.directory.models_life import TenantPulse as TenantPulse
from tenants.directory.models_life import TenantReadiness as TenantReadiness

SUSPENDED_TEXT_LENGTH = 500
TRIAL_RESIDENTS = 50
TRIAL_PAYMENTS = 100
TRIAL_SUM_GR = 1_000_00
"""Limits of a trial: enough to try everything, too little to run an office on."""


def check_teryt(value: str) -> None:
    """TERYT of a gmina: 7 digits (voivodeship 2, powiat 2, gmina 2, kind 1)."""
    if not re.fullmatch(r"\d{7}", value):
        raise ValidationError("Kod TERYT gminy ma 7 cyfr.")


class TenantKind(models.TextChoices):
    """Rodzaj gminy."""

    RURAL = "rural", "gmina wiejska"
    URBAN_RURAL = "urban_rural", "gmina miejsko-wiejska"
    URBAN = "urban", "gmina miejska"
    CITY_COUNTY = "city_county", "miasto na prawach powiatu"


class TenantState(models.TextChoices):
    """Stan gminy na platformie."""

    PROVISIONING = "provisioning", "zakładana"
    TRIAL = "trial", "wersja próbna"
    ACTIVE = "active", "działa"
    SUSPENDED = "suspended", "zawieszona"
    OFFBOARDING = "offboarding", "odchodzi"
    CLOSED = "closed", "zamknięta"


class Tenant(TenantMixin, PublicIdModel):  # type: ignore[misc, django-manager-missing]
    """Gmina: najemca systemu.

    `teryt` never changes and is what messages, files and cache keys carry; `schema_name` names both the schema and the
    PostgreSQL role that owns it; `shard` is the database cluster; while `is_moving` its data are on the
    way to another one, and nobody may use them. The two keysets are wrapped by the master key.
    The `trial_` columns are the limits until it goes live (`activated_at`): residents, payments, their sum in grosze.
    """

    auto_create_schema = False

    teryt = models.CharField("kod TERYT", max_length=7, unique=True, validators=[check_teryt])
    name = models.CharField("nazwa", max_length=120)
    kind = models.CharField("rodzaj", max_length=12, choices=TenantKind)
    state = models.CharField("stan", max_length=12, choices=TenantState, default=TenantState.PROVISIONING)
    suspended_reason = models.CharField(max_length=SUSPENDED_TEXT_LENGTH, blank=True)
    shard = models.CharField(max_length=40, default=tenancy.MAIN_SHARD)
    is_moving = models.BooleanField(default=False, db_default=False)
    data_key = models.BinaryField()
    index_key = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)
    trial_residents = models.PositiveIntegerField(default=TRIAL_RESIDENTS, db_default=TRIAL_RESIDENTS)
    trial_payments = models.PositiveIntegerField(default=TRIAL_PAYMENTS, db_default=TRIAL_PAYMENTS)
    trial_sum_gr = models.BigIntegerField(default=TRIAL_SUM_GR, db_default=TRIAL_SUM_GR)
    setup = EncryptedJSONField(blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        ordering = ("name",)
        indexes = [models.Index(fields=["state", "name"], name="tenant_state_name")]

    def __str__(self) -> str:
        return self.name

    def scope(self, primary_host: str | None = None) -> tenancy.Scope:
        """What `tenancy.enter` needs to open this gmina; the primary host is asked for unless it is known already."""
        return tenancy.Scope(
            schema_name=self.schema_name,
            role=self.schema_name,
            tenant_id=self.teryt,
            name=self.name,
            host=self.primary_host if primary_host is None else primary_host,
            shard=self.shard,
            wrapped_data_key=bytes(self.data_key),
            wrapped_index_key=bytes(self.index_key),
        )

    @property
    def primary_host(self) -> str:
        """Host name under which residents find the portal; "" before a domain is recorded."""
        hosts = [d.domain for d in self.domains.all() if d.is_primary]
        return hosts[0] if hosts else ""


class Domain(DomainMixin):  # type: ignore[misc]
    """Adres portalu gminy."""


class TenantFigures(models.Model):
    """Liczby gminy dla operatora platformy: sums and counts only, never a person.

    The console may not open a gmina's schema, so a job of the gmina writes them here.
    """

    tenant = models.OneToOneField(Tenant, on_delete=models.CASCADE, related_name="figures")
    measured_at = models.DateTimeField()
    residents = models.IntegerField()
    registrations_waiting = models.IntegerField()
    liabilities = models.IntegerField()
    outstanding_gr = models.BigIntegerField()
    payments = models.IntegerField()
    payments_to_book = models.IntegerField()
    booked_gr = models.BigIntegerField()
    last_payment_at = models.DateTimeField(null=True)
    discrepancies = models.IntegerField(default=0, db_default=0)
    reconciled_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.measured_at:%Y-%m-%d %H:%M}"


class TenantOperatorEvent(models.Model):
    """Komunikat operatora w gminie, dla operatora platformy: when, of what kind, what became of it; no content.

    The gmina's own job writes it, like its figures. `asked_at` waits for that job to carry the message out again, for the
    operator of the platform `asked_by`; `refusal` is the code of why it would not.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="operator_events")
    event_id = models.UUIDField()
    operator = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, blank=True)
    verdict = models.CharField(max_length=16)
    reference = models.CharField(max_length=32, blank=True)
    deliveries = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=80, blank=True)
    refusal = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("-received_at", "-id")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "event_id"], name="tenant_operator_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict}"

    @property
    def can_be_replayed(self) -> bool:
        """Whether it is genuine, not carried out, and nobody has asked for it yet."""
        return self.processed_at is None and self.asked_at is None and self.verdict in ("accepted", "orphan")
