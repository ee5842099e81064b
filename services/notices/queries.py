"""What waits in the outbox, what did not arrive, and in whose words letters go out."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from kernel import crypto
from kernel.errors import NotFound
from services.notices.models import BadAddress, LetterText, Message, MessageState, Undelivered


def messages_due(now: datetime, limit: int = 500) -> list[UUID]:
    """Public ids of messages to send now, the first in the queue first."""
    rows = Message.objects.filter(state=MessageState.WAITING, next_attempt_at__lte=now).order_by(
        "next_attempt_at", "id"
    )
    return list(rows.values_list("public_id", flat=True)[:limit])


def written_since(moment: datetime, *kinds: str) -> bool:
    """Whether a message of one of the kinds was put into the outbox since then."""
    return Message.objects.filter(kind__in=kinds, created_at__gte=moment).exists()


def undelivered(*, settled: bool = False) -> QuerySet[Undelivered]:
    """Messages that did not arrive, newest first: the office must reach these people otherwise."""
    rows = Undelivered.objects.filter(settled_at__isnull=not settled).select_related("message")
    return rows.order_by("-happened_at", "-id")


def undelivered_one(public_id: UUID) -> Undelivered:
    """One of them. Raises NotFound("letter.unknown")."""
    row = Undelivered.objects.select_related("message").filter(public_id=public_id).first()
    if row is None:
        raise NotFound("letter.unknown")
    return row


def undelivered_count() -> int:
    """How many of them nobody has settled."""
    return Undelivered.objects.filter(settled_at__isnull=True).count()


def address_index(address: str) -> bytes:
    """Blind index by which an address that mail does not reach is found."""
    return crypto.blind_index(address.strip().casefold(), "undeliverable")


def bad_address(address: str) -> BadAddress | None:
    """What is known against an address; None when mail reaches it as far as we know."""
    return BadAddress.objects.filter(address_index=address_index(address)).first()


def bad_among(addresses: Collection[str]) -> set[str]:
    """Those of the addresses that mail does not reach."""
    by_index = {address_index(address): address for address in addresses}
    found = BadAddress.objects.filter(address_index__in=by_index).values_list("address_index", flat=True)
    return {by_index[bytes(index)] for index in found}


def own_texts(kinds: Collection[str]) -> dict[str, LetterText]:
    """The gmina's own texts of these kinds, by kind; a kind with the program's text is missing."""
    newest = LetterText.objects.filter(kind__in=kinds).order_by("kind", "-version").distinct("kind")
    return {row.kind: row for row in newest if row.body}


def text_versions(kind: str) -> QuerySet[LetterText]:
    """All versions of the gmina's text of a kind, newest first."""
    return LetterText.objects.filter(kind=kind).order_by("-version")
