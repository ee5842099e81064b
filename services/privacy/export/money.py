"""The copy: the payer's file, dues, overpayments and payments."""

import json
from collections.abc import Iterable, Iterator, Sequence

from kernel.money import format_gr
from services.accounts.models import Payer, Resident
from services.liabilities.models import Liability, Overpayment, ReminderCost
from services.payments.models import OperatorEvent, OverpaymentRequest, Payment, Refund
from services.privacy.export.parts import Row, Section, at, on


def sections(resident: Resident, own: Sequence[Payer], payments: Sequence[Payment]) -> Iterator[Section]:
    """What the person owes, and what was paid."""
    yield Section(
        "payers",
        "Kartoteka płatnika",
        "Te dane pochodzą z systemu finansowego urzędu.",
        [_payer(one) for one in own],
    )
    yield Section("liabilities", "Należności", "Z systemu finansowego urzędu.", list(_liabilities(own)))
    yield Section("overpayments", "Nadpłaty i wnioski o nie", "", list(_overpayments(own, resident)))
    yield Section("payments", "Płatności w portalu", "", [_payment(one) for one in payments])
    yield Section("refunds", "Zwroty wpłat", "", list(_refunds(payments)))
    yield Section(
        "operator_messages",
        "Komunikaty operatora o Twoich płatnościach",
        "Tak, jak przyszły.",
        list(_operator_messages(payments)),
    )


def _payer(payer: Payer) -> Row:
    return {
        "Numer w systemie finansowym": payer.external_id,
        "Nazwa": payer.name,
        "PESEL albo NIP": payer.identifier,
        "Adres": payer.address,
    }


def _liabilities(own: Iterable[Payer]) -> Iterator[Row]:
    rows = Liability.objects.filter(debtors__in=list(own)).select_related("liability_type").distinct()
    for row in rows.order_by("due_on", "pk"):
        yield {
            "Tytuł": row.title,
            "Rodzaj": row.liability_type.name,
            "Kwota": format_gr(row.principal_gr),
            "Termin": on(row.due_on),
            "Dokument": row.document_number,
            "Rachunek": row.account_nrb,
            "Tytuł wykonawczy": row.writ_number,
        }
    for cost in ReminderCost.objects.filter(payer__in=list(own)).order_by("pk"):
        yield {
            "Tytuł": f"Koszty upomnienia {cost.number}".strip(),
            "Kwota": format_gr(cost.amount_gr),
            "Termin": on(cost.delivered_on),
        }


def _overpayments(own: Iterable[Payer], resident: Resident) -> Iterator[Row]:
    for row in (
        Overpayment.objects.filter(payer__in=list(own)).select_related("liability_type").order_by("pk")
    ):
        yield {"Co": f"nadpłata: {row.liability_type.name}", "Kiedy": on(row.arose_on)}
    for asked in OverpaymentRequest.objects.filter(resident=resident).order_by("pk"):
        yield {
            "Co": "wniosek o zwrot" if asked.kind == "refund" else "wniosek o zaliczenie",
            "Kiedy": at(asked.created_at),
            "Kwota": "" if asked.amount_gr is None else format_gr(asked.amount_gr),
            "Rachunek do zwrotu": asked.account_nrb,
            "Powód odmowy": asked.reason,
        }


def _payment(row: Payment) -> Row:
    return {
        "Numer": row.reference,
        "Tytuł": row.title,
        "Kwota": format_gr(row.amount_gr),
        "Stan": row.state,
        "Zlecona": at(row.created_at),
        "Opłacona": at(row.paid_at),
        "Zaksięgowana": at(row.booked_at),
        "Sposób": row.method_name,
        "Numer u operatora": row.operator_id,
        "Niezgodność": row.mismatch_reason or "",
    }


def _refunds(payments: Sequence[Payment]) -> Iterator[Row]:
    rows = Refund.objects.filter(payment__in=payments).select_related("payment").order_by("pk")
    for row in rows:
        yield {
            "Płatność": row.payment.reference,
            "Kwota": format_gr(row.amount_gr),
            "Zlecony": at(row.proposed_at),
            "Zakończony": at(row.ended_at),
            "Powód": row.reason,
            "Powód wycofania": row.closing_reason,
        }


def _operator_messages(payments: Sequence[Payment]) -> Iterator[Row]:
    rows = OperatorEvent.objects.filter(payment__in=payments).select_related("payment").order_by("pk")
    for row in rows:
        yield {
            "Płatność": row.payment.reference if row.payment else "",
            "Przyszedł": at(row.received_at),
            "Treść": json.dumps(row.parsed, ensure_ascii=False) if row.parsed else "",
            "Postać, w jakiej przyszedł": row.raw,
        }
