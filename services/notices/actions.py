"""Writing messages into the outbox and delivering them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from kernel import tenancy
from kernel.gathering import ask_once
from kernel.tasks import enqueue
from services.notices.models import Message, MessageState
from services.notices.sender import sender

SENDER_REFUSED = "SMTPSenderRefused"
"""How `last_error` of a message begins when the mail server does not send for the gmina's own address."""
RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720, 1440)
"""Waiting time after each failed attempt; after the last one the message is dead and shown to the office."""


@dataclass(frozen=True)
class Letter:
    """An e-mail to write. `kind` names the template `notices/<kind>.txt`; its first line is the subject. `context` gets
    the portal's address."""

    kind: str
    recipient: str
    context: dict[str, object]
    related_ref: str = ""


def write_message(*, kind: str, recipient: str, context: dict[str, object], related_ref: str = "") -> Message:
    """Put one e-mail into the outbox, inside the caller's transaction: it goes out only if that commits."""
    (message,) = write_messages([Letter(kind, recipient, context, related_ref)])
    return message


def write_messages(letters: Sequence[Letter], *, within_seconds: float = 0) -> list[Message]:
    """Put e-mails into the outbox by one statement, inside the caller's transaction: they go out only if that commits.

    Letters for which nobody waits may be delivered `within_seconds`: together, and after what is more urgent.
    """
    messages = Message.objects.bulk_create(_written(letter) for letter in letters)
    if messages and within_seconds:
        ask_once("notices.deliver_due", within_seconds=within_seconds)
    elif messages:
        enqueue("notices.deliver_due")
    return messages


def _written(letter: Letter) -> Message:
    around = {"portal_address": portal_address(), "gmina": tenancy.current().name}
    text = render_to_string(f"notices/{letter.kind}.txt", around | letter.context)
    subject, _, body = text.strip().partition("\n")
    return Message(
        kind=letter.kind,
        recipient=letter.recipient,
        subject=subject.strip(),
        body=body.strip() + "\n",
        related_ref=letter.related_ref,
        next_attempt_at=timezone.now(),
    )


def portal_address() -> str:
    """Address of the current gmina's portal, without a slash at its end."""
    port = f":{settings.PORTAL_PORT}" if settings.PORTAL_PORT else ""
    return f"{settings.PORTAL_SCHEME}://{tenancy.current().host}{port}"


class Delivery(StrEnum):
    """What became of one try to hand a message over."""

    SENT = "sent"
    LATER = "later"
    """The server did not take this message now; it is tried again at its time."""
    AWAY = "away"
    """There was no talking to the server: the next message would fare no better now."""
    DEAD = "dead"
    NOT_OURS = "not_ours"
    """Sent or dead before, or in the hands of another worker."""


def deliver(message_id: UUID) -> Delivery:
    """Hand one waiting message to the mail server, over a connection of its own."""
    with mail_server() as server:
        return deliver_over(server, message_id)


@contextmanager
def mail_server() -> Iterator[BaseEmailBackend]:
    """The mail server for some messages, which share one connection; it is opened with the first of them."""
    server = get_connection()
    try:
        yield server
    finally:
        _hang_up(server)


def deliver_over(server: BaseEmailBackend, message_id: UUID) -> Delivery:
    """Hand one waiting message to the mail server. The row is locked meanwhile, so two workers never send it twice.

    A refusal for good (5xx about the recipient) and an address that no mail server could take make it dead at once; anything
    else is tried again later, until the waiting times are used up. After anything but success the next message gets a new
    connection.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(public_id=message_id, state=MessageState.WAITING)
            .first()
        )
        if message is None:
            return Delivery.NOT_OURS
        given = sender()
        email = EmailMessage(
            subject=message.subject,
            body=message.body,
            from_email=given.address,
            to=[message.recipient],
            reply_to=[given.reply_to] if given.reply_to else None,
            headers={
                "Message-ID": f"<{message.public_id}@{tenancy.current().host}>",
                "Auto-Submitted": "auto-generated",
            },
            connection=server,
        )
        outcome = _hand_over(message, email, server)
        if outcome != Delivery.SENT:
            _hang_up(server)
        message.attempts += 1
        message.save()
        return outcome


def _hang_up(server: BaseEmailBackend) -> None:
    with suppress(
        OSError
    ):  # one that has hung up itself is told no goodbye; smtplib's errors are of this kind
        server.close()


def _hand_over(message: Message, email: EmailMessage, server: BaseEmailBackend) -> Delivery:
    try:
        server.open()
        email.send()
    except SMTPRecipientsRefused as error:
        permanent = all(code >= 500 for code, _ in error.recipients.values())
        return _failed(
            message, f"recipient refused ({'permanent' if permanent else 'temporary'})", dead=permanent
        )
    except SMTPSenderRefused as error:
        return _failed(message, f"{SENDER_REFUSED} {error.smtp_code}")
    except SMTPDataError as error:
        return _failed(message, f"{type(error).__name__} {error.smtp_code}")
    except OSError as error:  # smtplib's other errors are of this kind too
        outcome = _failed(message, type(error).__name__)
        return Delivery.AWAY if outcome == Delivery.LATER else outcome
    except ValueError as error:  # a line break in the address, or letters that SMTP cannot carry
        return _failed(message, type(error).__name__, dead=True)
    message.state = MessageState.SENT
    message.sent_at = timezone.now()
    message.last_error = ""
    return Delivery.SENT


def _failed(message: Message, error: str, *, dead: bool = False) -> Delivery:
    message.last_error = error
    if dead or message.attempts >= len(RETRY_MINUTES):
        message.state = MessageState.DEAD
        return Delivery.DEAD
    message.next_attempt_at = timezone.now() + timedelta(minutes=RETRY_MINUTES[message.attempts])
    return Delivery.LATER
