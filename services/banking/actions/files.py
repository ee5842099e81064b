"""A file from the desk: checked first without storing a line, then confirmed and read by a worker."""

import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from integrations.finance.errors import FileRefused
from integrations.finance.statements.values import Control
from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.errors import Conflict, InvalidInput
from kernel.tasks import enqueue
from services.accounts.access import require
from services.banking.facts import against_stored
from services.banking.models import BankAccount, FileSource, FileState, StatementFile, StatementLine
from services.banking.queries import account_for, file_for
from services.banking.reading import ReadFile, read_file
from services.users.domain import Verb

MAX_BYTES = 32 * 1024 * 1024
"""Of a file at the desk: some 200,000 lines, more than a day of the largest city."""
CHECKED_FOR = timedelta(days=7)
_BATCH = 5_000


def check_statements(
    content: bytes, *, account_id: UUID, file_name: str, control: Control | None = None, actor: Actor
) -> StatementFile:
    """Check a file of a bank account from its first line to its last; no line of it is stored.

    Raises NotFound("bank_account.unknown"), InvalidInput("statement_file.too_big") and FileRefused with the line: then
    nothing at all is kept of the file.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    return _check(content, account_for(actor, account_id), file_name, control, actor)


def check_service_file(
    content: bytes, *, file_name: str, control: Control | None = None, actor: Actor
) -> StatementFile:
    """Check a settlement file of ePłatności; as `check_statements`."""
    return _check(content, None, file_name, control, require(actor, Verb.BOOK_PAYMENT))


def _check(
    content: bytes, account: BankAccount | None, file_name: str, control: Control | None, actor: Actor
) -> StatementFile:
    if len(content) > MAX_BYTES:
        raise InvalidInput("statement_file.too_big", field="file", megabytes=MAX_BYTES // (1024 * 1024))
    read = read_file(BytesIO(content), account, control)
    if not read.entries and not read.statements:
        raise FileRefused("no_statement")
    row = StatementFile(
        source=FileSource.SERVICE if account is None else FileSource.BANK,
        account=account,
        file_name="".join(sign for sign in file_name if sign.isprintable())[-160:],
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        control_entries=control.entries if control else None,
        control_sum_gr=control.sum_gr if control else None,
        entries=read.entries,
        known_entries=known_lines(read),
        credits_gr=sum(one.credits_gr for one in read.statements),
        debits_gr=sum(one.debits_gr for one in read.statements),
        opening_gr=read.opening_gr if read.closing_gr is not None else None,
        closing_gr=read.closing_gr if read.opening_gr is not None else None,
        actor_ref=actor.ref,
    )
    with transaction.atomic(durable=True):
        row.save()
        record("statement_file.checked", row, actor=actor, lines=row.entries, amount_gr=row.sum_gr)
    return row


def known_lines(read: ReadFile) -> int:
    """How many lines of the file are stored already."""
    lines, known = read.lines(), 0
    while batch := against_stored(list(islice(lines, _BATCH))):
        known += StatementLine.objects.filter(fingerprint__in=[one.fingerprint for one in batch]).count()
    return known


@transaction.atomic(durable=True)
def confirm_file(*, file_id: UUID, actor: Actor) -> StatementFile:
    """Let a worker store the lines of a checked file and match them. A second call is the same call.

    Raises NotFound("statement_file.unknown") and Conflict("statement_file.failed") for a file that could not be stored:
    it has to be checked anew.
    """
    actor = require(actor, Verb.BOOK_PAYMENT)
    row = StatementFile.objects.select_for_update().get(pk=file_for(actor, file_id).pk)
    if row.state == FileState.FAILED:
        raise Conflict("statement_file.failed")
    if row.state != FileState.CHECKED:
        return row
    row.state, row.queued_at = FileState.QUEUED, timezone.now()
    row.save(update_fields=["state", "queued_at"])
    record("statement_file.confirmed", row, actor=actor, lines=row.entries, amount_gr=row.sum_gr)
    enqueue("banking.carry_on", str(row.public_id))
    return row


def forget_unconfirmed(now: datetime) -> int:
    """Remove checked files that nobody has confirmed for a week: their content is personal data without a purpose. How many
    there were."""
    with transaction.atomic():
        old = StatementFile.objects.filter(state=FileState.CHECKED, read_at__lt=now - CHECKED_FOR)
        return old.delete()[0]
