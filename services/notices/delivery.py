"""Handing messages over to the mail server: a claim, a conversation, a note about each letter, and no lock meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from uuid import UUID

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from integrations.messages.smtp import Conversation, InDoubt, MailServer
from services.notices.claims import Run, claim
from services.notices.domain import Delivery, Reason
from services.notices.look import look
from services.notices.mime import content_of, envelope_of
from services.notices.models import Message
from services.notices.sender import sender

SENDER_REFUSED = "SMTPSenderRefused"
"""How `last_error` of a message begins when the mail server does not send for the gmina's own address."""


def deliver(message_id: UUID) -> Delivery:
    """Hand one waiting message to the mail server now, over a connection of its own."""
    run = claim(1, only=message_id)
    with mail_server() as server:
        for message in run.messages:
            return deliver_over(server, run, message)
    return Delivery.NOT_OURS


@contextmanager
def mail_server() -> Iterator[Conversation]:
    """The mail server for some messages, which share one connection; it is opened with the first of them."""
    server = Conversation(
        MailServer(
            host=settings.EMAIL_HOST,
            port=settings.EMAIL_PORT,
            user=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD,
            starts_tls=settings.EMAIL_USE_TLS,
            speaks_tls=settings.EMAIL_USE_SSL,
            timeout=settings.EMAIL_TIMEOUT,
            our_name=DNS_NAME.get_fqdn(),
        )
    )
    try:
        yield server
    finally:
        server.close()


def deliver_over(server: Conversation, run: Run, message: Message) -> Delivery:
    """Hand over one message of the run.

    That the server gets it now is committed before the server sees a word, and what it answered right afterwards: whoever
    dies in between leaves this one letter in doubt and no other. A refusal for good (5xx about the recipient) and an address
    that no mail server could take make it dead at once; any other refusal is tried again until the waiting times are over.
    """
    try:
        given = sender()
        envelope, content = envelope_of(message, given), content_of(message, given, look())
    except ValueError as error:  # a line break in the address, or letters that SMTP cannot carry
        return run.note_failed(message, type(error).__name__, dead=Reason.ADDRESS)
    try:
        server.offer(envelope, len(content))
        if not run.note_hand_over(message):
            server.drop()
            return Delivery.NOT_OURS
        server.hand_over(content)
    except InDoubt as error:
        server.drop()
        return run.note_doubt(message, str(error))
    except SMTPRecipientsRefused as error:
        permanent = all(code >= 500 for code, _ in error.recipients.values())
        text = f"recipient refused ({'permanent' if permanent else 'temporary'})"
        return run.note_failed(message, text, dead=Reason.REFUSED if permanent else None)
    except SMTPSenderRefused as error:
        return run.note_failed(message, f"{SENDER_REFUSED} {error.smtp_code}")
    except SMTPDataError as error:
        return run.note_failed(message, f"{type(error).__name__} {error.smtp_code}")
    except OSError as error:  # smtplib's other errors are of this kind too
        server.drop()
        outcome = run.note_failed(message, type(error).__name__)
        return Delivery.AWAY if outcome == Delivery.LATER else outcome
    run.note_sent(message)
    return Delivery.SENT
