"""Writing messages into the outbox."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from kernel import tenancy
from kernel.gathering import ask_once
from kernel.tasks import enqueue
from services.notices import texts
from services.notices.domain import head_start
from services.notices.models import LetterText, Message
from services.notices.queries import own_texts


@dataclass(frozen=True)
class Letter:
    """An e-mail to write. `kind` names the template `notices/<kind>.txt`; its first line is the subject. `context` gets
    the portal's address. `unsubscribe_url` is where a mail program says that nobody wants such letters (RFC 8058)."""

    kind: str
    recipient: str
    context: dict[str, object]
    related_ref: str = ""
    unsubscribe_url: str | None = None


def write_message(*, kind: str, recipient: str, context: dict[str, object], related_ref: str = "") -> Message:
    """Put one e-mail into the outbox, inside the caller's transaction: it goes out only if that commits."""
    (message,) = write_messages([Letter(kind, recipient, context, related_ref)])
    return message


def write_messages(letters: Sequence[Letter], *, within_seconds: float = 0) -> list[Message]:
    """Put e-mails into the outbox by one statement, inside the caller's transaction: they go out only if that commits.

    Letters for which nobody waits may be delivered `within_seconds`: together, and after what is more urgent.
    """
    if not letters:
        return []
    own = own_texts({letter.kind for letter in letters})
    messages = Message.objects.bulk_create([_written(letter, own) for letter in letters])
    if within_seconds:
        ask_once("notices.deliver_due", within_seconds=within_seconds)
    else:
        enqueue("notices.deliver_due")
    return messages


def _written(letter: Letter, own: Mapping[str, LetterText]) -> Message:
    context = surroundings() | letter.context
    subject, body = texts.worded(letter.kind, context, own.get(letter.kind))
    return Message(
        kind=letter.kind,
        recipient=letter.recipient,
        subject=subject,
        body=body,
        unsubscribe_url=letter.unsubscribe_url,
        related_ref=letter.related_ref,
        next_attempt_at=timezone.now() - head_start(letter.kind),
    )


def surroundings() -> dict[str, object]:
    """What every letter of the open gmina may say."""
    return {"portal_address": portal_address(), "gmina": tenancy.current().name}


def portal_address() -> str:
    """Address of the current gmina's portal, without a slash at its end."""
    port = f":{settings.PORTAL_PORT}" if settings.PORTAL_PORT else ""
    return f"{settings.PORTAL_SCHEME}://{tenancy.current().host}{port}"
