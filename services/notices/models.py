"""Message outbox: a message is a row first, so it survives the mail server, the broker and the worker."""

from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel


class MessageState(models.TextChoices):
    """Stan wiadomości."""

    WAITING = "waiting", "czeka na wysłanie"
    SENT = "sent", "wysłana"
    RETURNED = "returned", "wróciła do nadawcy"
    DEAD = "dead", "nie udało się wysłać"


class Message(PublicIdModel):
    """Wiadomość e-mail do wysłania. Address, subject and body are encrypted; `kind` names the template.

    `next_attempt_at` is the place in the queue and the lease in one: a worker that takes a message puts its number into
    `claim` and the end of its lease here, so a message of a worker that died comes due by itself. `handed_at` is written and
    committed before the mail server sees the first word; a message that comes due with it is in doubt, and `doubts` counts
    how often (docs/decisions/0021).
    """

    kind = models.CharField(max_length=60)
    recipient = EncryptedTextField()
    subject = EncryptedTextField()
    body = EncryptedTextField()
    unsubscribe_url = EncryptedTextField(null=True)
    related_ref = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    handed_at = models.DateTimeField(null=True)
    doubts = models.PositiveSmallIntegerField(default=0, db_default=0)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="waiting"), name="message_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Undelivered(PublicIdModel):
    """Wiadomość niedoręczona: given up, refused for good, or come back; it stands here until somebody has settled it.

    `reason` is one of `domain.Reason`, `detail` what the mail server gave as its code.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="undelivered")
    reason = models.CharField(max_length=16)
    detail = models.CharField(max_length=60, blank=True)
    happened_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["happened_at"], condition=Q(settled_at__isnull=True), name="undelivered_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.happened_at:%Y-%m-%d}"


class BadAddress(models.Model):
    """Adres, pod który poczta nie dochodzi: what a report about it said last. The address itself is not kept here."""

    address_index = models.BinaryField(unique=True)
    status = models.CharField(max_length=12, blank=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.status


class LetterText(PublicIdModel):
    """Tekst listu gminy: one version of the words of one kind of letter; the newest one holds.

    An empty `body` gives the kind back the text of the program. Rows are never changed, so who wrote what and when stays.
    """

    kind = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=150, blank=True)
    body = models.TextField(blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="letter_text_version")]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"
