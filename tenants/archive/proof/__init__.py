"""The proof of deletion as a tagged PDF/UA, made by Typst from one template and plain data."""

import json
from datetime import datetime
from importlib.resources import files

import typst
from django.utils import timezone
from django.utils.dateformat import format as format_date

from kernel.money import format_gr
from tenants.archive.models import DeletionProof
from tenants.directory.models import Offboarding

_ACCOUNTS = {
    "receivable_principal": "należności główne",
    "receivable_interest": "odsetki",
    "reminder_costs": "koszty upomnień",
    "overpayment": "nadpłaty",
    "operator_clearing": "rozrachunki z operatorem",
    "bank": "rachunek bankowy",
    "revenue": "dochody: należności",
    "interest_revenue": "dochody: odsetki",
    "cost_revenue": "dochody: koszty upomnień",
}


def pdf(row: DeletionProof, leaving: Offboarding) -> bytes:
    """The document for the gmina and for the platform's own files."""
    template = files("tenants.archive.proof").joinpath("proof.typ").read_bytes()
    values = json.dumps(_values(row, leaving), ensure_ascii=False)
    document: bytes = typst.compile(
        template, format="pdf", sys_inputs={"values": values}, pdf_standards=["ua-1"]
    )
    return document


def _values(row: DeletionProof, leaving: Offboarding) -> dict[str, object]:
    assert row.finished_at is not None
    assert row.copies_until is not None
    return {
        "number": str(row.public_id),
        "name": row.name,
        "teryt": row.teryt,
        "moments": [
            ["Zlecono odejście", _moment(leaving.started_at), leaving.started_by],
            ["Potwierdziła druga osoba", _moment(leaving.confirmed_at), leaving.confirmed_by],
            ["Gmina potwierdziła odbiór danych", _moment(row.export.confirmed_at), row.export.confirmed_by],
            ["Rozpoczęto usuwanie", _moment(row.begun_at), row.begun_by],
            ["Zakończono usuwanie", _moment(row.finished_at), row.begun_by],
        ],
        "export_made": _moment(row.export.made_at),
        "export_sha256": row.export.sha256,
        "tables": str(len(row.rows)),
        "rows": [[name, str(number)] for name, number in sorted(row.rows.items()) if number],
        "total": str(sum(row.rows.values())),
        "sums": [
            [_ACCOUNTS.get(account, account), format_gr(amount)] for account, amount in row.sums.items()
        ],
        "files": row.files,
        "keys": row.key_ids,
        "copies_until": format_date(row.copies_until, "j E Y"),
    }


def _moment(at: datetime | None) -> str:
    return format_date(timezone.localtime(at), "j E Y, H:i") if at else "–"
