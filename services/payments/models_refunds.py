"""Refunds through the operator, before a payment is booked."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kernel.fields import EncryptedTextField, PublicIdModel
from services.payments.domain.refunds import OPEN, UNDERWAY, RefundState

_OPEN = sorted(state.value for state in OPEN)
_UNDERWAY = sorted(state.value for state in UNDERWAY)


class Refund(PublicIdModel):
    """Zwrot wpłaty: money of one payment that goes back through the operator to where it came from.

    Two different persons propose and approve it. `paid_gr` and `refunded_gr` are what the amount was checked against when it
    was proposed: had they changed before the approval, it would be refused. `idempotency_key` goes with every try, so that
    the operator gives the money back once. A refund without a proposer was made at the operator, not in the portal: it is
    kept because it lowers what is left of the payment. `closing_reason` is why a person withdrew or refused it.
    """

    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, related_name="refunds")
    amount_gr = models.BigIntegerField()
    paid_gr = models.BigIntegerField()
    refunded_gr = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=60)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in RefundState], default=RefundState.PROPOSED.value
    )
    reason = EncryptedTextField(blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closing_reason = EncryptedTextField(blank=True)
    operator_status = models.CharField(max_length=16, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    proposed_at = models.DateTimeField(auto_now_add=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)
    checks = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("proposed_at", "id")
        constraints = [
            models.UniqueConstraint(fields=["payment"], condition=Q(state__in=_OPEN), name="refund_one_open"),
            models.UniqueConstraint(fields=["payment", "idempotency_key"], name="refund_key"),
            models.CheckConstraint(
                condition=Q(amount_gr__gt=0, paid_gr__gt=0, refunded_gr__gte=0), name="refund_amounts"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True) | Q(amount_gr__lte=F("paid_gr") - F("refunded_gr")),
                name="refund_within_what_was_left",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="refund_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_UNDERWAY) | Q(approved_by__isnull=False),
                name="refund_underway_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN, ended_at__isnull=True)
                | (~Q(state__in=_OPEN) & Q(ended_at__isnull=False)),
                name="refund_end_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="refund_checks"
            )
        ]

    def __str__(self) -> str:
        return f"{self.idempotency_key} {self.state}"

    @property
    def is_own(self) -> bool:
        """Whether the office ordered it here; any other was made at the operator."""
        return self.proposed_by_id is not None
