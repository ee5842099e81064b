"""What needs a second person, a reason or a consent. Rows say who, when and why; the values in them are encrypted."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kernel.fields import EncryptedJSONField, EncryptedTextField, PublicIdModel
from services.safeguards.domain import ChangeKind, ChangeState, EndedBy, RevealReason


def _choices(
    words: type[ChangeKind] | type[ChangeState] | type[EndedBy] | type[RevealReason],
) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class ProposedChange(PublicIdModel):
    """Zmiana rachunku albo kluczy, która czeka na drugą osobę.

    `subject_ref` is the public id of the setting, empty for a new one; `version` the one that the proposer saw. `content`
    holds values, secrets and what was there before, encrypted as a whole.
    """

    kind = models.CharField(max_length=20, choices=_choices(ChangeKind))
    subject_ref = models.UUIDField(null=True)
    label = models.CharField(max_length=160)
    version = models.PositiveIntegerField()
    content = EncryptedJSONField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=_choices(ChangeState), default=ChangeState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = EncryptedTextField(blank=True)

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_ref"], condition=Q(state="open"), name="one_open_change"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="change_decided_at",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="change_by_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Reveal(PublicIdModel):
    """Odsłonięcie: one field of one person's data, shown to somebody of the office for a reason.

    `subject_type` is the model ("accounts.resident"), `subject_ref` its public id, `field` the column that was shown.
    """

    subject_type = models.CharField(max_length=40)
    subject_ref = models.UUIDField()
    field = models.CharField(max_length=30)
    reason = models.CharField(max_length=12, choices=_choices(RevealReason))
    note = EncryptedTextField(blank=True)
    revealed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    revealed_at = models.DateTimeField()

    class Meta:
        ordering = ("-revealed_at", "-id")
        indexes = [models.Index(fields=["subject_ref", "revealed_at"], name="reveal_subject")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.field}"


class SupportConsent(PublicIdModel):
    """Zgoda gminy na dostęp wsparcia: under whose account, for what and until when."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = EncryptedTextField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    granted_at = models.DateTimeField()
    valid_to = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-granted_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    valid_to__gt=F("granted_at"), valid_to__lte=F("granted_at") + timedelta(hours=72)
                ),
                name="consent_at_most_three_days",
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class SupportAccess(PublicIdModel):
    """Dostęp wsparcia: an operator of the platform looks at the desk as an account of the office, one hour at most.

    `operator_ref` is the public id of the operator's account on the platform. Until `started_at` only the door stands open:
    whoever brings the token of which `token_digest` is kept goes in, once.
    """

    consent = models.ForeignKey(SupportConsent, on_delete=models.PROTECT, related_name="accesses")
    operator_ref = models.CharField(max_length=36)
    reason = EncryptedTextField()
    token_digest = models.BinaryField()
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=8, choices=_choices(EndedBy), blank=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["consent"], condition=Q(ended_at__isnull=True), name="one_support_access_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, ends_at__lte=F("asked_at") + timedelta(hours=1))
                | Q(started_at__isnull=False, ends_at__lte=F("started_at") + timedelta(hours=1)),
                name="support_access_at_most_an_hour",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
