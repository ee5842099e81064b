"""Payments through an operator: attempts, what they pay, and what the operator told us."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from kernel.fields import EncryptedJSONField, EncryptedTextField, PublicIdModel
from services.payments.domain.refunds import RefundState
from services.payments.domain.states import State

# Django finds the models of an app here.
from services.payments.models_reconciliation import Discrepancy as Discrepancy
from services.payments.models_reconciliation import DiscrepancyState as DiscrepancyState
from services.payments.models_reconciliation import Reconciliation as Reconciliation
from services.payments.models_reconciliation import SettlementBatch as SettlementBatch
from services.payments.models_reconciliation import SettlementLine as SettlementLine
from services.payments.models_refunds import Refund as Refund


class Payment(PublicIdModel):
    """Płatność (transakcja): one attempt to pay some dues on one account of the office through one operator.

    The amounts are frozen when the payer confirms them. `received_gr` is set only where another amount came than was
    ordered: what the operator reports while a person looks into it, and what was taken as paid once it was accepted,
    with the person's `mismatch_reason`. `operator_fee_gr` is the payer's fee as the operator tells it afterwards, None where
    it does not.
    `reference` is our id at the operator (random, never the primary key). Four times are kept, because law counts different
    days (eKasa § 10 ust. 8-9): ordered, debited or authorised, credited, booked.
    """

    reference = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State])
    resident = models.ForeignKey("accounts.Resident", on_delete=models.PROTECT, related_name="payments")
    payer = models.ForeignKey("accounts.Payer", on_delete=models.PROTECT, related_name="payments")
    operator_account = models.ForeignKey(
        "configuration.OperatorAccount", on_delete=models.PROTECT, related_name="+"
    )
    allocation_regime = models.CharField(max_length=12)
    account_nrb = models.CharField(max_length=26)
    title = EncryptedTextField(was_plain=True)
    amount_gr = models.BigIntegerField()
    fee_gr = models.BigIntegerField()
    added_fee_gr = models.BigIntegerField(default=0, db_default=0)
    operator_fee_gr = models.BigIntegerField(null=True)
    tariff = models.ForeignKey(
        "configuration.FeeTariff", on_delete=models.PROTECT, null=True, related_name="+"
    )
    method_id = models.CharField(max_length=40)
    method_name = models.CharField(max_length=80)
    method_group = models.CharField(max_length=16)
    quoted_on = models.DateField()
    start_key = models.UUIDField(unique=True)
    redirect_url = EncryptedTextField(blank=True, was_plain=True)
    operator_id = models.CharField(max_length=80, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    debited_on = models.DateField(null=True)
    credited_on = models.DateField(null=True)
    booked_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0)
    received_gr = models.BigIntegerField(null=True)
    received_currency = models.CharField(max_length=3, blank=True, db_default="")
    mismatch_reason = EncryptedTextField(null=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = [
            models.CheckConstraint(condition=Q(amount_gr__gt=0) & Q(fee_gr__gte=0), name="payment_amounts"),
            models.CheckConstraint(
                condition=Q(added_fee_gr=0) | Q(added_fee_gr__gt=0, fee_gr=0), name="payment_one_fee"
            ),
            models.CheckConstraint(
                condition=Q(received_gr__isnull=True) | Q(received_gr__gte=0), name="payment_received"
            ),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(booked_at__isnull=False), name="payment_booked_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "created_at"], name="payment_state"),
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="payment_checks"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def total_gr(self) -> int:
        """What is ordered from the operator: dues, and the payer's fee unless the operator adds that itself."""
        return self.amount_gr + self.fee_gr

    @property
    def payer_fee_gr(self) -> int:
        """The fee that the payer was told of before paying, whoever adds it to the dues."""
        return self.fee_gr + self.added_fee_gr

    @property
    def charged_gr(self) -> int:
        """What leaves the payer's account by the order: dues and fee."""
        return self.amount_gr + self.payer_fee_gr

    @property
    def paid_gr(self) -> int:
        """What was paid of the order: all of it, unless a person has accepted another amount. A fee that the operator adds
        itself is no part of this: we neither get it nor give it back."""
        return self.total_gr if self.received_gr is None else self.received_gr

    @property
    def refunded_gr(self) -> int:
        """What the operator has given back to the payer."""
        return sum(one.amount_gr for one in self.refunds.all() if one.state == RefundState.COMPLETED)

    @property
    def office_gr(self) -> int:
        """What the office gets and books: what was paid and not given back, without the operator's fee."""
        return max(0, self.paid_gr - self.refunded_gr - self.fee_gr)


