"""How a message looks on the wire: plain text and the same as HTML, with the headers that programs read."""

from email.message import Message as MimeMessage
from typing import cast

from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from integrations.messages.smtp import Envelope
from kernel import tenancy
from services.notices.look import Look
from services.notices.models import Message
from services.notices.returning import return_address
from services.notices.sender import Sender


def envelope_of(message: Message, given: Sender) -> Envelope:
    """From whom to whom, as the mail server is told. Raises ValueError for an address that SMTP cannot carry."""
    back = return_address(message.public_id)
    recipient = message.recipient
    if not recipient or any(ord(sign) < ord(" ") for sign in recipient):
        raise ValueError("no address")
    return Envelope(
        sender=back or sanitize_address(given.bare, "utf-8"),
        recipient=sanitize_address(recipient, "utf-8"),
        report_id=message.public_id.hex if back else "",
    )


def content_of(message: Message, given: Sender, look: Look) -> bytes:
    """The letter with CRLF at the ends of its lines. Raises ValueError for a line break in a header.

    A letter that was sent in doubt and is sent again has the same Message-ID: mail programs that know it show it once.
    """
    headers = {
        "Message-ID": f"<{message.public_id}@{tenancy.current().host}>",
        "Auto-Submitted": "auto-generated",
    }
    if message.unsubscribe_url:  # RFC 8058: one click in the mail program, without a page
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email = EmailMultiAlternatives(
        subject=message.subject,
        body=message.body,
        from_email=given.address,
        to=[message.recipient],
        reply_to=[given.reply_to] if given.reply_to else None,
        headers=headers,
    )
    email.attach_alternative(look.page(message.subject, message.body), "text/html")
    return cast(MimeMessage, email.message()).as_bytes(linesep="\r\n")  # type: ignore[call-arg]
