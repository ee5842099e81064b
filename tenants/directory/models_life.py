"""Public schema: what a gmina tells of itself from day to day, and what the platform decides about it."""

from django.db import models
from django.db.models import F, Q

from kernel.fields import PublicIdModel


class TenantReadiness(models.Model):
    """Lista przed uruchomieniem: what the gmina's own job found; booleans, counts and days, never a person.

    `letter_asked_at` waits for that job to send the test letter that the console asked for.
    """

    tenant = models.OneToOneField("directory.Tenant", on_delete=models.CASCADE, related_name="readiness")
    measured_at = models.DateTimeField(null=True)
    lines = models.JSONField(default=list)
    letter_asked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.measured_at:%Y-%m-%d %H:%M}" if self.measured_at else ""


class TenantPulse(models.Model):
    """Tętno gminy: when its own job ran last, and the version of its tables then."""

    tenant = models.OneToOneField("directory.Tenant", on_delete=models.CASCADE, related_name="pulse")
    beat_at = models.DateTimeField(db_index=True)
    schema_version = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.beat_at:%Y-%m-%d %H:%M}"


class TenantDay(models.Model):
    """Dzień gminy: how many payments were confirmed and for how much (grosze), and in how many minutes its job ran."""

    tenant = models.ForeignKey("directory.Tenant", on_delete=models.CASCADE, related_name="days")
    day = models.DateField(db_index=True)
    payments = models.IntegerField(default=0)
    paid_gr = models.BigIntegerField(default=0)
    beats = models.IntegerField(default=0)

    class Meta:
        ordering = ("day",)
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day"], name="tenant_day_once"),
            models.CheckConstraint(condition=Q(beats__lte=1440), name="tenant_day_minutes"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.day}"


class DomainClaim(PublicIdModel):
    """Zgłoszony własny adres: it serves nobody before the gmina has shown, by DNS or by a file, that it is its own."""

    tenant = models.ForeignKey("directory.Tenant", on_delete=models.CASCADE, related_name="domain_claims")
    domain = models.CharField(max_length=253)
    token = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    verified_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=4, blank=True)
    checked_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("domain",)
        constraints = [
            # Two gminas may claim one name (a wrong one must not block the right one); only one of them can show it.
            models.UniqueConstraint(fields=["tenant", "domain"], name="domain_claim_once"),
            models.UniqueConstraint(
                fields=["domain"], condition=Q(verified_at__isnull=False), name="domain_verified_once"
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class DomainCertificate(models.Model):
    """Certyfikat TLS adresu, as the platform saw it from outside the last time it looked."""

    domain = models.OneToOneField("directory.Domain", on_delete=models.CASCADE, related_name="certificate")
    checked_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, db_index=True)
    problem = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.domain_id} {self.ends_at or self.problem}"


class Audience(models.TextChoices):
    """Kto czyta komunikat platformy."""

    EVERYBODY = "everybody", "mieszkańcy i pracownicy urzędów"
    RESIDENTS = "residents", "mieszkańcy"
    STAFF = "staff", "pracownicy urzędów"


class Announcement(PublicIdModel):
    """Komunikat platformy: planned works or news, shown in a bar on the pages of all gminas or of the chosen ones."""

    text = models.CharField("treść", max_length=300)
    audience = models.CharField("kto czyta", max_length=10, choices=Audience)
    shown_from = models.DateTimeField("pokazuj od")
    shown_to = models.DateTimeField("pokazuj do")
    gminas = models.ManyToManyField("directory.Tenant", blank=True, related_name="announcements")
    for_all = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-shown_from", "-id")
        constraints = [
            models.CheckConstraint(condition=Q(shown_to__gt=F("shown_from")), name="announcement_has_length")
        ]

    def __str__(self) -> str:
        return self.text


class Offboarding(PublicIdModel):
    """Odejście gminy: who asked for it and why, what was handed over, who confirmed, when the data go."""

    tenant = models.ForeignKey("directory.Tenant", on_delete=models.CASCADE, related_name="offboardings")
    reason = models.CharField(max_length=500)
    leaves_on = models.DateField()
    started_at = models.DateTimeField(auto_now_add=True)
    started_by = models.CharField(max_length=80)
    handed_over_at = models.DateTimeField(null=True)
    handed_over_note = models.CharField(max_length=300, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    delete_after = models.DateField(null=True)
    called_off_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant"],
                condition=Q(called_off_at__isnull=True, closed_at__isnull=True),
                name="one_offboarding_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | ~Q(confirmed_by=F("started_by")),
                name="offboarding_needs_two_people",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | Q(confirmed_at__isnull=False, handed_over_at__isnull=False),
                name="offboarding_closes_after_confirmation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.leaves_on}"
