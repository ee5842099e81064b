"""Reading a confirmed file: all its lines are stored in one transaction, then each is tried in one of its own."""

from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from itertools import islice
from uuid import UUID

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from integrations.finance.errors import FileRefused
from kernel import tenancy
from kernel.actors import system
from kernel.audit.recording import record
from kernel.budget import is_time_up
from kernel.errors import SkarbnikError
from services.banking.actions.matching import give_up_line, match_waiting_line
from services.banking.domain.kinds import CONTRADICTS, LineState, Why
from services.banking.facts import Facts, against_stored
from services.banking.models import FileSource, FileState, Statement, StatementFile, StatementLine
from services.banking.queries import control_of
from services.banking.reading import ReadFile, read_file

log = structlog.get_logger(__name__)

ACTOR = system("banking.carry_on")
LEASE = timedelta(minutes=10)
"""Longer than storing the largest file takes; each hundred lines that are tried renew it."""
_BATCH = 1_000
_RENEW_EVERY = 100


def carry_on(file_id: UUID) -> None:
    """Do what is left to do with a confirmed file. Safe to run at any time and by several workers: one holds the lease, and
    a line that is tried is not tried again."""
    row = _claim(file_id)
    if row is None:
        return
    if row.state == FileState.QUEUED and not _store_or_fail(row):
        return
    if _try_lines(row):
        _finish(row)
        return
    StatementFile.objects.filter(pk=row.pk).update(busy_until=None)  # the sweep goes on with it


@transaction.atomic(durable=True)
def _claim(file_id: UUID) -> StatementFile | None:
    now = timezone.now()
    free = StatementFile.objects.filter(Q(busy_until__isnull=True) | Q(busy_until__lt=now))
    row = (
        free.select_for_update(skip_locked=True, of=("self",))
        .filter(public_id=file_id, state__in=(FileState.QUEUED, FileState.STORED))
        .first()
    )
    if row is not None:
        row.busy_until = now + LEASE
        row.save(update_fields=["busy_until"])
    return row


def _store_or_fail(row: StatementFile) -> bool:
    """Whether the lines are stored. A file that was sound and is refused now (its account's layout was changed) fails as a
    whole and says why."""
    try:
        try:
            _store(row)
        except IntegrityError:  # another file with some of these lines was faster: now they are known
            _store(row)
    except SkarbnikError as error:
        _fail(row, error)
        return False
    return True


@transaction.atomic(durable=True)
def _store(row: StatementFile) -> None:
    read = read_file(BytesIO(row.content), row.account, control_of(row))
    if row.source == FileSource.SERVICE:
        _queue_up()
    stored = _store_lines(row, read)
    row.state = FileState.STORED
    row.known_entries = row.entries - stored
    row.save(update_fields=["state", "known_entries"])
    record("statement_file.stored", row, actor=ACTOR, lines=stored, unchanged=row.known_entries)


def _queue_up() -> None:
    """Let settlements of one gmina be stored one after another, so that a bulk transfer of two files becomes one. The lock
    goes with the transaction."""
    with connection.cursor() as cursor:
        name = f"settlement of eplatnosci|{tenancy.current_tenant_id()}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _store_lines(row: StatementFile, read: ReadFile) -> int:
    """Store what is not known yet, with the statements of it; how many lines that is."""
    statements: dict[_Place, Statement] = {}
    lines, stored = read.lines(), 0
    while batch := against_stored(list(islice(lines, _BATCH))):
        known = set(
            StatementLine.objects.filter(fingerprint__in=[one.fingerprint for one in batch]).values_list(
                "fingerprint", flat=True
            )
        )
        fresh = [one for one in batch if one.fingerprint not in known]
        for place in sorted({_place(one) for one in fresh} - set(statements)):
            statements[place] = _statement(row, read, place)
        StatementLine.objects.bulk_create(_rows(fresh, statements))
        stored += len(fresh)
    _grow(statements.values())
    return stored


_Place = tuple[int, bool]
"""Index of a statement in its file, and whether it holds the lines that contradict others."""


def _place(facts: Facts) -> _Place:
    return facts.statement, facts.contradicts


