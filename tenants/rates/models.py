"""Public schema: rates set by law, with their whole history and the act of each row."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

IN_THE_TABLE = Q(superseded_at__isnull=True)
"""Rows that count; the others are history."""


class DatedRow(models.Model):
    """Wiersz tabeli: counts from its day. A wrong one is superseded by a right one and stays readable, with the reason."""

    valid_from = models.DateField()
    act = models.CharField(max_length=160)
    added_by = models.CharField(max_length=80, blank=True, db_default="")
    added_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.CharField(max_length=80, blank=True, db_default="")
    reason = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        abstract = True


class RateKind(models.TextChoices):
    """Rodzaj tabeli."""

    TAX = "tax", "odsetki za zwłokę, stawka podstawowa"
    CIVIL = "civil", "odsetki ustawowe za opóźnienie"
    COMMERCIAL = "commercial", "odsetki w transakcjach handlowych"


class InterestRate(DatedRow):
    """Stopa odsetek obowiązująca od dnia; `rate_bp` in basis points (1250 = 12,50 %)."""

    kind = models.CharField(max_length=12, choices=RateKind)
    rate_bp = models.PositiveIntegerField()

    class Meta:
        ordering = ("kind", "valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"], condition=IN_THE_TABLE, name="one_rate_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from} {self.rate_bp}"


class DatedAmountKind(models.TextChoices):
    """Rodzaj kwoty."""

    MINIMUM_INTEREST = "minimum_interest", "próg odsetek (art. 54 § 1 pkt 5 Ordynacji)"
    REMINDER_COST = "reminder_cost", "koszty upomnienia"
    THIRD_PARTY_LIMIT = "third_party_limit", "zapłata cudzego podatku (art. 62b § 1 pkt 3 Ordynacji)"


class DatedAmount(DatedRow):
    """Kwota ustawowa obowiązująca od dnia, w groszach."""

    kind = models.CharField(max_length=20, choices=DatedAmountKind)
    amount_gr = models.PositiveIntegerField()

    class Meta:
        ordering = ("kind", "valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"], condition=IN_THE_TABLE, name="one_amount_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from} {self.amount_gr}"


class RatesConfirmation(models.Model):
    """Potwierdzenie: until which day a person has checked that the tables are complete."""

    known_on = models.DateField()
    confirmed_by = models.CharField(max_length=80)
    confirmed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-known_on", "-id")

    def __str__(self) -> str:
        return str(self.known_on)
