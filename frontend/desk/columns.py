"""Columns of the CSV file of dues in the words of the office, and a sample file made of them (docs/exchange.md)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.liabilities.domain.dues_file import write_csv
from services.liabilities.domain.dues_rows import DUE, OPTIONAL, REQUIRED

MEANINGS: dict[str, Promise] = {
    "external_id": _(
        "identyfikator należności w systemie finansowym; po nim poznajemy ją przy następnym imporcie"
    ),
    "payer_external_id": _("numer płatnika w systemie finansowym"),
    "payer_kind": _("person (osoba) albo company (przedsiębiorca lub inna jednostka)"),
    "payer_name": _("imię i nazwisko albo nazwa"),
    "payer_identifier": _("PESEL osoby albo NIP przedsiębiorcy"),
    "payer_address": _("adres płatnika"),
    "liability_type": _("kod rodzaju należności z ustawień"),
    "title": _("co to za należność, na przykład: Podatek od nieruchomości 2026, I rata"),
    "document_number": _("numer decyzji albo innego dokumentu"),
    "year": _("rok rozliczenia"),
    "instalment": _("numer raty"),
    "due_on": _("termin płatności: 2026-09-15 albo 15.09.2026"),
    "principal": _("kwota: 123.45 albo 123,45"),
    "account_nrb": _("rachunek, jeśli inny niż rachunek rodzaju"),
    "co_owners": _("numery pozostałych współwłaścicieli, rozdzielone znakiem |"),
    "interest_pauses": _("okresy bez odsetek: 2026-01-01/2026-02-28"),
    "reduced_rate": _("obniżona stawka odsetek: tak albo nie"),
    "enforced": _("w egzekucji: tak albo nie"),
    "enforcement_office": _("organ egzekucyjny"),
    "writ_number": _("numer tytułu wykonawczego"),
}
SAMPLE_NAME = "wzor-naleznosci.csv"


@dataclass(frozen=True)
class Column:
    """One column: its name in the file, whether it must be there, and what it holds."""

    name: str
    is_required: bool
    meaning: str


def columns() -> list[Column]:
    """Columns of a file of dues, the required ones first."""
    listed = [(name, True) for name in REQUIRED[DUE]] + [(name, False) for name in OPTIONAL[DUE]]
    return [Column(name, required, str(MEANINGS[name])) for name, required in listed]


def sample_csv(types: Iterable[Any], today: date) -> bytes:
    """A file that can be imported as it is: one synthetic due for each type, in the column order of `columns`.

    The payer has no PESEL, so nobody's account can ever show these dues.
    """
    names = [column.name for column in columns()]
    rows = []
    for position, kind in enumerate(types, start=1):
        values = {
            "external_id": f"WZOR-{today.year}-{position}",
            "payer_external_id": "WZOR-1",
            "payer_kind": "person",
            "payer_name": "Anna Wzorowa",
            "payer_address": "ul. Próbna 1, 00-001 Próba",
            "liability_type": kind.code,
            "title": f"{kind.name} {today.year}",
            "year": today.year,
            "due_on": date(today.year, 12, 31).isoformat(),
            "principal": "100.00",
        }
        rows.append([values.get(name, "") for name in names])
    return write_csv(names, rows)
