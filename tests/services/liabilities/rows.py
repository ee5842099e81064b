"""Neutral rows for the tests of imports: valid by default, a change says what the test is about."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kernel.actors import system
from services.ledger.models import AccountKind, Entry, Posting
from services.ledger.queries import balances
from services.liabilities.actions.imports import import_dues
from services.liabilities.models import ImportRun, Liability

OFFICE = system("tests")


def due(**changes: Any) -> dict[str, Any]:
    """An instalment of property tax of 300,00 zł, owed by payer P-1."""
    row = {
        "external_id": "N-1",
        "payer_external_id": "P-1",
        "payer_kind": "person",
        "payer_name": "Jan Próbny",
        "payer_identifier": "75870300062",
        "payer_address": "ul. Próbna 7, 21-345 Borki",
        "liability_type": "property_tax",
        "title": "Podatek od nieruchomości 2026, rata 3",
        "document_number": "FN.3120.7.2026",
        "year": 2026,
        "instalment": 3,
        "due_on": "2026-09-15",
        "principal": "300.00",
    }
    return row | changes


def second_payer(**changes: Any) -> dict[str, Any]:
    """The fields of another payer, P-2."""
    row = {
        "payer_external_id": "P-2",
        "payer_name": "Maria Próbna",
        "payer_identifier": "75870300079",
        "payer_address": "ul. Próbna 8, 21-345 Borki",
    }
    return row | changes


def cost(**changes: Any) -> dict[str, Any]:
    """Costs of 16,00 zł of a delivered reminder about N-1."""
    row = {
        "record": "reminder_cost",
        "external_id": "U-1",
        "payer_external_id": "P-1",
        "liabilities": ["N-1"],
        "number": "UP/1/2026",
        "amount": "16.00",
        "sent_on": "2026-10-01",
        "delivered_on": "2026-10-08",
    }
    return row | changes


def bring(*rows: Mapping[str, Any], actor: Any = OFFICE, is_dry_run: bool = False) -> ImportRun:
    """Import the rows as the command does."""
    return import_dues(rows, source="command", file_name="dues.csv", is_dry_run=is_dry_run, actor=actor)


def refused(run: ImportRun) -> list[tuple[int, str, str]]:
    """(line, field, code) of every rejection of a run."""
    return [(line, field, code) for line, _, field, code, _ in run.findings["rejected"]]


def warned(run: ImportRun) -> list[tuple[int, str]]:
    """(line, code) of every warning of a run."""
    return [(line, code) for line, _, _, code, _ in run.findings["warned"]]


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """(created, changed, unchanged, rejected)."""
    return run.created, run.changed, run.unchanged, run.rejected


def owed(external_id: str = "N-1") -> int:
    """What the ledger says is owed of the principal."""
    row = Liability.objects.get(external_id=external_id)
    return balances([row.public_id], AccountKind.RECEIVABLE_PRINCIPAL).get(row.public_id, 0)


def entries(external_id: str = "N-1") -> list[tuple[str, int]]:
    """(code, grosze) of the entries about a due's principal, oldest first."""
    row = Liability.objects.get(external_id=external_id)
    postings = Posting.objects.filter(subject=row.public_id, account=AccountKind.RECEIVABLE_PRINCIPAL)
    return [(p.entry.code, p.amount_gr) for p in postings.select_related("entry").order_by("id")]


def balance(subject: UUID, account: AccountKind) -> int:
    """One account's balance."""
    return balances([subject], account).get(subject, 0)


def everything_sums_to_zero() -> bool:
    """Whether debits equal credits over the whole ledger."""
    return all(sum(p.amount_gr for p in entry.postings.all()) == 0 for entry in _entries())


def _entries() -> Iterable[Entry]:
    return Entry.objects.prefetch_related("postings")
