"""What the controller of personal data must be able to show: requests, disclosures, activities, breaches, erasings."""

from django.db import models
from django.db.models import F, Q

from kernel.fields import EncryptedTextField, PublicIdModel
from services.privacy.domain.breach import Risk
from services.privacy.domain.requests import Kind, State
from services.privacy.domain.retention import DataClass


class InformationNotice(PublicIdModel):
    """Klauzula informacyjna: the parts of art. 13 RODO that are not in the office's settings. One row; none means the
    texts that the portal is delivered with."""

    singleton = models.BooleanField(default=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    purposes = models.TextField()
    recipients = models.TextField()
    transfers = models.TextField()
    retention = models.TextField()
    rights = models.TextField()
    complaint = models.TextField()
    obligation = models.TextField()
    automated = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.version)


class DataRequest(PublicIdModel):
    """Żądanie osoby (art. 15-21 RODO) z terminem odpowiedzi. At most one of a kind waits for each person.

    `extended_why` is told to the person within the first month (art. 12 ust. 3); `answer` is what the office said.
    """

    resident = models.ForeignKey("accounts.Resident", on_delete=models.PROTECT, related_name="data_requests")
    kind = models.CharField(max_length=14, choices=[(kind.value, kind.polish) for kind in Kind])
    state = models.CharField(
        max_length=10, choices=[(state.value, state.polish) for state in State], default=State.WAITING
    )
    text = EncryptedTextField(blank=True)
    by_office = models.BooleanField(default=False)
    received_on = models.DateField()
    due_on = models.DateField()
    extended_why = EncryptedTextField(null=True)
    answer = EncryptedTextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    is_erased = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("due_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"], condition=Q(state="waiting"), name="data_request_one_waits"
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("received_on")), name="data_request_due"),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="data_request_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Disclosure(PublicIdModel):
    """Udostępnienie danych innemu odbiorcy: komu, co, kiedy i na jakiej podstawie (S100, art. 15 ust. 1 lit. c)."""

    resident = models.ForeignKey(
        "accounts.Resident", on_delete=models.PROTECT, null=True, related_name="disclosures"
    )
    recipient = EncryptedTextField()
    scope = EncryptedTextField()
    basis = EncryptedTextField()
    letter = EncryptedTextField(blank=True)
    disclosed_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.CharField(max_length=80)

    class Meta:
        ordering = ("-disclosed_on", "-id")

    def __str__(self) -> str:
        return f"{self.disclosed_on}"


class ProcessingActivity(PublicIdModel):
    """Czynność przetwarzania (art. 30 ust. 1 RODO). The register itself names no person but the office's own."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    purpose = models.TextField()
    basis = models.TextField()
    people = models.TextField()
    data = models.TextField()
    recipients = models.TextField()
    transfers = models.TextField()
    retention = models.TextField()
    security = models.TextField()
    operations = models.TextField(blank=True, default="", db_default="")
    is_ended = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.code


class Processor(PublicIdModel):
    """Podmiot przetwarzający (art. 28 RODO): who works with the data for the office, what for, by which agreement and where.

    `keeps_database` marks whose databases hold the gmina's data (S105); with none they are the office's own.
    """

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=240)
    service = models.CharField(max_length=240)
    place = models.CharField(max_length=160)
    agreement_number = models.CharField(max_length=80)
    agreed_on = models.DateField()
    keeps_database = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("agreed_on")),
                name="processor_ends_later",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Visit(PublicIdModel):
    """Odwiedziny jednego dnia: address, system and browser as the browser told them, in no way tied to an account (S87).

    `visitor` is a keyed digest of day, address and browser, so that one visitor counts once a day; nobody reads it back.
    """

    day = models.DateField()
    visitor = models.BinaryField(unique=True)
    address = EncryptedTextField()
    system = models.CharField(max_length=20)
    browser = models.CharField(max_length=20)
    version = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [models.Index(fields=["day"], name="visit_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.browser}"


class VisitCount(models.Model):
    """Liczba odwiedzin dnia z jednej przeglądarki: what stays when the visits are erased (art. 89 RODO)."""

    day = models.DateField()
    system = models.CharField(max_length=20)
    browser = models.CharField(max_length=20)
    version = models.CharField(max_length=12, blank=True)
    visits = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "system", "browser", "version"], name="visit_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.visits}"


class Breach(PublicIdModel):
    """Naruszenie ochrony danych (art. 33 RODO): the clock begins when it was noticed."""

    noticed_at = models.DateTimeField()
    description = EncryptedTextField()
    people = models.PositiveIntegerField(null=True)
    risk = models.CharField(
        max_length=8, choices=[(risk.value, risk.polish) for risk in Risk], default=Risk.UNKNOWN
    )
    assessed_at = models.DateTimeField(null=True)
    authority_told_at = models.DateTimeField(null=True)
    late_why = EncryptedTextField(null=True)
    people_told_at = models.DateTimeField(null=True)
    measures = EncryptedTextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    is_erased = models.BooleanField(default=False)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-noticed_at", "-id")

    def __str__(self) -> str:
        return f"{self.noticed_at:%Y-%m-%d}"


class RetentionPeriod(models.Model):
    """Okres przechowywania klasy danych, w miesiącach; without a row the usual one counts."""

    data_class = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in DataClass], unique=True
    )
    months = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField(auto_now=True)
    set_by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.data_class} {self.months}"


class ErasingRun(PublicIdModel):
    """Przebieg usuwania danych: how many of each class went, or would go. `counts` are numbers by class."""

    started_at = models.DateTimeField()
    is_dry_run = models.BooleanField()
    counts = models.JSONField(default=dict)
    actor_ref = models.CharField(max_length=80)

    class Meta:
        ordering = ("-started_at", "-id")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}"
