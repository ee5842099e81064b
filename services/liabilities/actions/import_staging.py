"""Reading a large file into staged rows: every row judged by itself, encrypted, and sent by COPY; nothing is a due yet.

Memory stays at some thousand rows, whatever the file holds.
"""

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models, transaction

from integrations.finance.exchange.formats import DUES
from integrations.finance.exchange.reading import Passing, Shape
from kernel import crypto
from kernel.fields import EncryptedTextField, new_public_id
from kernel.names import tokens_of
from services.accounts.models import Payer
from services.accounts.queries import person_index
from services.liabilities import parts
from services.liabilities.actions.import_loading import BATCH, Types
from services.liabilities.domain.dues_fields import Fault, RawRow
from services.liabilities.domain.dues_payers import PayerRow
from services.liabilities.domain.dues_rows import CostRow, DueRow, Reading, read_rows
from services.liabilities.models import (
    ImportFinding,
    ImportRun,
    Liability,
    StagedCost,
    StagedDue,
    StagedPayer,
)

REMEMBERED = 50_000
"""Statements about payers that are not written twice as long as they are remembered."""

DUE_COLUMNS = (
    "run_id", "line", "external_id", "public_id", "payer_ids", "statements", "liability_type_id", "title",
    "document_number", "year", "instalment", "principal_gr", "due_on", "account_nrb", "paused_from", "paused_to",
    "is_reduced_rate", "is_enforced", "enforcement_office", "writ_number",
)  # fmt: skip
PAYER_COLUMNS = (
    "run_id", "statement", "external_id", "public_id", "kind", "name", "name_tokens", "identifier", "identifier_index",
    "address",
)  # fmt: skip
COST_COLUMNS = (
    "run_id", "line", "external_id", "payer_id", "liability_ids", "number", "amount_gr", "sent_on", "delivered_on",
)  # fmt: skip
FINDING_COLUMNS = ("run_id", "line", "is_warning", "is_judged", "field", "code", "told")


def sealed(model: type[models.Model], name: str, text: str, public_id: object) -> bytes:
    """A text as it will stand in that column of the row with this public id."""
    field = model._meta.get_field(name)
    assert isinstance(field, EncryptedTextField)
    return crypto.keyring().encrypt(text.encode(), field.context((public_id,)))


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Send rows by COPY inside the caller's transaction."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {model._meta.db_table} ({quoted}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def forget_staged(run: ImportRun, *, with_findings: bool) -> None:
    """Take away what was staged of the run, and what was found in it."""
    staged = (StagedDue, StagedPayer, StagedCost, *((ImportFinding,) if with_findings else ()))
    for model in staged:
        rows: models.QuerySet[Any] = model._base_manager.filter(run=run)
        rows._raw_delete(connection.alias)


def stage(run: ImportRun, types: Types) -> None:
    """Read the whole file into staged rows, from its beginning: what an earlier try has left is taken away first.

    Raises FileRefused when the file as a whole is not sound; what was staged of it is worthless then.
    """
    forget_staged(run, with_findings=True)
    with parts.kept(run) as file:
        passing = Passing(file, Shape(run.shape), DUES)
        raw = (RawRow(row.line, row.values) for _, row in passing.rows())
        remembered: OrderedDict[int, None] = OrderedDict()
        lines = 0
        while batch := list(islice(raw, BATCH)):
            lines += len(batch)
            with transaction.atomic(durable=True):
                write_staged(run, read_rows(batch, types.rules), types, remembered)
                done = file.tell() if run.shape == Shape.CSV else run.work_all
                ImportRun.objects.filter(pk=run.pk).update(work_done=done, lines=lines)
    head = passing.head
    run.lines = lines
    run.is_full = bool(head and head.is_full)
    run.as_of = head.as_of if head else None
    run.key_mark = crypto.keyring().mark
    run.save(update_fields=["lines", "is_full", "as_of", "key_mark"])


def write_staged(
    run: ImportRun, reading: Reading, types: Types, remembered: "OrderedDict[int, None]"
) -> None:
    """Stage rows that are right in themselves, and note what is wrong with the others."""
    statements: dict[int, PayerRow] = {}
    copy_rows(StagedDue, DUE_COLUMNS, _dues(run, reading.dues, types, statements))
    new = {number: payer for number, payer in statements.items() if number not in remembered}
    copy_rows(StagedPayer, PAYER_COLUMNS, (_payer(run, number, payer) for number, payer in new.items()))
    remembered.update(dict.fromkeys(new))
    while len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
    if reading.costs:
        copy_rows(StagedCost, COST_COLUMNS, (_cost(run, row) for row in reading.costs))
    write_findings(run, reading.faults, is_warning=False, is_judged=False)
    write_findings(run, reading.warnings, is_warning=True, is_judged=False)


def write_findings(run: ImportRun, faults: Iterable[Fault], *, is_warning: bool, is_judged: bool) -> None:
    """Keep findings; those that were judged are found anew when the file is applied."""
    told = ImportFinding._meta.get_field("told")
    assert isinstance(told, EncryptedTextField)
    encrypt = crypto.keyring().encrypt

    def row(fault: Fault) -> tuple[Any, ...]:
        text = told.to_text([fault.external_id, fault.excerpt])
        code = encrypt(text.encode(), told.context((run.pk, fault.line)))
        return (run.pk, fault.line, is_warning, is_judged, fault.field[:40], fault.code, code)

    rows = [row(fault) for fault in faults]
    if rows:
        copy_rows(ImportFinding, FINDING_COLUMNS, rows)


def statement_of(payer: PayerRow) -> int:
    """A keyed number of all that a row says of a payer: 64 bits, for a million rows hardly ever the same by chance."""
    said = json.dumps([payer.external_id, payer.kind, payer.name, payer.identifier, payer.address])
    return int.from_bytes(crypto.blind_index(said, "said of a payer")[:8], "big", signed=True)


def _dues(
    run: ImportRun, rows: Iterable[DueRow], types: Types, statements: dict[int, PayerRow]
) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        said = [statement_of(payer) for payer in row.payers]
        statements.update(zip(said, row.payers, strict=True))
        public_id = new_public_id()
        yield (
            run.pk, row.line, row.external_id, public_id, list(row.debtor_ids), said, types.by_code[row.type_code].pk,
            sealed(Liability, "title", row.title, public_id), row.document_number, row.year, row.instalment,
            row.principal_gr, row.due_on, row.account_nrb, [first for first, _ in row.pauses],
            [last for _, last in row.pauses], row.is_reduced_rate, row.is_enforced, row.enforcement_office,
            row.writ_number,
        )  # fmt: skip


def _payer(run: ImportRun, number: int, row: PayerRow) -> tuple[Any, ...]:
    return (run.pk, number, row.external_id, *payer_columns(row))


def payer_columns(row: PayerRow) -> tuple[Any, ...]:
    """Public id and columns of a payer as they will stand, from `public_id` to `address`."""
    public_id = new_public_id()
    return (
        public_id,
        row.kind,
        sealed(Payer, "name", row.name, public_id),
        tokens_of(row.name),
        sealed(Payer, "identifier", row.identifier, public_id),
        person_index(row.identifier) if row.identifier else None,
        sealed(Payer, "address", row.address, public_id),
    )


def _cost(run: ImportRun, row: CostRow) -> tuple[Any, ...]:
    return (
        run.pk, row.line, row.external_id, row.payer_id, list(row.liability_ids), row.number, row.amount_gr, row.sent_on,
        row.delivered_on,
    )  # fmt: skip
