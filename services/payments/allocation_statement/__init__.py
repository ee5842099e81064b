"""The statement of a booked payment as a tagged PDF/UA: why each grosz went where it went, with a draft of the order of
art. 62 § 4 O.p."""

import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import typst
from django.utils import timezone
from django.utils.dateformat import format as format_date

from kernel.identifiers import format_nrb
from kernel.money import format_gr
from services.payments.allocation_statement.order import order_of
from services.payments.allocation_statement.rows import statement_of
from services.payments.allocation_statement.shapes import InterestRows, LeftRow, Remark, ShareRow, Statement
from services.payments.allocation_statement.wording import day_text
from services.payments.queries_records import BookedRecord
from tenants.configuration.queries import office


def pdf(found: BookedRecord) -> bytes:
    """The statement of a booking as it was recorded. The document says what the office has booked; it is no order."""
    template = files("services.payments.allocation_statement").joinpath("statement.typ").read_bytes()
    document: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs={"values": json.dumps(values(found), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return document


def values(found: BookedRecord) -> dict[str, Any]:
    """All texts of the document, amounts and days written out."""
    portal, payment = office(), found.payment
    statement = statement_of(found)
    order = order_of(statement, payment.reference)
    return {
        "portal": portal.portal_name,
        "gmina": portal.gmina_name,
        "office": portal.office_name,
        "address": f"{portal.address}, {portal.postal_address}",
        "place": portal.postal_address.partition(" ")[2],
        "reference": payment.reference,
        "payer": payment.payer.name,
        "payer_number": payment.payer.external_id,
        "payer_address": payment.payer.address,
        "ordered_by": payment.resident.user.full_name,
        "account": format_nrb(payment.account_nrb),
        "title": payment.title,
        "amount": format_gr(statement.amount_gr),
        "is_public": statement.is_public,
        "paid_on": day_text(statement.paid_on),
        "booked_on": day_text(statement.booked_on),
        "reversed_on": day_text(statement.reversed_on) if statement.reversed_on else "",
        "days": [
            [day.label, day_text(day.on) if day.on else "nie było", day.is_legal] for day in statement.days
        ],
        "day_reasons": [_remark(one) for one in statement.day_reasons],
        "chosen": [[title, format_gr(amount_gr)] for title, amount_gr in statement.chosen],
        "rules": [_remark(one) for one in statement.rules],
        "rows": [_row(row) for row in statement.rows],
        "overpaid": format_gr(statement.overpaid_gr) if statement.overpaid_gr else "",
        "overpaid_article": statement.overpaid_article,
        "remarks": [_remark(one) for one in statement.remarks],
        "interests": [_interest(one) for one in statement.interests],
        "left": [_left(row) for row in statement.left],
        "shows_interest_left": any(row.interest_gr is not None for row in statement.left),
        "order": asdict(order) if order else None,
        "has_order_right": statement.is_public and not statement.reversed_on,
        "made_at": format_date(timezone.localtime(), "j E Y, H:i"),
    }


def _remark(remark: Remark) -> dict[str, str]:
    return {"text": remark.text, "article": remark.article}


def _row(row: ShareRow) -> dict[str, Any]:
    return {
        "number": f"{row.number}.",
        "span": row.span,
        "closes": row.closes,
        "title": row.title,
        "details": row.details,
        "kind": row.kind,
        "amount": format_gr(row.amount_gr),
        "why": row.why.text,
        "article": row.why.article,
    }


def _interest(one: InterestRows) -> dict[str, Any]:
    return {
        "title": one.title,
        "principal": format_gr(one.principal_gr),
        "days": one.days,
        "periods": [
            [
                f"{period.from_on:%d.%m.%Y}–{period.to_on:%d.%m.%Y}",
                str(period.days),
                period.rate,
                period.acts,
                period.amount,
            ]
            for period in one.periods
        ],
        "exact": one.exact,
        "total": format_gr(one.total_gr),
        "remarks": [_remark(remark) for remark in one.remarks],
        "formula": _remark(one.formula) if one.formula else None,
    }


def _left(row: LeftRow) -> list[str]:
    interest = "–" if row.interest_gr is None else format_gr(row.interest_gr)
    return [row.title, format_gr(row.before_gr), format_gr(row.paid_gr), format_gr(row.left_gr), interest]


__all__ = ["Statement", "pdf", "statement_of", "values"]