class PaymentItem(models.Model):
    """Pozycja płatności: one due (or one reminder's costs) with the amounts shown to the payer.

    The partial unique indexes are the payment lock (eKasa § 10 ust. 4): while an item is open, PostgreSQL refuses a second
    open one for the same due, whichever tab, device, co-owner or API asks.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="items")
    liability = models.ForeignKey(
        "liabilities.Liability", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reminder_cost = models.ForeignKey(
        "liabilities.ReminderCost", on_delete=models.PROTECT, null=True, related_name="+"
    )
    principal_gr = models.BigIntegerField(default=0)
    interest_gr = models.BigIntegerField(default=0)
    cost_gr = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["liability"], condition=Q(is_open=True), name="payment_lock_liability"
            ),
            models.UniqueConstraint(
                fields=["reminder_cost"], condition=Q(is_open=True), name="payment_lock_cost"
            ),
            models.CheckConstraint(
                condition=Q(liability__isnull=False, reminder_cost__isnull=True)
                | Q(liability__isnull=True, reminder_cost__isnull=False),
                name="payment_item_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(principal_gr__gte=0)
                & Q(interest_gr__gte=0)
                & Q(cost_gr__gte=0)
                & Q(principal_gr__gt=-F("interest_gr") - F("cost_gr")),
                name="payment_item_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.liability_id or self.reminder_cost_id}"

    @property
    def total_gr(self) -> int:
        """Amount of the item in grosze."""
        return self.principal_gr + self.interest_gr + self.cost_gr


class AllocationRecord(models.Model):
    """Rozliczenie wpłaty: why each grosz of a booked payment or of a credited overpayment went where it went.

    One for each entry of the ledger that divides money, written in its transaction; PostgreSQL refuses every change. The
    `content` is JSON of a `services.payments.domain.record.Record` in the given `format`.
    """

    entry = models.OneToOneField("ledger.Entry", on_delete=models.PROTECT, related_name="allocation_record")
    format = models.PositiveSmallIntegerField()
    content = EncryptedJSONField(was_plain=True)

    encryption_row: ClassVar[tuple[str, ...]] = ("entry_id",)

    def __str__(self) -> str:
        return f"{self.entry_id}"


class Verdict(models.TextChoices):
    """Co zrobiono z komunikatem operatora."""

    ACCEPTED = "accepted", "przyjęty"
    FORGED = "forged", "odrzucony: zły podpis"
    MALFORMED = "malformed", "odrzucony: nieczytelny"
    WRONG_MERCHANT = "wrong_merchant", "odrzucony: inny odbiorca"
    ORPHAN = "orphan", "bez płatności w portalu"


class OperatorEvent(PublicIdModel):
    """Komunikat operatora, jaki przyszedł. Kept encrypted for as long as the payment; `dedupe_key` stops a replay."""

    operator_account = models.ForeignKey(
        "configuration.OperatorAccount", on_delete=models.PROTECT, related_name="+"
    )
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="events")
    dedupe_key = models.CharField(max_length=128)
    verdict = models.CharField(max_length=16, choices=Verdict)
    kind = models.CharField(max_length=12, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    last_received_at = models.DateTimeField(auto_now=True)
    deliveries = models.PositiveIntegerField(default=1)
    parsed = EncryptedJSONField(blank=True)
    raw = EncryptedTextField(blank=True)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operator_account", "dedupe_key"], name="operator_event_once")
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(processed_at__isnull=True, verdict="accepted"),
                name="operator_event_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict}"


class RequestKind(models.TextChoices):
    """O co prosi płatnik (art. 76 § 1 i art. 77 Ordynacji podatkowej)."""

    CREDIT = "credit", "zaliczenie na należność"
    REFUND = "refund", "zwrot"


class RequestState(models.TextChoices):
    """Stan wniosku."""

    WAITING = "waiting", "czeka na urząd"
    DONE = "done", "załatwiony"
    REJECTED = "rejected", "odrzucony"
    WITHDRAWN = "withdrawn", "wycofany przez płatnika"
    REVERSED = "reversed", "rozstrzygnięcie cofnięte"


class OverpaymentRequest(PublicIdModel):
    """Wniosek o zwrot albo zaliczenie nadpłaty, albo rozstrzygnięcie urzędu bez wniosku (z urzędu, art. 76 § 1 O.p.).

    One may wait for each overpayment. Without a resident the office acted ex officio: such a row is written with its
    decision and never waits. `amount_gr` and `effective_on` say what was credited or refunded and with which day; what the
    office still holds is a sum of the ledger. `reason` is why it was rejected or reversed, `taken_back_at` when it was
    withdrawn or reversed. `account_nrb` is where a refund goes; empty means in cash, as the office does it.
    """

    overpayment = models.ForeignKey(
        "liabilities.Overpayment", on_delete=models.PROTECT, related_name="requests"
    )
    resident = models.ForeignKey("accounts.Resident", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=RequestKind)
    liability = models.ForeignKey(
        "liabilities.Liability", on_delete=models.PROTECT, null=True, related_name="+"
    )
    account_nrb = EncryptedTextField(blank=True)
    state = models.CharField(max_length=9, choices=RequestState, default=RequestState.WAITING)
    reason = EncryptedTextField(blank=True)
    amount_gr = models.BigIntegerField(null=True)
    effective_on = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("created_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["overpayment"], condition=Q(state="waiting"), name="overpayment_request_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(kind="credit", liability__isnull=False)
                | Q(kind="refund", liability__isnull=True)
                | Q(resident__isnull=True, liability__isnull=True),
                name="overpayment_request_target",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("done", "reversed"))
                | Q(amount_gr__gt=0, effective_on__isnull=False, decided_at__isnull=False),
                name="overpayment_request_done",
            ),
            models.CheckConstraint(
                condition=Q(resident__isnull=False) | Q(state__in=("done", "reversed")),
                name="overpayment_request_asked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("withdrawn", "reversed"), taken_back_at__isnull=False)
                | (~Q(state__in=("withdrawn", "reversed")) & Q(taken_back_at__isnull=True)),
                name="overpayment_request_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def is_ex_officio(self) -> bool:
        """Whether the office acted without a request."""
        return self.resident_id is None
