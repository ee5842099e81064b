"""Message outbox: a message is a row first, so it survives the mail server, the broker and the worker."""

from django.db import models

from kernel.fields import EncryptedTextField, PublicIdModel


class MessageState(models.TextChoices):
    """Stan wiadomości."""

    WAITING = "waiting", "czeka na wysłanie"
    SENT = "sent", "wysłana"
    DEAD = "dead", "nie udało się wysłać"


class Message(PublicIdModel):
    """Wiadomość e-mail do wysłania. Address, subject and body are encrypted; `kind` names the template."""

    kind = models.CharField(max_length=60)
    recipient = EncryptedTextField()
    subject = EncryptedTextField()
    body = EncryptedTextField()
    related_ref = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=8, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
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
