"""Public schema: switches and limits of the gminas, their use day by day, prices and monthly statements.

The counters of rate limits are no model: `metering_counter` is an unlogged table that only `counters` touches.
"""

from django.db import models
from django.db.models import F, Q

from kernel.fields import PublicIdModel
from tenants.metering.domain import Charge

REASON_LENGTH = 300


class SettingsVersion(models.Model):
    """Wersja przełączników i limitów: one row whose number grows with every change.

    The row's lock puts changes one after another, so a process that has seen a number has seen every change before it.
    """

    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)


class Override(models.Model):
    """What one gmina has instead of the default: who decided it, when and why."""

    tenant = models.ForeignKey("directory.Tenant", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    reason = models.CharField(max_length=REASON_LENGTH)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta:
        abstract = True


class FlagOverride(Override):
    """Przełącznik funkcji ustawiony dla gminy."""

    is_on = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="metering_flag_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.is_on}"


class QuotaOverride(Override):
    """Limit ustawiony dla gminy."""

    most = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="metering_quota_once"),
            models.CheckConstraint(condition=Q(most__gte=0), name="metering_quota_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.most}"


class UsageDay(models.Model):
    """Zużycie gminy jednego dnia: counts and sums, never a person.

    The gmina's own job writes it; `measured_at` is empty while only the API's calls of the day are counted, which grow
    meanwhile. `storage_bytes` and `residents` are as the first measurement after the day found them.
    """

    tenant = models.ForeignKey("directory.Tenant", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    payments = models.PositiveIntegerField(default=0)
    payments_gr = models.BigIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    api_requests = models.PositiveIntegerField(default=0)
    residents = models.PositiveIntegerField(default=0)
    storage_bytes = models.BigIntegerField(default=0)
    measured_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("day",)
        constraints = [models.UniqueConstraint(fields=["tenant", "day"], name="metering_usage_once")]

    def __str__(self) -> str:
        return f"{self.tenant_id} {self.day}"


class PriceList(models.Model):
    """Cennik platformy: in force from the first day of a month until the next one. Never changed, only followed."""

    valid_from = models.DateField(unique=True)
    vat_bp = models.PositiveIntegerField(null=True)
    added_at = models.DateTimeField(auto_now_add=True)
    added_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-valid_from",)
        constraints = [
            models.CheckConstraint(condition=Q(valid_from__day=1), name="metering_prices_from_first_of_month")
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"


class PriceItem(models.Model):
    """Pozycja cennika: `price_gr` grosze for each `per` units above the `included` ones."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="items")
    charge = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Charge])
    price_gr = models.BigIntegerField()
    per = models.PositiveIntegerField(default=1)
    included = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["price_list", "charge"], name="metering_price_once"),
            models.CheckConstraint(condition=Q(price_gr__gte=0, per__gt=0), name="metering_price_amounts"),
        ]

    def __str__(self) -> str:
        return f"{self.charge} {self.price_gr}"


class StatementState(models.TextChoices):
    """Stan zestawienia."""

    DRAFT = "draft", "projekt"
    ISSUED = "issued", "wystawione"


class Statement(PublicIdModel):
    """Zestawienie miesięczne gminy: what it used in a month and what that costs, in grosze.

    PostgreSQL refuses every change of an issued one. A mistake is mended by a further statement that `corrects` it, once.
    The seller is written down when it is issued. `month` is the first day of the month; the number is `sequence` of the
    `year` in which it was issued.
    """

    tenant = models.ForeignKey("directory.Tenant", on_delete=models.PROTECT, related_name="+")
    teryt = models.CharField(max_length=7)
    gmina_name = models.CharField(max_length=120)
    seller_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    seller_address = models.CharField(max_length=240, blank=True, default="", db_default="")
    seller_nip = models.CharField(max_length=10, blank=True, default="", db_default="")
    month = models.DateField()
    state = models.CharField(max_length=8, choices=StatementState, default=StatementState.DRAFT)
    year = models.PositiveSmallIntegerField(null=True)
    sequence = models.PositiveIntegerField(null=True)
    price_list = models.ForeignKey(PriceList, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=REASON_LENGTH, blank=True)
    net_gr = models.BigIntegerField()
    vat_bp = models.PositiveIntegerField(null=True)
    vat_gr = models.BigIntegerField(default=0)
    gross_gr = models.BigIntegerField()
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    issued_by = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("-month", "-id")
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="metering_statement_number"),
            models.UniqueConstraint(
                fields=["tenant", "month"],
                condition=Q(corrects__isnull=True),
                name="metering_statement_first_once",
            ),
            models.UniqueConstraint(
                fields=["tenant", "month"], condition=Q(state="draft"), name="metering_statement_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", sequence__isnull=True, year__isnull=True)
                | Q(state="issued", sequence__isnull=False, year__isnull=False, issued_at__isnull=False),
                name="metering_statement_issued_has_number",
            ),
            models.CheckConstraint(
                condition=Q(gross_gr=F("net_gr") + F("vat_gr")), name="metering_statement_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.month:%Y-%m}"

    @property
    def number(self) -> str:
        """Number of an issued statement, "" of a draft."""
        return f"Z/{self.year}/{self.sequence:06d}" if self.sequence else ""

    @property
    def is_draft(self) -> bool:
        """Whether it may still be calculated anew."""
        return self.state == StatementState.DRAFT

    @property
    def difference_gr(self) -> int:
        """What a correction changes, gross, in grosze: more is to be paid when it is positive."""
        return self.gross_gr - (self.corrects.gross_gr if self.corrects else 0)


class StatementLine(models.Model):
    """Pozycja zestawienia: quantity, what is included, the price at the time, and the amount in grosze."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="lines")
    charge = models.CharField(max_length=12)
    quantity = models.BigIntegerField()
    included = models.BigIntegerField()
    price_gr = models.BigIntegerField()
    per = models.PositiveIntegerField()
    amount_gr = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["statement", "charge"], name="metering_line_once")]

    def __str__(self) -> str:
        return f"{self.charge} {self.amount_gr}"
