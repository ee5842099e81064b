"""A monthly statement as CSV and as a tagged PDF/UA, from the same rows."""

import csv
import io
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import typst
from django.utils import timezone
from django.utils.dateformat import format as format_date

from kernel.money import NBSP, format_gr
from tenants.metering.domain import Charge
from tenants.metering.models import Statement

WORDS = {
    Charge.MONTH: ("Abonament", "dni"),
    Charge.PAYMENTS: ("Wpłaty potwierdzone przez operatorów płatności", "szt."),
    Charge.MESSAGES: ("Wiadomości wysłane", "szt."),
    Charge.API_REQUESTS: ("Wywołania API", "szt."),
    Charge.RESIDENTS: ("Mieszkańcy z dostępem, najwięcej w miesiącu", "osoby"),
    Charge.STORAGE: ("Miejsce na dane, średnio w miesiącu", "MB"),
}
"""What is charged and in what unit, as the gmina reads it."""

COLUMNS = (
    "numer", "gmina", "TERYT", "miesiąc", "pozycja", "ilość", "jednostka", "w cenie abonamentu", "cena w groszach",
    "za ile jednostek", "kwota w groszach", "wystawca", "adres wystawcy", "NIP wystawcy",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A line as it is shown."""

    title: str
    unit: str
    quantity: int
    included: int
    price_gr: int
    per: int
    amount_gr: int


def rows_of(statement: Statement) -> list[Row]:
    """Lines of a statement in words."""
    return [
        Row(*WORDS[Charge(one.charge)], one.quantity, one.included, one.price_gr, one.per, one.amount_gr)
        for one in statement.lines.all()
    ]


def sums_of(statement: Statement) -> list[tuple[str, int]]:
    """Sums below the lines, in grosze: VAT only where it is charged, the difference only in a correction."""
    sums = []
    if statement.vat_bp is not None:
        sums += [("Razem netto", statement.net_gr), (f"VAT {percent(statement.vat_bp)}", statement.vat_gr)]
    sums.append(("Razem do zapłaty", statement.gross_gr))
    if statement.corrects:
        sums += [
            (f"Zestawienie poprawiane {statement.corrects.number}", statement.corrects.gross_gr),
            ("Różnica", statement.difference_gr),
        ]
    return sums


def percent(rate_bp: int) -> str:
    """Basis points as people write them: 2300 -> “23 %”, 850 -> “8,5 %”."""
    whole, hundredths = divmod(rate_bp, 100)
    places = f",{hundredths:02d}".rstrip("0") if hundredths else ""
    return f"{whole}{places}{NBSP}%"


def file_name(statement: Statement, ending: str) -> str:
    """Name under which the statement is saved."""
    number = statement.number.replace("/", "-") or "projekt"
    return f"zestawienie-{statement.teryt}-{statement.month:%Y-%m}-{number}.{ending}"


def csv_of(statement: Statement) -> bytes:
    """The statement for a spreadsheet: UTF-8 with a byte order mark, semicolons, amounts in whole grosze."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";")
    writer.writerow(COLUMNS)
    head = (statement.number or "projekt", statement.gmina_name, statement.teryt, f"{statement.month:%Y-%m}")
    tail = (statement.seller_name, statement.seller_address, statement.seller_nip)
    for row in rows_of(statement):
        line = (row.title, row.quantity, row.unit, row.included, row.price_gr, row.per, row.amount_gr)
        writer.writerow([*head, *line, *tail])
    for label, amount_gr in sums_of(statement):
        writer.writerow([*head, label, "", "", "", "", "", amount_gr, *tail])
    return target.getvalue().encode("utf-8-sig")


def pdf_of(statement: Statement) -> bytes:
    """The statement for people; a draft says on every page that it is one."""
    template = files("tenants.metering.document").joinpath("statement.typ").read_bytes()
    document: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs={"values": json.dumps(_values(statement), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return document


def _values(statement: Statement) -> dict[str, Any]:
    return {
        "number": statement.number,
        "gmina": statement.gmina_name,
        "teryt": statement.teryt,
        "month": format_date(statement.month, "F Y"),
        "issued": format_date(timezone.localtime(statement.issued_at), "j E Y")
        if statement.issued_at
        else "",
        "seller": ", ".join(part for part in (statement.seller_name, statement.seller_address) if part),
        "nip": statement.seller_nip,
        "corrects": statement.corrects.number if statement.corrects else "",
        "reason": statement.reason,
        "rows": [
            [row.title, _count(row), _price(row), format_gr(row.amount_gr)] for row in rows_of(statement)
        ],
        "sums": [[label, format_gr(amount_gr)] for label, amount_gr in sums_of(statement)],
        "total": format_gr(statement.difference_gr if statement.corrects else statement.gross_gr),
    }


def _count(row: Row) -> str:
    included = f", w tym {_number(row.included)} w cenie" if row.included else ""
    return f"{_number(row.quantity)} {row.unit}{included}"


def _number(number: int) -> str:
    return f"{number:,}".replace(",", NBSP)


def _price(row: Row) -> str:
    return (
        f"{format_gr(row.price_gr)} za {row.per} {row.unit}"
        if row.per > 1
        else f"{format_gr(row.price_gr)} za {row.unit}"
    )
