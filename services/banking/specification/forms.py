"""The specification as a file: CSV for a spreadsheet or an import, XML for a program, PDF for the files of the office."""

import json
from datetime import date
from importlib.resources import files

import typst
from django.utils import timezone
from django.utils.dateformat import format as format_date
from lxml import etree

from kernel.identifiers import format_nrb
from kernel.money import format_gr, to_decimal_text
from services.banking.specification import (
    COLUMNS,
    COST,
    DUE,
    OVERPAYMENT,
    REFUND,
    UNKNOWN,
    Specification,
)
from services.liabilities.domain.dues_file import write_csv
from tenants.configuration.queries import office

CONTROL = "CONTROL"
"""First cell of the last line of the CSV: number of rows, the sums, and the digest."""

_KINDS = {
    DUE: "należność",
    COST: "koszty upomnienia",
    OVERPAYMENT: "nadpłata",
    REFUND: "zwrot",
    UNKNOWN: "do wyjaśnienia",
}


def to_csv(told: Specification) -> bytes:
    """UTF-8 with semicolons; the last line is the control sum."""
    control = (
        CONTROL,
        len(told.rows),
        told.number,
        told.digest,
        told.account_nrb,
        to_decimal_text(told.amount_gr),
        to_decimal_text(told.fee_gr),
        to_decimal_text(told.office_fee_gr),
        to_decimal_text(told.payout_gr),
        "",
    )
    return write_csv(COLUMNS, [*(row.cells for row in told.rows), control])


def to_xml(told: Specification) -> bytes:
    """One element for each row; the control sums are in `control`."""
    root = etree.Element("settlement", version="1", number=told.number, operator=told.operator)
    root.set("account", told.account_nrb)
    for name, day in (("settled_on", told.settled_on), ("bank_on", told.bank_on)):
        if day:
            root.set(name, day.isoformat())
    for row in told.rows:
        element = etree.SubElement(root, "payment")
        for name, text in zip(COLUMNS, row.cells, strict=True):
            etree.SubElement(element, name).text = text
    control = etree.SubElement(root, "control", rows=str(len(told.rows)), sha256=told.digest)
    for name, amount_gr in (
        ("amount", told.amount_gr),
        ("fee", told.fee_gr),
        ("office_fee", told.office_fee_gr),
        ("kept", told.kept_gr),
        ("payout", told.payout_gr),
    ):
        control.set(name, to_decimal_text(amount_gr))
    if told.bank_gr is not None:
        control.set("bank", to_decimal_text(told.bank_gr))
    document: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return document


def to_pdf(told: Specification) -> bytes:
    """A tagged PDF/UA with the same rows and sums."""
    template = files("services.banking.specification").joinpath("specification.typ").read_bytes()
    values = json.dumps(_values(told), ensure_ascii=False)
    document: bytes = typst.compile(
        template, format="pdf", sys_inputs={"values": values}, pdf_standards=["ua-1"]
    )
    return document


def _values(told: Specification) -> dict[str, object]:
    portal = office()
    return {
        "office": portal.office_name,
        "address": f"{portal.address}, {portal.postal_address}",
        "number": told.number,
        "operator": told.operator,
        "account": format_nrb(told.account_nrb) if told.account_nrb else "–",
        "settled_on": _day(told.settled_on),
        "bank": "jeszcze nie odnaleziony"
        if told.bank_gr is None
        else f"{format_gr(told.bank_gr)}, {_day(told.bank_on)}",
        "rows": [
            [
                row.operator_id,
                row.reference,
                f"{_KINDS[row.kind]} {row.due_id}".strip(),
                _day(row.payer_debited_at),
                format_gr(row.fee_gr),
                format_gr(row.amount_gr),
            ]
            for row in told.rows
        ],
        "count": len(told.rows),
        "amount": format_gr(told.amount_gr),
        "fee": format_gr(told.fee_gr),
        "office_fee": format_gr(told.office_fee_gr),
        "kept": format_gr(told.kept_gr),
        "payout": format_gr(told.payout_gr),
        "digest": told.digest,
        "made_at": format_date(timezone.localtime(), "j E Y, H:i"),
    }


def _day(day: date | None) -> str:
    return format_date(day, "j.m.Y") if day else "–"
