"""What the operator says that it paid out, what does not agree, and how far each operator account has been compared."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel


class SettlementBatch(PublicIdModel):
    """Wypłata operatora: one transfer to the office's account, for many payments.

    `bank_amount_gr` and `bank_on` are that transfer as a clerk reads it on the bank statement. When it equals the sum of the
    lines the batch is confirmed, and its day becomes the proposed day of credit of the payments in it.

    `is_manual`: a clerk made it from the bank statement, because the operator tells no payouts; `kept_gr` is then the
    commission that the operator kept back of the whole.
    """

    operator_account = models.ForeignKey(
        "configuration.OperatorAccount", on_delete=models.PROTECT, related_name="+"
    )
    batch_id = models.CharField(max_length=60)
    settled_on = models.DateField(null=True)
    first_read_at = models.DateTimeField()
    is_manual = models.BooleanField(default=False, db_default=False)
    kept_gr = models.BigIntegerField(default=0, db_default=0)
    bank_amount_gr = models.BigIntegerField(null=True)
    bank_on = models.DateField(null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-settled_on", "-id")
        constraints = [
            models.UniqueConstraint(fields=["operator_account", "batch_id"], name="settlement_batch_once"),
            models.CheckConstraint(
                condition=Q(
                    bank_amount_gr__isnull=True,
                    bank_on__isnull=True,
                    entered_at__isnull=True,
                    confirmed_at__isnull=True,
                )
                | Q(bank_amount_gr__isnull=False, bank_on__isnull=False, entered_at__isnull=False),
                name="settlement_batch_transfer",
            ),
            models.CheckConstraint(
                condition=Q(kept_gr=0) | Q(kept_gr__gt=0, is_manual=True), name="settlement_batch_kept"
            ),
        ]

    def __str__(self) -> str:
        return self.batch_id


class SettlementLine(models.Model):
    """Pozycja wypłaty: one transaction, or one refund (`refund_id`, negative amount), as the operator tells it now.

    Reading a payout again changes nothing. `is_listed` is False for a line that the operator told once and no longer tells.
    """

    batch = models.ForeignKey(SettlementBatch, on_delete=models.PROTECT, related_name="lines")
    operator_tx_id = models.CharField(max_length=80)
    refund_id = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    amount_gr = models.BigIntegerField()
    fee_gr = models.BigIntegerField(null=True)
    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, null=True, related_name="settlement_lines"
    )
    is_listed = models.BooleanField(default=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "operator_tx_id", "refund_id"], name="settlement_line_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator_tx_id} {self.amount_gr}"

    @property
    def payout_gr(self) -> int:
        """What the office gets of it, in grosze: without the fee, unless that is on an invoice."""
        tariff = self.payment.tariff if self.payment else None
        return self.amount_gr if tariff and tariff.is_invoiced else self.amount_gr - (self.fee_gr or 0)


class DiscrepancyState(models.TextChoices):
    """Czy niezgodność trwa."""

    OPEN = "open", "do wyjaśnienia"
    RESOLVED = "resolved", "wyjaśniona"


class Discrepancy(PublicIdModel):
    """Niezgodność: something that does not agree, found by comparing what the portal holds.

    `key` names the fact, numbers included, so that the same fact is one row however often it is found, and another amount
    is another one. `details` hold numbers of payments, days and grosze, no person. `told_at` is when the office was written
    to about it. Without `resolved_by` the cause has gone
    by itself, and the row opens again if it comes back; what a person has resolved stays so.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=160, unique=True)
    operator_account = models.ForeignKey(
        "configuration.OperatorAccount", on_delete=models.PROTECT, related_name="+"
    )
    payment = models.ForeignKey(
        "payments.Payment", on_delete=models.PROTECT, null=True, related_name="discrepancies"
    )
    batch = models.ForeignKey(SettlementBatch, on_delete=models.PROTECT, null=True, related_name="+")
    details = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=DiscrepancyState, default=DiscrepancyState.OPEN)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True)
    note = EncryptedTextField(blank=True)

    class Meta:
        ordering = ("first_seen_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(state="resolved", resolved_at__isnull=False),
                name="discrepancy_resolved",
            )
        ]
        indexes = [models.Index(fields=["first_seen_at"], condition=Q(state="open"), name="discrepancy_open")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Reconciliation(models.Model):
    """Uzgodnienie konta operatora: how far it has got.

    Payments from `since_on` on are compared. `read_until` is the last day whose payouts were read, None where the operator
    tells none. `good_at` is the last run that asked about everything, `compared_at` the last comparison of what is stored.
    `busy_until` is the lease of the worker that runs it: a worker that dies loses it.
    """

    operator_account = models.OneToOneField(
        "configuration.OperatorAccount", on_delete=models.PROTECT, related_name="+"
    )
    since_on = models.DateField()
    read_until = models.DateField(null=True)
    compared_at = models.DateTimeField(null=True)
    good_at = models.DateTimeField(null=True)
    next_run_at = models.DateTimeField()
    busy_until = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return f"{self.operator_account_id} {self.good_at}"
