"""Postings of the finance system: stored all at once, checked, then booked row by row, each in its own transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Final
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.reading import Shape
from kernel.actors import Actor, ActorKind, system
from kernel.audit.recording import record
from kernel.budget import is_time_up
from kernel.errors import Conflict, InvalidInput, Refused, SkarbnikError
from kernel.tasks import enqueue
from services.accounts.access import require
from services.banking.actions.posting_rows import book_row
from services.banking.domain.postings import Outcome
from services.banking.models import PostingRow, PostingRun, PostingSource, PostingState
from services.banking.posting_files import ReadPostings, posting_rows, read_postings
from services.banking.queries_postings import counts_of, posting_run
from services.users.domain import Verb
from services.users.models import User

log = structlog.get_logger(__name__)

MAX_BYTES: Final = 32 * 1024 * 1024
AT_ONCE_ROWS: Final = 300
"""Up to here nobody has to wait for a worker."""
CHECKED_FOR: Final = timedelta(days=7)
LEASE: Final = timedelta(minutes=10)
FOLDER: Final = system("banking.postings")
_RENEW_EVERY: Final = 100
_BATCH: Final = 2_000
_FRESH: Final[Mapping[str, Any]] = {
    "outcome": "", "code": "", "told_on": None, "expected_gr": None, "due": None, "match": None, "takes_back": None,
}  # fmt: skip


def check_postings(file: BinaryIO, shape: Shape, *, file_name: str, actor: Actor) -> PostingRun:
    """Check a file of postings row by row; nothing is booked. A small one is checked at once, a larger one by a worker.

    Raises InvalidInput("postings.too_big") and FileRefused: then nothing at all is kept of the file.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    run = _keep(_read(file, shape), PostingSource.DESK, PostingState.CHECKING, file_name, actor)
    if run.lines <= AT_ONCE_ROWS:
        carry_on_postings(run.public_id)
        run.refresh_from_db()
    return run


def take_postings(file: BinaryIO, shape: Shape, *, file_name: str, claimed_as: str) -> PostingRun:
    """Take a file of the exchange folder: it is booked without a further question. Raises as `check_postings`."""
    return _keep(
        _read(file, shape), PostingSource.FOLDER, PostingState.BOOKING, file_name, FOLDER, claimed_as
    )


def import_postings(
    rows: Iterable[Mapping[str, Any]], *, is_dry_run: bool = False, actor: Actor
) -> list[PostingRow]:
    """Book the postings of a call of the API, each in its own transaction; the rows in their order.

    With `is_dry_run` the rows are judged and nothing at all is left of them. Raises Refused.
    """
    actor = require(actor, Verb.API_PAYMENTS_BOOK)
    staged = posting_rows(rows)
    read = ReadPostings("", None, sum(row.amount_gr for row in staged), staged)
    state = PostingState.CHECKING if is_dry_run else PostingState.BOOKING
    if is_dry_run:
        with transaction.atomic():
            run = _stored(read, PostingSource.API, state, "", actor, "")
            _check_rows(run, actor)
            found = list(run.rows.order_by("line"))
            transaction.set_rollback(True)
        return found
    run = _keep(read, PostingSource.API, state, "", actor)
    for pk in list(_waiting(run).values_list("pk", flat=True)):
        _do(pk, actor)
    _finish(run, actor)
    return list(run.rows.order_by("line"))


