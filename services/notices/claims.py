"""Taking letters for a run, and writing down what became of each. Every function is a short transaction of its own.

Nothing here speaks to the mail server, and nothing is locked while somebody does.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from services.notices.domain import MOST_DOUBTS, RETRY_MINUTES, Delivery, Reason
from services.notices.models import Message, MessageState, Undelivered


def lease() -> timedelta:
    """For how long a run holds the letters that it has taken; each gets as long again when its turn comes."""
    return timedelta(seconds=settings.LETTER_LEASE_SECONDS)


class Run:
    """The letters that one worker holds."""

    def __init__(self, claim: UUID, messages: Sequence[Message]) -> None:
        self.claim = claim
        self.messages = list(messages)

    def note_hand_over(self, message: Message) -> bool:
        """Write down that the server gets the letter now; False when the lease has run out or the letter was settled."""
        now = timezone.now()
        held = self._row(message).filter(next_attempt_at__gt=now)
        return bool(held.update(handed_at=now, next_attempt_at=now + lease()))

    def note_sent(self, message: Message) -> None:
        """The server has taken it."""
        now = timezone.now()
        self._row(message).update(
            state=MessageState.SENT, sent_at=now, claim=None, attempts=F("attempts") + 1, last_error=""
        )

    def note_failed(self, message: Message, error: str, *, dead: Reason | None = None) -> Delivery:
        """The server has not taken it, for certain: again later, or dead with `dead` or when the waiting times are over."""
        if dead is None and message.attempts >= len(RETRY_MINUTES):
            dead = Reason.GIVEN_UP
        if dead is not None:
            self._give_up(message, error, dead)
            return Delivery.DEAD
        self._row(message).update(
            claim=None,
            handed_at=None,
            attempts=F("attempts") + 1,
            last_error=error,
            next_attempt_at=timezone.now() + timedelta(minutes=RETRY_MINUTES[message.attempts]),
        )
        return Delivery.LATER

    def note_doubt(self, message: Message, error: str) -> Delivery:
        """The server may have taken it."""
        self._row(message).update(attempts=F("attempts") + 1, last_error=error)
        _doubt(Message.objects.filter(pk=message.pk, claim=self.claim))
        return Delivery.DOUBTFUL

    @transaction.atomic
    def release(self, messages: Collection[Message], until: datetime | None = None) -> None:
        """Give letters back that the server has not been offered: to their old place, or to wait `until` then."""
        for message in messages:
            self._row(message).filter(handed_at__isnull=True).update(
                claim=None, next_attempt_at=until or message.next_attempt_at
            )

    @transaction.atomic
    def _give_up(self, message: Message, error: str, reason: Reason) -> None:
        row = self._row(message).update(
            state=MessageState.DEAD, claim=None, attempts=F("attempts") + 1, last_error=error
        )
        if row:
            tell_undelivered(message, reason, error)

    def _row(self, message: Message) -> QuerySet[Message]:
        return Message.objects.filter(pk=message.pk, claim=self.claim, state=MessageState.WAITING)


@transaction.atomic
def claim(at_most: int, *, only: UUID | None = None) -> Run:
    """Take letters that are due, the first in the queue first; other workers pass over them until the lease ends.

    A letter that a run left behind in doubt is put aside until a report may have come; when none did, it is sent again.
    """
    now = timezone.now()
    due = Message.objects.select_for_update(skip_locked=True).filter(state=MessageState.WAITING)
    due = due.filter(public_id=only) if only else due.filter(next_attempt_at__lte=now)
    found = list(due.order_by("next_attempt_at", "id")[:at_most])
    doubtful = [row for row in found if row.handed_at and row.claim and row.next_attempt_at <= now]
    _doubt(Message.objects.filter(pk__in=[row.pk for row in doubtful]))
    spent = [row for row in found if row.handed_at and not row.claim and row.doubts > MOST_DOUBTS]
    for row in spent:
        Message.objects.filter(pk=row.pk).update(state=MessageState.DEAD)
        tell_undelivered(row, Reason.IN_DOUBT, row.last_error)
    away = {row.pk for row in (*doubtful, *spent)}
    held = {row.pk for row in found if row.claim and row.next_attempt_at > now}
    taken = [row for row in found if row.pk not in away | held]
    run = Run(uuid4(), taken)
    Message.objects.filter(pk__in=[row.pk for row in taken]).update(
        claim=run.claim, handed_at=None, next_attempt_at=now + lease()
    )
    return run


def runs_under_way() -> int:
    """How many workers hold letters of the gmina now."""
    held = Message.objects.filter(
        state=MessageState.WAITING, next_attempt_at__gt=timezone.now(), claim__isnull=False
    )
    return held.values("claim").distinct().count()


@transaction.atomic
def settle_taken(public_ids: Collection[UUID]) -> int:
    """The mail server reports that it has these letters: those in doubt are sent. Returns how many were."""
    unsure = Message.objects.filter(public_id__in=public_ids, state=MessageState.WAITING)
    return unsure.filter(Q(handed_at__isnull=False) | Q(doubts__gt=0)).update(
        state=MessageState.SENT, sent_at=timezone.now(), claim=None, last_error=""
    )


def tell_undelivered(message: Message, reason: Reason, detail: str) -> None:
    """Show the office that a letter did not arrive, inside the caller's transaction; again if it was settled before."""
    Undelivered.objects.update_or_create(
        message=message,
        defaults={
            "reason": reason.value,
            "detail": detail[:60],
            "happened_at": timezone.now(),
            "settled_at": None,
            "settled_by": "",
        },
    )


def _doubt(rows: QuerySet[Message]) -> None:
    wait = timedelta(seconds=settings.LETTER_DOUBT_SECONDS)
    rows.update(claim=None, doubts=F("doubts") + 1, next_attempt_at=timezone.now() + wait)