def _statement(row: StatementFile, read: ReadFile, place: _Place) -> Statement:
    one = read.statements[place[0]]
    if place[1]:  # which amount the bulk transfer has is for a person: they belong to none
        return Statement.objects.create(file=row, account_nrb=one.account_nrb, entries=0, sum_gr=0)
    whole = None
    if row.source == FileSource.SERVICE and one.number:
        told = Statement.objects.filter(file__source=FileSource.SERVICE, part_of__isnull=True)
        whole = told.filter(number=one.number[:80], account_nrb=one.account_nrb).order_by("id").first()
    if whole is not None:
        return Statement.objects.create(
            file=row, account_nrb=one.account_nrb, part_of=whole, entries=0, sum_gr=0
        )
    return Statement.objects.create(
        file=row,
        account_nrb=one.account_nrb,
        number=one.number[:80],
        opened_on=one.opened_on,
        closed_on=one.closed_on,
        opening_gr=one.opening_gr,
        closing_gr=one.closing_gr,
        entries=one.entries,
        sum_gr=one.sum_gr,
    )


def _grow(statements: Iterable[Statement]) -> None:
    """Count what was stored in statements without numbers of their own, and add it to the bulk transfer of which it is."""
    for one in statements:
        if one.entries:
            continue
        told = one.lines.aggregate(entries=Count("pk"), sum_gr=Sum("amount_gr"))
        one.entries, one.sum_gr = told["entries"], told["sum_gr"] or 0
        one.save(update_fields=["entries", "sum_gr"])
        if one.part_of_id:
            Statement.objects.filter(pk=one.part_of_id).update(
                entries=F("entries") + one.entries, sum_gr=F("sum_gr") + one.sum_gr
            )


def _rows(fresh: Iterable[Facts], statements: dict[_Place, Statement]) -> list[StatementLine]:
    return [
        StatementLine(
            statement=statements[_place(one)],
            fingerprint=one.fingerprint,
            likeness=one.likeness,
            line=one.line,
            booked_on=one.booked_on,
            value_on=one.value_on,
            amount_gr=one.amount_gr,
            payer_name=one.payer_name,
            payer_account=one.payer_account,
            payer_account_index=one.payer_account_index,
            title=one.title,
            virtual_account=one.virtual_account,
            reference=one.reference,
            end_to_end=one.end_to_end,
            code=one.code,
            state=_state(one),
            why=Why.AMOUNT if one.contradicts else "",
            why_code=CONTRADICTS if one.contradicts else "",
        )
        for one in fresh
    ]


def _state(facts: Facts) -> LineState:
    if facts.contradicts:
        return LineState.TO_CLARIFY
    return LineState.WAITING if facts.amount_gr > 0 else LineState.OUTGOING


@transaction.atomic(durable=True)
def _fail(row: StatementFile, error: SkarbnikError) -> None:
    row.state, row.finished_at, row.busy_until = FileState.FAILED, timezone.now(), None
    row.failure_code, row.content = error.code[:60], b""
    row.failure_line = error.line if isinstance(error, FileRefused) else 0
    row.save()
    record("statement_file.failed", row, actor=ACTOR, outcome="refused", code=row.failure_code)


def _try_lines(row: StatementFile) -> bool:
    """Whether no line is left. One that fails in an unforeseen way is logged and left to a person."""
    waiting = StatementLine.objects.filter(statement__file=row, state=LineState.WAITING.value).order_by("id")
    for tried, line_id in enumerate(list(waiting.values_list("pk", flat=True)), start=1):
        try:
            match_waiting_line(line_id)
        except Exception:
            log.exception("statement_line.match", line=line_id)
            give_up_line(line_id)
        if tried % _RENEW_EVERY == 0:
            StatementFile.objects.filter(pk=row.pk).update(busy_until=timezone.now() + LEASE)
        if is_time_up():
            break
    return not waiting.exists()


@transaction.atomic(durable=True)
def _finish(row: StatementFile) -> None:
    row.state, row.finished_at, row.busy_until, row.content = FileState.DONE, timezone.now(), None, b""
    row.save()
    lines = StatementLine.objects.filter(statement__file=row)
    record(
        "statement_file.done",
        row,
        actor=ACTOR,
        lines=lines.count(),
        matched=lines.filter(state=LineState.MATCHED.value).count(),
    )
