"""Who wants to be reminded of due dates, and of what each was reminded."""

from django.db import models
from django.db.models import Q

from services.letters.domain import Lead


class ReminderWish(models.Model):
    """Kiedy przypominać: how long before the due date. Whether at all says the consent; without a row both are meant."""

    resident = models.OneToOneField(
        "accounts.Resident", on_delete=models.CASCADE, related_name="reminder_wish"
    )
    a_week_before = models.BooleanField(default=False)
    on_the_day = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(a_week_before=True) | Q(on_the_day=True), name="reminder_wish_of_something"
            )
        ]

    def __str__(self) -> str:
        return str(self.resident_id)


class Reminder(models.Model):
    """Przypomnienie o terminie: this resident, this due, this due date, this lead, once and never again.

    `letter` is the public id of the message, null until it is written: in one transaction with it.
    """

    resident = models.ForeignKey("accounts.Resident", on_delete=models.CASCADE, related_name="+")
    liability = models.ForeignKey("liabilities.Liability", on_delete=models.CASCADE, related_name="+")
    lead = models.CharField(max_length=4, choices=[(one.value, one.value) for one in Lead])
    due_on = models.DateField()
    planned_on = models.DateField()
    letter = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "liability", "due_on", "lead"], name="reminder_never_twice"
            )
        ]
        indexes = [
            models.Index(
                fields=["planned_on", "resident"], condition=Q(letter__isnull=True), name="reminder_unwritten"
            ),
            models.Index(fields=["due_on"], name="reminder_due"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.liability_id} {self.lead}"
