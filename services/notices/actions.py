"""Writing messages into the outbox and delivering them."""

from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from kernel import tenancy
from kernel.tasks import enqueue
from services.notices.models import Message, MessageState

RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720, 1440)
"""Waiting time after each failed attempt; after the last one the message is dead and shown to the office."""


def write_message(*, kind: str, recipient: str, context: dict[str, object], related_ref: str = "") -> Message:
    """Put one e-mail into the outbox, inside the caller's transaction: it goes out only if that commits.

    `kind` names the template `notices/<kind>.txt`; its first line is the subject. `context` gets the portal's address.
    """
    scope = tenancy.current()
    text = render_to_string(
        f"notices/{kind}.txt", {"portal_address": portal_address(), "gmina": scope.name, **context}
    )
    subject, _, body = text.strip().partition("\n")
    message = Message(
        kind=kind,
        recipient=recipient,
        subject=subject.strip(),
        body=body.strip() + "\n",
        related_ref=related_ref,
        next_attempt_at=timezone.now(),
    )
    message.save()
    enqueue("notices.deliver_due")
    return message


def portal_address() -> str:
    """Address of the current gmina's portal, without a slash at its end."""
    port = f":{settings.PORTAL_PORT}" if settings.PORTAL_PORT else ""
    return f"{settings.PORTAL_SCHEME}://{tenancy.current().host}{port}"


def deliver(message_id: UUID) -> MessageState:
    """Hand one waiting message to the mail server. The row is locked meanwhile, so two workers never send it twice.

    A refusal for good (5xx about the recipient) makes it dead at once; anything else is tried again later.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(public_id=message_id, state=MessageState.WAITING)
            .first()
        )
        if message is None:
            return MessageState.SENT
        email = EmailMessage(
            subject=message.subject,
            body=message.body,
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[message.recipient],
            headers={
                "Message-ID": f"<{message.public_id}@{tenancy.current().host}>",
                "Auto-Submitted": "auto-generated",
            },
        )
        try:
            email.send()
        except SMTPRecipientsRefused as error:
            permanent = all(code >= 500 for code, _ in error.recipients.values())
            _failed(
                message, f"recipient refused ({'permanent' if permanent else 'temporary'})", dead=permanent
            )
        except (SMTPException, OSError) as error:
            _failed(message, type(error).__name__)
        else:
            message.state = MessageState.SENT
            message.sent_at = timezone.now()
            message.last_error = ""
        message.attempts += 1
        message.save()
        return MessageState(message.state)


def _failed(message: Message, error: str, *, dead: bool = False) -> None:
    message.last_error = error
    if dead or message.attempts >= len(RETRY_MINUTES):
        message.state = MessageState.DEAD
    else:
        message.next_attempt_at = timezone.now() + timedelta(minutes=RETRY_MINUTES[message.attempts])
