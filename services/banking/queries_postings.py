"""Files of postings as the desk, the API and the exchange folder show them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from kernel.errors import NotFound
from services.accounts.access import require, types_handled
from services.banking.domain.postings import Outcome
from services.banking.models import PostingRow, PostingRun, PostingSource, PostingState
from services.users.domain import Verb

_TOLD_AGAIN = Q(outcome=Outcome.KNOWN) & ~Q(code="posting.known")
"""What the portal had recognised when the same posting came before, and recognises again."""


def posting_runs(actor: Actor) -> QuerySet[PostingRun]:
    """The clerk's own files, and those that no person brought, newest first."""
    require(actor, Verb.BOOK_PAYMENT)
    return PostingRun.objects.filter(Q(actor_ref=actor.ref) | ~Q(source=PostingSource.DESK))


def posting_run(actor: Actor, run_id: UUID) -> PostingRun:
    """One file. Raises NotFound("postings.unknown")."""
    run = posting_runs(actor).filter(public_id=run_id).first()
    if run is None:
        raise NotFound("postings.unknown")
    return run


def postings_to_carry_on() -> list[UUID]:
    """Files on which nobody works now, the oldest first. Who calls the API sends the rest again."""
    now = timezone.now()
    rows = PostingRun.objects.filter(state__in=(PostingState.CHECKING, PostingState.BOOKING))
    free = rows.filter(Q(busy_until__isnull=True) | Q(busy_until__lt=now)).exclude(source=PostingSource.API)
    return list(free.order_by("read_at", "id").values_list("public_id", flat=True))


@dataclass(frozen=True)
class PostingCounts:
    """Rows of a file by what became of them, or by what the check expects."""

    booked: int
    recognised: int
    taken_back: int
    known: int
    refused: int
    waiting: int

    @property
    def tried(self) -> int:
        """Rows that have been judged."""
        return self.booked + self.recognised + self.taken_back + self.known + self.refused


def counts_of(run: PostingRun) -> PostingCounts:
    """Counted from the rows themselves, so it is right whoever works on the file."""
    recognised = Q(outcome=Outcome.RECOGNISED) | _TOLD_AGAIN
    found = run.rows.order_by().aggregate(
        booked=Count("pk", filter=Q(outcome=Outcome.BOOKED)),
        recognised=Count("pk", filter=recognised),
        taken_back=Count("pk", filter=Q(outcome=Outcome.TAKEN_BACK)),
        known=Count("pk", filter=Q(outcome=Outcome.KNOWN) & ~recognised),
        refused=Count("pk", filter=Q(outcome=Outcome.REFUSED)),
        waiting=Count("pk", filter=Q(outcome="")),
    )
    return PostingCounts(**found)


def result_of(row: PostingRow) -> str:
    """A value of Outcome: a posting that was recognised when it came before is recognised again."""
    is_again = row.outcome == Outcome.KNOWN and row.code != "posting.known"
    return Outcome.RECOGNISED.value if is_again else row.outcome


def rows_seen(actor: Actor, run: PostingRun) -> QuerySet[PostingRow]:
    """Rows of a file that the clerk may look at, in its order: all of an own file; of one that no person brought those
    of dues that she or he handles, and those of no known due."""
    rows = run.rows.select_related("due").order_by("line")
    if actor.kind == ActorKind.STAFF and run.actor_ref != actor.ref:
        rows = rows.filter(Q(due__isnull=True) | Q(due__liability_type__in=types_handled(actor)))
    return rows


def to_tell(rows: QuerySet[PostingRow]) -> QuerySet[PostingRow]:
    """Those about which there is something to say: refused or recognised."""
    return rows.exclude(code="").exclude(code="posting.known")