def _read(file: BinaryIO, shape: Shape) -> ReadPostings:
    size = file.seek(0, 2)
    file.seek(0)
    if size > MAX_BYTES:
        raise InvalidInput("postings.too_big", field="file", megabytes=MAX_BYTES // (1024 * 1024))
    read = read_postings(file, shape)
    if not read.rows:
        raise FileRefused("no_entries")
    return read


@transaction.atomic(durable=True)
def _keep(
    read: ReadPostings, source: str, state: str, file_name: str, actor: Actor, claimed_as: str = ""
) -> PostingRun:
    run = _stored(read, source, state, file_name, actor, claimed_as)
    record(
        "postings.taken",
        run,
        actor=actor,
        lines=run.lines,
        amount_gr=run.sum_gr,
        source=source,
        sha256=run.sha256,
    )
    if source != PostingSource.API:
        enqueue("banking.carry_on_postings", str(run.public_id))
    return run


def _stored(
    read: ReadPostings, source: str, state: str, file_name: str, actor: Actor, claimed_as: str
) -> PostingRun:
    run = PostingRun.objects.create(
        source=source,
        file_name="".join(sign for sign in file_name if sign.isprintable())[-160:],
        sha256=read.sha256,
        state=state,
        as_of=read.as_of,
        lines=len(read.rows),
        sum_gr=read.sum_gr,
        actor_ref=actor.ref,
        claimed_as=claimed_as,
    )
    for row in read.rows:
        row.run = run
    PostingRow.objects.bulk_create(read.rows, batch_size=_BATCH)
    return run


@transaction.atomic(durable=True)
def confirm_postings(*, run_id: UUID, actor: Actor) -> PostingRun:
    """Let a worker book the rows of a checked file, or go on with one that was stopped. A second call is the same call.

    Raises NotFound("postings.unknown") and Conflict("postings.not_checked") while the check goes on.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    run = PostingRun.objects.select_for_update().get(pk=posting_run(actor, run_id).pk)
    if run.state == PostingState.CHECKING:
        raise Conflict("postings.not_checked")
    if run.state not in (PostingState.CHECKED, PostingState.STOPPED):
        return run
    run.rows.filter(is_done=False).update(**_FRESH)  # what the check expected is judged anew
    run.state, run.failure_code, run.busy_until = PostingState.BOOKING, "", None
    run.save()
    record("postings.confirmed", run, actor=actor, lines=run.lines, amount_gr=run.sum_gr)
    enqueue("banking.carry_on_postings", str(run.public_id))
    return run


def carry_on_postings(run_id: UUID) -> None:
    """Do what is left to do with a file. Safe to run at any time and by several workers: one holds the lease, and a row that
    is done is not done again."""
    run = _claim(run_id)
    if run is None:
        return
    try:
        actor = _actor_of(run)
    except Refused as error:  # who confirmed it may not book any more
        _stop(run, error)
        return
    if run.state == PostingState.CHECKING:
        if _check_rows(run, actor):
            PostingRun.objects.filter(pk=run.pk).update(state=PostingState.CHECKED, busy_until=None)
            return
    elif _book_rows(run, actor):
        _finish(run, actor)
        return
    PostingRun.objects.filter(pk=run.pk).update(busy_until=None)  # the sweep goes on with it


@transaction.atomic(durable=True)
def _claim(run_id: UUID) -> PostingRun | None:
    now = timezone.now()
    free = PostingRun.objects.filter(Q(busy_until__isnull=True) | Q(busy_until__lt=now))
    run = (
        free.select_for_update(skip_locked=True)
        .filter(public_id=run_id, state__in=(PostingState.CHECKING, PostingState.BOOKING))
        .first()
    )
    if run is not None:
        run.busy_until = now + LEASE
        run.save(update_fields=["busy_until"])
    return run


def _actor_of(run: PostingRun) -> Actor:
    """Who brought the file, as far as that account may still book. Raises Refused."""
    if run.source != PostingSource.DESK:
        return FOLDER
    user = User.objects.filter(public_id=run.actor_ref).first()
    actor = Actor(kind=ActorKind.STAFF, ref=run.actor_ref, user_id=user.pk if user else None)
    return require(actor, Verb.BOOK_PAYMENT)


def _waiting(run: PostingRun) -> Any:
    return PostingRow.objects.filter(run=run, is_done=False).order_by("id")


def _check_rows(run: PostingRun, actor: Actor) -> bool:
    """Whether every row has been judged; what each would do is done and rolled back."""
    waiting = _waiting(run).filter(outcome="")
    for tried, pk in enumerate(list(waiting.values_list("pk", flat=True)), start=1):
        with transaction.atomic():
            row = PostingRow.objects.select_for_update().get(pk=pk)
            with transaction.atomic():
                _judge(row, actor)
                transaction.set_rollback(True)
            row.entry = None
            row.save()
        _renew(run, tried)
        if is_time_up():
            break
    return not waiting.exists()


def _book_rows(run: PostingRun, actor: Actor) -> bool:
    """Whether no row is left."""
    waiting = _waiting(run)
    for tried, pk in enumerate(list(waiting.values_list("pk", flat=True)), start=1):
        _do(pk, actor)
        _renew(run, tried)
        if is_time_up():
            break
    return not waiting.exists()


def _renew(run: PostingRun, tried: int) -> None:
    if tried % _RENEW_EVERY == 0:
        PostingRun.objects.filter(pk=run.pk).update(busy_until=timezone.now() + LEASE)


def _do(pk: int, actor: Actor) -> None:
    try:
        _do_once(pk, actor)
    except IntegrityError:  # another file brought the same posting at the same moment: now it is known
        _do_once(pk, actor)


@transaction.atomic(durable=True)
def _do_once(pk: int, actor: Actor) -> None:
    row = PostingRow.objects.select_for_update().get(pk=pk)
    if row.is_done:
        return
    _judge(row, actor)
    row.is_done = True
    row.save()


def _judge(row: PostingRow, actor: Actor) -> None:
    """Book the row, or note why it stays out: then nothing of what was begun is left."""
    try:
        with transaction.atomic():
            book_row(row, actor)
    except SkarbnikError as error:
        _refuse(row, error.code)
    except Exception:
        log.exception("posting.book", row=row.pk)
        _refuse(row, "posting.unforeseen")


def _refuse(row: PostingRow, code: str) -> None:
    row.outcome, row.code = Outcome.REFUSED, code[:60]
    row.entry = row.match = row.takes_back = None


@transaction.atomic(durable=True)
def _finish(run: PostingRun, actor: Actor) -> None:
    run.state, run.finished_at, run.busy_until = PostingState.DONE, timezone.now(), None
    run.save()
    counts = counts_of(run)
    record(
        "postings.done",
        run,
        actor=actor,
        lines=run.lines,
        booked=counts.booked,
        recognised=counts.recognised,
        taken_back=counts.taken_back,
        unchanged=counts.known,
        rejected=counts.refused,
    )


@transaction.atomic(durable=True)
def _stop(run: PostingRun, error: SkarbnikError) -> None:
    """A checked file keeps what was done of it; one that was only to be checked is forgotten by the sweep."""
    run.state, run.failure_code, run.busy_until = PostingState.STOPPED, error.code[:60], None
    run.save()
    record("postings.stopped", run, actor=FOLDER, outcome="refused", code=run.failure_code)


def forget_unconfirmed_postings(now: datetime) -> int:
    """Remove files that were checked and that nobody has confirmed for a week. How many there were."""
    old = PostingRun.objects.filter(state=PostingState.CHECKED, read_at__lt=now - CHECKED_FOR)
    with transaction.atomic():
        return old.delete()[0]
