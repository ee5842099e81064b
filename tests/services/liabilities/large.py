"""Large files for tests: written from neutral rows, taken, and worked on to the end."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from kernel.actors import Actor
from services.accounts.models import Payer
from services.ledger.models import Posting
from services.liabilities.actions.import_files import take_file
from services.liabilities.actions.import_work import work_on
from services.liabilities.domain.dues_file import write_csv
from services.liabilities.domain.dues_rows import DUE, FIELDS, REMINDER_COST
from services.liabilities.models import (
    Debtor,
    ImportFinding,
    ImportRun,
    InterestPause,
    Liability,
    ReminderCost,
)
from tests.services.liabilities.rows import OFFICE

NAMES = ["record", *sorted((FIELDS[DUE] | FIELDS[REMINDER_COST]) - {"record", "format_version"})]


def table(
    rows: Iterable[Mapping[str, Any]], *, head: str = "", control: tuple[int, str] | None = None
) -> bytes:
    """Rows as a CSV file; with `head` ("full" or "incremental") and the control sum of its dues."""
    names = (
        NAMES
        if not head
        else [
            *NAMES,
            "format",
            "format_version",
            "mode",
            "as_of",
            "control_of",
            "control_count",
            "control_sum",
        ]
    )
    lines = [[_cell(row.get(name, "")) for name in names] for row in rows]
    if head:
        first = {
            "record": "file",
            "format": "skarbnik.dues",
            "format_version": "1",
            "mode": head,
            "as_of": "2026-10-01",
        }
        lines.insert(0, [first.get(name, "") for name in names])
        count, total = control or (0, "0.00")
        last = {"record": "control", "control_of": "due", "control_count": str(count), "control_sum": total}
        lines.append([last.get(name, "") for name in names])
    return write_csv(names, lines)


def _cell(value: Any) -> str:
    return "|".join(value) if isinstance(value, list) else str(value)


def taken(
    content: bytes,
    *,
    name: str = "duzy.csv",
    actor: Actor = OFFICE,
    source: str = "command",
    is_dry_run: bool = False,
) -> ImportRun:
    """The run of a file that nobody has worked on yet."""
    return take_file(BytesIO(content), name, source=source, is_dry_run=is_dry_run, actor=actor)


def bring_file(content: bytes, **options: Any) -> ImportRun:
    """The run of a file, worked on to its end."""
    run = taken(content, **options)
    assert work_on(run.public_id)
    return ImportRun.objects.get(pk=run.pk)


def findings(run: ImportRun, *, is_warning: bool = False) -> list[tuple[int, str]]:
    """(line, code) of what was found in a large file."""
    rows = ImportFinding.objects.filter(run=run, is_warning=is_warning).order_by("line", "code")
    return list(rows.values_list("line", "code"))


def world() -> dict[str, Any]:
    """Everything that an import may change, without ids and times."""
    debtors = {
        (link.liability.external_id, place): link.payer.external_id
        for place, link in enumerate(
            Debtor.objects.order_by("liability__external_id", "id").select_related("liability", "payer")
        )
    }
    fields = ("title", "document_number", "year", "instalment", "principal_gr", "due_on", "account_nrb", "is_reduced_rate",
              "is_enforced", "enforcement_office", "writ_number", "version", "liability_type_id")  # fmt: skip
    return {
        "dues": {row.external_id: [getattr(row, name) for name in fields] for row in Liability.objects.all()},
        "debtors": debtors,
        "payers": {
            row.external_id: (
                row.kind,
                row.name,
                row.identifier,
                row.address,
                row.name_tokens,
                bytes(row.identifier_index or b""),
            )
            for row in Payer.objects.all()
        },
        "pauses": sorted(InterestPause.objects.values_list("liability__external_id", "from_on", "to_on")),
        "costs": sorted(
            ReminderCost.objects.values_list("external_id", "payer__external_id", "amount_gr", "version")
        ),
        "ledger": sorted(
            (
                posting.entry.code,
                posting.entry.effective_on,
                posting.account,
                posting.amount_gr,
                names_of().get(posting.subject, ""),
            )
            for posting in Posting.objects.select_related("entry")
        ),
    }


def names_of() -> dict[Any, str]:
    rows = [
        *Liability.objects.values_list("public_id", "external_id"),
        *ReminderCost.objects.values_list("public_id", "external_id"),
    ]
    return dict(rows)
